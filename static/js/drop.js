// The drop page: the countdown, the live numbers, what is yours, and how large the pin is.
// One that can be turned in the light is, as soon as somebody points at it.
import "./countdown.js";
import "./live.js";
import "./me.js";
import "./size.js";

for (const figure of document.querySelectorAll("[data-tilt]")) {
  figure.addEventListener("pointerenter", () => import("./tilt.js"), { once: true });
}
// The side that is not shown at first comes when the page has come, so that turning the pin over need not wait for it.
addEventListener("load", () => {
  for (const picture of document.querySelectorAll(".hang .back img")) picture.loading = "eager";
});
