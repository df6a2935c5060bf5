// @ts-check
// Warns on every page of risks to the work on this phone: full or non-persistent storage, and a wrong clock.

import { ailments, skewOf } from "./health_states.js";
import { keys } from "./store.js";

const EVERY_MS = 5 * 60_000;
let skew = 0;

/** Check now, when the network returns, and every few minutes. */
export function beginHealth(phone) {
  const place = phone?.querySelector(".health");
  if (!place) return;
  const words = JSON.parse(place.dataset.words);
  const look = async () => show(place, words, ailments({ ...(await storage()), skew }));
  const ask = async () => {
    skew = (await askClock()) ?? skew;
    await look();
  };
  addEventListener("online", ask);
  setInterval(look, EVERY_MS);
  look().then(ask);
}

async function storage() {
  const { storage: manager } = navigator;
  const works = await keys("work").then(() => true, () => false);
  const unknown = () => undefined;
  const [estimate, persisted] = await Promise.all([manager?.estimate?.().catch(unknown), manager?.persisted?.().catch(unknown)]);
  return { storage: works, estimate, persisted };
}

async function askClock() {
  const before = Date.now();
  const answer = await fetch("/healthz", { method: "HEAD", cache: "no-store" }).catch(() => null);
  return answer?.ok ? skewOf(answer.headers.get("Date"), before, Date.now()) : undefined;
}

function show(place, words, told) {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const lines = told.map(({ what, amount = 0 }) => words[what].replace(/\{\w+\}/, number.format(amount)));
  if (lines.join() === place.dataset.told) return;
  place.dataset.told = lines.join();
  place.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { className: "notice error", textContent: text })));
}
