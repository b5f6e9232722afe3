// <div data-countdown="ms"> with [data-part=d|h|m|s]. At zero the panel [data-offer] takes the content of
// <template data-at-opening> and "opening" is dispatched on document, so that everything else can follow.
import { everySecond } from "./clock.js";

const box = document.querySelector("[data-countdown]");
if (box) {
  const opens = Number(box.dataset.countdown);
  everySecond((now) => {
    const left = Math.max(0, Math.ceil((opens - now) / 1000));
    write("d", Math.floor(left / 86400));
    write("h", two(Math.floor(left / 3600) % 24));
    write("m", two(Math.floor(left / 60) % 60));
    write("s", two(left % 60));
    if (left) return true;
    open();
    return false;
  });
}

function open() {
  const next = document.querySelector("template[data-at-opening]");
  if (next) {
    const offer = box.closest("[data-offer]");
    const focused = offer.contains(document.activeElement);
    offer.replaceChildren(next.content.cloneNode(true));
    if (focused) offer.querySelector("a, button")?.focus();
  }
  for (const line of document.querySelectorAll("[data-open-words]")) line.textContent = line.dataset.openWords;
  document.dispatchEvent(new CustomEvent("opening"));
}

function write(part, value) {
  const digit = box.querySelector(`[data-part="${part}"]`);
  if (digit && digit.textContent !== String(value)) digit.textContent = value;
}

function two(n) {
  return String(n).padStart(2, "0");
}
