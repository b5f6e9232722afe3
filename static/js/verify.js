// Checks a signed record in the browser alone: Ed25519 over the record's canonical JSON (storefront/provenance/records.py).

import { canonical, hex } from "./canonical.js";

const part = document.querySelector("[data-verify]");
const field = part.querySelector("input[type=file]");
const said = part.querySelector("[data-said]");

part.querySelector("[data-scripted]").hidden = false;
field.addEventListener("change", async () => {
  const [word, record] = await check(await field.files[0].text());
  said.textContent = said.dataset[word].replace(/{(\w+)}/g, (_, name) => facts(record)[name]);
});

async function check(text) {
  let document, signature, key;
  try {
    document = JSON.parse(text);
    signature = bytes(document.signature);
    key = bytes(document.public_key);
    if (typeof document.record !== "object" || !document.record) return ["unread"];
  } catch {
    return ["unread"];
  }
  let good;
  try {
    const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    good = await crypto.subtle.verify("Ed25519", known, signature, new TextEncoder().encode(canonical(document.record)));
  } catch (problem) {
    return [problem.name === "NotSupportedError" ? "old" : "changed"];
  }
  if (!good || document.record.key !== (await keyId(key))) return ["changed"];
  const log = await (await fetch(part.dataset.keys)).json();
  return [log.keys.some((one) => one.public_key === document.public_key) ? "good" : "stranger", document.record];
}

async function keyId(key) {
  return hex(await crypto.subtle.digest("SHA-256", key)).slice(0, 16);
}

function facts(record) {
  if (!record) return {};
  const { artist, title, key, piece, edition } = record;
  return { artist, title, key, number: piece.number, size: piece.kind === "proof" ? edition.proofs : edition.size };
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
