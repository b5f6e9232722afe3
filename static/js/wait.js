// <div data-wait-url="…" data-wait-state="confirming">: asks until the JSON's `state` differs, then loads the page again
// (or goes to the JSON's `url`). [data-progress] shows `done` of `total`, [data-ahead] the place in line.

const box = document.querySelector("[data-wait-url]");
if (box) ask(1000);

async function ask(pause) {
  await new Promise((go) => setTimeout(go, pause * (0.8 + Math.random() * 0.4)));
  let next = Math.min(pause * 1.3, 10_000);
  try {
    const answer = await fetch(box.dataset.waitUrl, { cache: "no-store", headers: { Accept: "application/json" } });
    if (answer.ok) {
      const job = await answer.json();
      const bar = box.querySelector("[data-progress]");
      if (bar && job.total) Object.assign(bar, { max: job.total, value: job.done });
      const line = box.querySelector("[data-ahead]");
      if (line) line.textContent = (line.dataset[`ahead${job.ahead}`] ?? line.dataset.ahead).replace("{}", job.ahead);
      if (job.state !== box.dataset.waitState) return job.url ? location.replace(job.url) : location.reload();
      next = job.poll_ms ?? next;
    }
  } catch {
    next = 10_000; // offline: the page's own link still works
  }
  return ask(next);
}
