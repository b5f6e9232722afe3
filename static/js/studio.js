// The artwork page: whatever is changed in [data-plan] is sent at once, and what the answer's [data-live] parts say takes
// the place of what stands here. A small picture comes first, the large one when nothing is changed any more.
// [data-pressing=url] is asked each second how far the pressing is.

const form = document.querySelector("[data-plan]");
const said = document.querySelector("[data-said]");
const rest = 250;
let turn = 0;
let timer;

if (form) {
  form.querySelector("[data-send]").hidden = true;
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, ({ target }) => {
      if (kind === "input" && isHalfTyped(target)) return;
      slide(target);
      clearTimeout(timer);
      timer = setTimeout(show, rest);
    });
  }
  for (const slider of form.querySelectorAll("[data-slides]")) {
    slider.value = document.getElementById(slider.dataset.slides).value;
    slider.addEventListener("input", () => (document.getElementById(slider.dataset.slides).value = slider.value));
  }
  watch();
}

// "4" on the way to "42"; whoever leaves the field so is told what is wrong with it.
function isHalfTyped({ value, dataset }) {
  const number = Number(value.replace(",", "."));
  return dataset.low && !(number >= dataset.low && number <= dataset.high);
}

function slide(field) {
  const slider = form.querySelector(`[data-slides="${field.id}"]`);
  if (slider) slider.value = field.value.replace(",", ".");
}

async function show() {
  const mine = ++turn;
  say("words");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (mine !== turn) return;
    if ([409, 422].includes(answer.status)) return form.submit(); // the page says why
    if (!answer.ok) return again(mine);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    if (document.querySelector("[data-tiles]")) return tiles(page);
    const picture = page.querySelector('[data-live="picture"]');
    const busy = page.querySelector('[data-live="checks"][data-busy]');
    if (!picture) return location.reload();
    if (busy) return again(mine);
    const address = picture.querySelector("img").src;
    swap(page, picture.dataset.quick);
    const large = await load(address, mine);
    if (mine === turn && large) document.querySelector('[data-live="picture"] img').src = large;
  } catch {
    again(mine);
  }
}

// The page keeps what it shows, and asks again.
function again(mine) {
  say("slow");
  setTimeout(() => mine === turn && show(), 1500);
}

function say(words) {
  if (said) said.textContent = said.dataset[words];
}

async function load(url, mine) {
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const content = await answer.blob();
  if (mine !== turn) return null;
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(content);
  });
}

// What was opened or ticked stays so.
function swap(page, picture) {
  const marked = document.querySelector("[data-marks]")?.checked;
  const open = [...document.querySelectorAll("[data-open][open]")].map((part) => part.dataset.open);
  for (const part of page.querySelectorAll("[data-live]")) {
    if (picture && part.dataset.live === "picture") part.querySelector("img").src = picture;
    document.querySelector(`[data-live="${part.dataset.live}"]`)?.replaceWith(part);
  }
  for (const part of document.querySelectorAll("[data-open]")) part.open = open.includes(part.dataset.open);
  const marks = document.querySelector("[data-marks]");
  if (marks) marks.checked = Boolean(marked);
  said.textContent = "";
  document.querySelector("[data-told]").textContent = document.querySelector("[data-outcome]").dataset.outcome;
  watch();
}

function tiles(page) {
  const found = page.querySelector("[data-tiles]");
  if (!found) return location.reload();
  document.querySelector("[data-tiles]").replaceWith(found);
  swap(page);
}

async function watch() {
  const box = document.querySelector("[data-pressing]");
  if (!box || box.watched) return;
  box.watched = true;
  while (box.isConnected) {
    await new Promise((go) => setTimeout(go, 1000));
    try {
      const job = await (await fetch(box.dataset.pressing, { cache: "no-store" })).json();
      if (!job.active) return location.reload();
      Object.assign(box.querySelector("progress"), { max: job.total, value: job.done });
      const words = box.querySelector("[data-words]");
      if (words.textContent !== job.words) words.textContent = job.words;
    } catch {
      // offline: the bar stands still until somebody answers again
    }
  }
}
