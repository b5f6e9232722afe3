// An address is asked for as its country has it: when [name=country] changes, the server draws [data-address] anew. What is typed
// meanwhile stays, and so does the focus. Where that fails, [data-use-country] does the same with a press.

const press = document.querySelector("[data-use-country]");
const form = press?.form;
let latest;

if (press) {
  press.hidden = true;
  form.elements.country.addEventListener("change", follow);
}

async function follow() {
  latest?.abort();
  latest = new AbortController();
  const body = new FormData(form);
  body.append(press.name, press.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: latest.signal });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    draw(page.querySelector("[data-address]"));
  } catch (why) {
    press.hidden = why.name === "AbortError";
  }
}

function draw(fields) {
  const old = form.querySelector("[data-address]");
  const focused = old.contains(document.activeElement) && document.activeElement.name;
  for (const control of fields.querySelectorAll("input, select")) {
    const typed = old.querySelector(`[name=${control.name}]`)?.value;
    if (typed && control.tagName === "INPUT") control.value = typed;
  }
  old.replaceWith(fields);
  form.querySelector("#errors")?.remove(); // it named fields that may be gone; what is wrong beside a field still stands there
  if (focused) form.elements[focused]?.focus();
}
