// <section data-chain="address" data-total="entries">: its button computes every link of an edition's ledger anew, part by
// part (storefront/ledger/documents.py). hash = SHA-256(hash before + canonical JSON of {at, body, edition, kind, seq}).
import { canonical, hex } from "./canonical.js";

const part = document.querySelector("[data-chain]");
const button = part.querySelector("[data-check]");
const said = part.querySelector("[data-said]");
const done = part.querySelector("[data-done]");
const utf8 = new TextEncoder();

button.hidden = !crypto.subtle;
button.addEventListener("click", async () => {
  button.disabled = true;
  done.hidden = false;
  const outcome = await check().catch(() => ["away", {}]);
  say(...outcome);
  done.hidden = true;
  button.disabled = false;
});

async function check() {
  let link = { seq: 0, hash: "genesis" };
  for (let next = part.dataset.chain, told; next; next = told.next) {
    const answer = await fetch(next);
    if (!answer.ok) return ["away", {}];
    told = await answer.json();
    if (told.after.seq !== link.seq || told.after.hash !== link.hash) return ["broken", { seq: link.seq + 1 }];
    for (const entry of told.entries) {
      const hash = await digest(told.edition, link, entry);
      if (entry.seq !== link.seq + 1 || entry.hash !== hash) return ["broken", { seq: link.seq + 1 }];
      link = { seq: entry.seq, hash };
      if (entry.seq % 500 === 0) await show(link.seq);
    }
    if (told.sealed) return ["sealed", link];
    if (!told.next && (told.head.seq !== link.seq || told.head.hash !== link.hash)) return ["end", link];
  }
  return ["good", link];
}

async function digest(edition, before, { seq, kind, at, body }) {
  return hex(await crypto.subtle.digest("SHA-256", utf8.encode(before.hash + canonical({ edition, seq, kind, at, body }))));
}

function show(seq) {
  const total = Math.max(seq, Number(part.dataset.total));
  done.value = seq / total;
  say("busy", { seq, total });
  return new Promise(requestAnimationFrame);
}

function say(word, facts) {
  said.textContent = said.dataset[word].replace(/{(\w+)}/g, (_, name) => facts[name]);
}
