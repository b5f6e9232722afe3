// What is yours on a page that is the same for everybody. <body data-me-url="/d/luna/me" data-opens="ms">.
// a.buy[data-hold-url][data-edition-id] (a link to the page without script) becomes a form with the token and key from the call;
// [data-holds] lists what you hold; of the doors' list, [data-todo=name] gives way to [data-done=name] when that is done. data-busy is the button's word while it asks, data-early what it says when too early.
// Where buyers pick (data-picks, [data-take] a), it is that number or none: who was late is told in [data-gone].
import { hint, now } from "./clock.js";

const url = document.body.dataset.meUrl;
let mine = null;

if (url) {
  const opens = Number(document.body.dataset.opens ?? 0);
  const ahead = document.body.dataset.state === "scheduled"; // as the page says: the clock here is not checked yet
  const wait = ahead ? Math.max(0, opens - now() - 5000 - Math.random() * 55_000) : 0; // before the opening, not all at once
  setTimeout(() => mine || ask(), Math.min(wait, 2 ** 31 - 1));
  document.addEventListener("opening", () => (mine ? arm() : ask()));
  document.addEventListener("turned", () => {
    arm();
    atDoors();
  });
  addEventListener("pageshow", (event) => event.persisted && ask()); // back from paying: a new key
}

async function ask() {
  try {
    const answer = await fetch(url, { cache: "no-store", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    mine = await answer.json();
  } catch {
    return; // the link still works
  }
  hint(mine.now);
  arm();
  tick();
  listHolds();
}

// Who waits when the doors open gets there by the live document, in the same moment as all the others: spread over ten seconds.
function atDoors() {
  if (!document.querySelector("[data-todo]")) return;
  if (mine) tick();
  else setTimeout(ask, Math.random() * 10_000);
}

function tick() {
  for (const [name, done] of Object.entries(mine.ready ?? {})) {
    for (const item of document.querySelectorAll(`[data-todo="${name}"]`)) item.hidden = done;
    for (const item of document.querySelectorAll(`[data-done="${name}"]`)) item.hidden = !done;
  }
}

function arm() {
  if (!mine) return;
  for (const form of document.querySelectorAll("form[data-hold]")) fill(form);
  for (const link of document.querySelectorAll("a.buy[data-hold-url]")) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = link.dataset.holdUrl;
    form.dataset.hold = "";
    const button = document.createElement("button");
    button.className = link.className;
    Object.assign(button.dataset, link.dataset);
    button.append(...link.childNodes);
    for (const name of ["csrf_token", "idempotency_key", "edition", "number"]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name });
      form.append(input);
    }
    form.elements.edition.value = link.dataset.editionId;
    form.append(button);
    const focused = document.activeElement === link;
    fill(form);
    link.replaceWith(form);
    if (focused) button.focus();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(form);
    });
  }
}

function fill(form) {
  form.elements.csrf_token.value = mine.csrf;
  form.elements.idempotency_key.value = mine.key;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-take] a[href]");
  const form = link?.closest("[data-edition]")?.querySelector("form[data-hold]");
  if (!form || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  press(form, link.textContent);
});

async function press(form, picked) {
  const button = form.querySelector("button");
  if (button.ariaDisabled === "true") return;
  const shown = button.querySelector("[data-live]")?.textContent.match(/\d+/)?.[0];
  const gone = form.closest("[data-edition]")?.querySelector("[data-gone]");
  if (gone) gone.textContent = "";
  form.elements.number.value = picked ?? ("picks" in button.dataset ? shown : "");
  const restore = say(button, button.dataset.busy);
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
  } catch {
    return form.submit(); // the browser says what is wrong
  }
  if (answer.redirected) return location.assign(answer.url);
  const place = answer.headers.get("Location");
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 409 && told.error === "not_open") {
    say(button, button.dataset.early);
    setTimeout(restore, told.wait_ms + 20);
  } else if (place) {
    location.assign(place + (shown ? `?shown=${shown}` : ""));
  } else if (told.error === "taken" && gone) {
    restore();
    gone.textContent = gone.dataset.gone.replace("{}", form.elements.number.value);
    gone.scrollIntoView({ block: "nearest" });
  } else {
    form.submit(); // same key: this only fetches the page that explains
  }
}

function say(button, words) {
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  button.ariaDisabled = "true";
  if (words) label.textContent = words;
  return () => {
    button.ariaDisabled = null;
    label.textContent = before;
  };
}

function listHolds() {
  const list = document.querySelector("[data-holds]");
  if (!list || !mine.holds?.length) return;
  list.querySelector("ul").replaceChildren(
    ...mine.holds.map(({ url: href, label }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      Object.assign(link, { href, textContent: (list.dataset.words ?? "{}").replace("{}", label) });
      item.append(link);
      return item;
    }),
  );
  list.hidden = false;
}
