// <div data-countdown="ms"> with [data-part=d|h|m|s]. At zero the panel [data-offer] takes the content of
// <template data-at-opening> and "opening" is dispatched on document, so that everything else can follow.
import { everySecond } from "./clock.js";

// Looked up each time: at the doors the panel is another one, with a countdown of its own.
const countdown = () => document.querySelector("[data-countdown]");
if (countdown()) {
  everySecond((now) => {
    const box = countdown();
    if (!box) return false;
    const opens = Number(box.dataset.countdown);
    const write = (part, value) => put(box, part, value);
    const left = Math.max(0, Math.ceil((opens - now) / 1000));
    write("d", Math.floor(left / 86400));
    write("h", two(Math.floor(left / 3600) % 24));
    write("m", two(Math.floor(left / 60) % 60));
    write("s", two(left % 60));
    if (left) return true;
    open(box);
    return false;
  });
}

function open(box) {
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

function put(box, part, value) {
  const digit = box.querySelector(`[data-part="${part}"]`);
  if (digit && digit.textContent !== String(value)) digit.textContent = value;
}

function two(n) {
  return String(n).padStart(2, "0");
}
