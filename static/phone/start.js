// On every page of a surveyor: keeps the pages of the field on the phone, sends what waits, and says how much that is.
// A new version is offered, never put in place by itself: nobody's page is reloaded under their hands.

import { lateDays } from "./outbox_states.js";
import { keepSending } from "./send.js";
import { all, onChange, whenFull } from "./store.js";

const MOST_FREED = 5_000_000; // a full phone must not be asked for a few bytes at a time
const HOUR_MS = 3600_000;
const place = document.getElementById("phone");
const words = place ? JSON.parse(place.dataset.words) : {};

/* --- the pages that are kept --- */

/** The worker once it keeps this version; undefined where there is none. */
export const keeping = begin();

async function begin() {
  if (!navigator.serviceWorker) return undefined;
  const options = { scope: "/", updateViaCache: "none" };
  const registration = await navigator.serviceWorker
    .register("/sw.js", { ...options, type: "module" })
    .catch(() => navigator.serviceWorker.register("/sw.js?classic", options))
    .catch(() => undefined);
  if (!registration) return undefined;
  offer(registration);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming.addEventListener("statechange", () => offer(registration));
  });
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < HOUR_MS) return;
    asked = Date.now(); // a page on the home screen may stay open for days
    registration.update().catch(() => undefined);
  });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ type: "keep" });
  return active;
}

// Only where an older version is at work: the first one needs no asking.
function offer(registration) {
  const { waiting } = registration;
  const note = place?.querySelector(".newer");
  if (!waiting || !registration.active || !note) return;
  note.hidden = false;
  note.querySelector("button").onclick = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage({ type: "take over" });
  };
}

/* --- how much waits --- */

const link = place?.querySelector(".unsent");

async function tally() {
  const waiting = (await all("outbox")).filter(({ state }) => state !== "sent");
  const late = waiting.some((entry) => lateDays(entry, Date.now()) > 0);
  link.hidden = !waiting.length;
  link.classList.toggle("late", late);
  link.textContent = (late ? words.late : words.unsent).replace("{count}", waiting.length);
}

if (link) {
  onChange((store) => store === "outbox" && tally());
  tally();
}
whenFull(async () => (await import("./room.js")).makeRoom(MOST_FREED));
keepSending();
