// svg[data-mm] is drawn in millimetres. Once the slider [data-card] was moved until the drawn bank card is as large as a real one, every
// such drawing is true to size on this screen, which remembers it; [data-true] says so.
// The pin in it is the edition's own front, as soon as that has come.

const KEY = "px-per-mm";
const slider = document.querySelector("[data-card]");

if (slider) {
  const kept = stored(() => localStorage.getItem(KEY));
  if (kept) {
    slider.value = kept;
    fit();
  }
  slider.addEventListener("input", () => {
    fit();
    stored(() => localStorage.setItem(KEY, slider.value));
  });
}

for (const pin of document.querySelectorAll("svg[data-mm] image")) {
  const front = pin.closest("[data-edition]")?.querySelector(".hang .front img");
  const sharpen = () => pin.setAttribute("href", front.currentSrc);
  if (front?.complete) sharpen();
  else front?.addEventListener("load", sharpen, { once: true });
}

function fit() {
  for (const drawing of document.querySelectorAll("svg[data-mm]")) {
    drawing.setAttribute("width", drawing.viewBox.baseVal.width * slider.value);
  }
  document.querySelector("[data-true]").hidden = false;
}

function stored(ask) {
  try {
    return ask();
  } catch {
    return null; // a browser that keeps nothing
  }
}
