// svg[data-board=jacket] in millimetres: each [data-pin=id][data-name] is dragged, or moved with arrow keys, wherever a polygon[data-name]
// is. The address keeps it: ?on=jacket&pins=id:x,y;… and so do the selects named "at" and the links [data-before][data-after].
// [data-voice] says where a pin is, in data-words="{pin}, {place}, {x} mm across, {y} mm down".

const board = document.querySelector("svg[data-board]");
const voice = document.querySelector("[data-voice]");
const pins = [...board.querySelectorAll("[data-pin]")];
const areas = [...board.querySelectorAll("polygon")];
const steps = { ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] };
const { width, height } = board.viewBox.baseVal;
let timer = 0;

if (pins.length) board.setAttribute("role", "group");
for (const pin of pins) {
  pin.place = pin.getAttribute("transform").match(/\d+/g).map(Number);
  for (const [name, value] of [["tabindex", 0], ["role", "application"], ["aria-describedby", "how"]]) pin.setAttribute(name, value);
  pin.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    leap(pin, step.map((mm) => mm * (event.shiftKey ? 5 : 1)));
  });
  pin.addEventListener("pointerdown", (event) => {
    const from = at(event);
    const [x, y] = pin.place;
    const drag = (moved) => {
      const to = at(moved);
      put(pin, Math.round(x + to.x - from.x), Math.round(y + to.y - from.y));
    };
    pin.setPointerCapture(event.pointerId);
    pin.addEventListener("pointermove", drag);
    pin.addEventListener("lostpointercapture", () => pin.removeEventListener("pointermove", drag), { once: true });
  });
}

renew();

function at(event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
}

// A step that leads off the cloth goes on to where there is cloth again: from one side of the jacket to the other.
function leap(pin, [dx, dy]) {
  let [x, y] = pin.place;
  do {
    x += dx;
    y += dy;
    if (put(pin, x, y)) return;
  } while (x > 0 && y > 0 && x < width && y < height);
  tell(pin);
}

function put(pin, x, y) {
  const area = areas.find((one) => one.isPointInFill(new DOMPoint(x, y)));
  if (!area) return false;
  pin.place = [x, y];
  pin.setAttribute("transform", `translate(${x} ${y})`);
  pin.setAttribute("aria-label", `${pin.dataset.name}, ${area.dataset.name}`);
  pin.where = area.dataset.name;
  clearTimeout(timer);
  timer = setTimeout(keep, 250, pin);
  return true;
}

function tell(pin) {
  const [x, y] = pin.place;
  const told = { pin: pin.dataset.name, place: pin.where, x, y };
  if (pin.where) voice.textContent = voice.dataset.words.replace(/{(\w+)}/g, (_, name) => told[name]);
}

function keep(pin) {
  tell(pin);
  history.replaceState(null, "", `?on=${board.dataset.board}&pins=${renew()}`);
}

function renew() {
  const places = pins.map((one) => `${one.dataset.pin}:${one.place}`);
  const state = places.join(";");
  document.querySelectorAll("[name=at]").forEach((select, i) => {
    const [here] = select.options;
    here.selected = true;
    here.value = places[i];
    if (pins[i].where) here.textContent = select.dataset.words.replace("{}", pins[i].where);
  });
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "&theme=dark" : "";
  for (const link of document.querySelectorAll("[data-before]")) {
    link.href = link.dataset.before + state + link.dataset.after + ("themed" in link.dataset ? theme : "");
  }
  return state;
}
