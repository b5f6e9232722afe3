// The server's time, as well as this page can know it: best of three probes, again on focus and every five minutes.
// The shown clock never runs back; small errors slide away by at most 200 ms a second, large ones (a page from a cache,
// a computer that slept) are put right at once.

let target = null; // server minus this computer, ms
let shown = 0;
let slidAt = performance.now();
let last = 0;
let checked = false;

const local = () => performance.timeOrigin + performance.now();

/** Milliseconds since 1970 by the server's clock; never less than the call before. */
export function now() {
  const at = performance.now();
  if (target !== null) {
    const most = (at - slidAt) * 0.2;
    shown += Math.max(-most, Math.min(most, target - shown));
  }
  slidAt = at;
  last = Math.max(last, local() + shown);
  return last;
}

/** Believe a `now` that came with a page or a live document until a probe knows better. */
export function hint(serverNow, at = local()) {
  if (target === null && serverNow) adopt(serverNow - at);
}

export async function check() {
  const probes = [];
  for (let i = 0; i < 3; i++) {
    const sent = performance.now();
    try {
      const answer = await fetch("/time", { cache: "no-store", credentials: "omit" });
      const back = performance.now();
      const server = Number(answer.headers.get("X-Time"));
      if (server) probes.push({ trip: back - sent, offset: server - performance.timeOrigin - (sent + back) / 2 });
    } catch {
      break; // offline: keep what we have
    }
  }
  if (!probes.length) return;
  adopt(probes.sort((a, b) => a.trip - b.trip)[0].offset);
  checked = true;
  tell();
}

function tell() {
  for (const quiet of document.querySelectorAll("[data-clock-checked]")) quiet.hidden = !checked;
}

function adopt(offset) {
  if (target === null || Math.abs(offset - shown) > 2000) {
    shown = offset;
    last = 0;
  }
  target = offset;
}

/** Call `paint` now and on each full second, while the tab is seen. */
export function everySecond(paint) {
  const beat = () => {
    if (paint(now()) !== false) setTimeout(beat, document.hidden ? 1000 : 1000 - (now() % 1000) + 4);
  };
  beat();
}

const page = document.querySelector("[data-now]");
const [visit] = performance.getEntriesByType("navigation");
if (page && visit) hint(Number(page.dataset.now), performance.timeOrigin + visit.responseStart);
check();
setInterval(() => document.hidden || check(), 300_000);
addEventListener("focus", check);
document.addEventListener("turned", tell);
