// <body data-live-url="/d/luna/live.json" data-state="open">. Polls with the ETag the browser keeps, as often as the server asks.
// When the drop's state or its opening, or the state of a [data-edition=id][data-state], is another one, each [data-swap=name] takes its new content.
// [data-edition=id] [data-live=field] gets the field's value; data-words="Hold number {}" puts it into words.
// ol[data-wall=numbered|proof] is painted from a base64 string of four bits a piece.
// role=status[data-announce] speaks rarely: data-say-half, -10, -5, -1, -sold_out, with {} for what is left.
import { hint } from "./clock.js";

const STATES = ["free", "held", "sold", "withheld", "void"];
const url = document.body.dataset.liveUrl;
const format = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: false });
let timer = 0;
let wait = 5000;
let version = null;
let asking = false;

if (url) {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
  document.addEventListener("opening", () => later(Math.random() * 2000));
  later(Math.random() * 1500);
}

function later(ms) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(poll, ms);
}

async function poll() {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const answer = await fetch(url, { credentials: "omit", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const live = await answer.json();
    wait = live.poll_ms || wait;
    if (live.v !== version) {
      version = live.v;
      hint(live.now);
      for (const edition of live.editions) show(edition);
    }
    if (hasTurned(live)) await turn();
  } catch {
    wait = Math.min(wait * 2, 60_000); // busy or offline: knock less often
  } finally {
    asking = false;
  }
  later(wait * (0.8 + Math.random() * 0.4));
}

function show(edition) {
  const place = placeOf(edition);
  if (!place) return;
  for (const spot of place.querySelectorAll("[data-live]")) put(spot, edition[spot.dataset.live]);
  const walls = edition.wall ?? {};
  for (const wall of place.querySelectorAll("[data-wall]")) {
    if (walls[wall.dataset.wall]) paint(wall, walls[wall.dataset.wall], edition.next_free);
  }
  announce(place, edition);
}

function put(spot, value) {
  if (value === undefined || value === null) return;
  const text = typeof value === "number" ? format.format(value) : value;
  const words = (spot.dataset.words ?? "{}").replace("{}", text);
  if (spot.classList.contains("no")) {
    spot.setAttribute("aria-label", words);
    spot.firstElementChild.textContent = text;
  } else if (spot.textContent !== words) {
    spot.textContent = words;
  }
}

function paint(wall, packed, next) {
  const bytes = atob(packed);
  let landings = version && !matchMedia("(prefers-reduced-motion: reduce)").matches ? 6 : 0;
  Array.from(wall.children).forEach((piece, i) => {
    const byte = bytes.charCodeAt(i >> 1);
    const state = STATES[i % 2 ? byte & 15 : byte >> 4];
    if (!state) return;
    piece.classList.toggle("next", wall.dataset.wall === "numbered" && i + 1 === next);
    if (piece.classList.contains(state)) return;
    piece.classList.remove(...STATES, "landed");
    piece.classList.add(state);
    if (state === "sold" && landings-- > 0) piece.classList.add("landed");
    piece.lastElementChild.textContent = `, ${wall.dataset[state]}`;
    const link = wall.dataset.take && piece.querySelector("a");
    if (link) state === "free" ? (link.href = wall.dataset.take + (i + 1)) : link.removeAttribute("href");
  });
}

function announce(place, { free, held = 0, sold }) {
  const voice = place.querySelector("[data-announce]");
  if (!voice || free === undefined) return;
  const size = free + held + sold;
  const step = free + held === 0 ? "sold_out" : [1, 5, 10].find((n) => free && free <= n) ?? (free * 2 <= size && "half");
  const before = voice.dataset.step;
  voice.dataset.step = step || "many";
  const words = voice.getAttribute(`data-say-${step}`);
  if (before && step && step !== before && words) voice.textContent = words.replace("{}", format.format(free));
}

function hasTurned(live) {
  const stale = (place, state) => place?.dataset.state && state && place.dataset.state !== state;
  const counting = document.querySelector("[data-countdown]");
  if (counting && live.opens_at && Number(counting.dataset.countdown) !== live.opens_at) return true;
  return stale(document.body, live.state) || live.editions.some((edition) => stale(placeOf(edition), edition.state));
}

// The page is the same for everybody, so its new state is simply its new HTML. A cache may be a moment behind: the next poll tries again.
async function turn() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-swap]")) {
    const next = fresh.querySelector(`[data-swap="${part.dataset.swap}"]`);
    if (!next || part.querySelector("button[aria-disabled]")) continue; // a press is on its way
    const focused = part.contains(document.activeElement);
    part.replaceChildren(...next.childNodes);
    if (focused) part.querySelector("a, button")?.focus();
  }
  document.body.dataset.state = fresh.body.dataset.state;
  for (const edition of fresh.querySelectorAll("[data-edition][data-state]")) {
    const place = placeOf({ id: edition.dataset.edition });
    if (place) place.dataset.state = edition.dataset.state;
  }
  document.dispatchEvent(new CustomEvent("turned"));
}

function placeOf({ id }) {
  return document.querySelector(`[data-edition="${id}"]`);
}
