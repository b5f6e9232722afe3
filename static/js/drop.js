// The drop page: the countdown, the live numbers, what is yours, and how large the pin is.
// One that can be turned in the light is, as soon as somebody points at it.
import "./countdown.js";
import "./live.js";
import "./me.js";
import "./size.js";

for (const figure of document.querySelectorAll("[data-tilt]")) {
  figure.addEventListener("pointerenter", () => import("./tilt.js"), { once: true });
}
