// <div data-reveal="order code"> holding one .no: its digits roll for 900 ms, the first time only, and then the pin of
// [data-turn] turns over; [data-replay] plays it again.

const stage = document.querySelector("[data-reveal]");
const digits = stage?.querySelector(".no:not(.sealed) > :first-child");
const pin = stage?.querySelector("[data-turn]");
const back = pin?.querySelector(".back img");
const replay = stage?.querySelector("[data-replay]");

if (digits && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const key = `revealed:${stage.dataset.reveal}`;
  if (!seen(key)) roll();
  if (replay) {
    replay.hidden = false;
    replay.addEventListener("click", roll);
  }
}

// Once for this browser, not once a tab; one that keeps nothing plays it each time.
function seen(key) {
  try {
    const was = localStorage.getItem(key);
    localStorage.setItem(key, "1");
    return was;
  } catch {
    return null;
  }
}

function roll() {
  const truth = (digits.dataset.truth ??= digits.textContent);
  const start = performance.now();
  pin?.classList.add("unturned");
  const step = (at) => {
    const done = Math.min(1, Math.max(0, (at - start) / 900));
    const settled = Math.floor(done ** 2 * (truth.length + 1));
    digits.textContent = truth.replace(/\d/g, (digit, i) => (i < settled ? digit : Math.floor(Math.random() * 10)));
    if (done < 1) requestAnimationFrame(step);
    else {
      digits.textContent = truth;
      turn();
    }
  };
  requestAnimationFrame(step);
}

// A back that is being engraved is waited for; should it never come, its words do.
async function turn() {
  await back?.decode().catch(() => {});
  pin?.classList.remove("unturned");
}
