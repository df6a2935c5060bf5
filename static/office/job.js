// @ts-check
// Progress of a job: asks the server how far it is while the page is open, and shows the page again when the job is over.

import { fill } from "../dom.js";

const EVERY_MS = 700;
const job = /** @type {HTMLElement} */ (document.getElementById("job"));
const bar = /** @type {HTMLProgressElement} */ (job.querySelector("progress"));
const line = /** @type {HTMLElement} */ (job.querySelector("[data-words]"));

// Whoever presses a button is on the way to its page: showing this one again would take its place.
let leaving = false;
addEventListener("submit", () => (leaving = true));
addEventListener("pageshow", (event) => event.persisted && location.reload());

async function ask() {
  if (leaving) return;
  try {
    const answer = await fetch(job.dataset.state ?? "", { headers: { Accept: "application/json" } });
    if (leaving) return;
    if (!answer.ok) return location.reload();
    const { state, done, all } = await answer.json();
    bar.value = done;
    line.textContent = fill(line.dataset.words ?? "", { done, all });
    if (state !== "working") return location.reload();
  } catch {
    // Without a connection the bar stays where it is, and the next question may get through.
  }
  setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);
