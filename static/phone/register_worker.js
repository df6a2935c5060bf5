// @ts-check
// On every page of a surveyor: registers the service worker, sends the outbox, and shows how many entries wait.
// A new version is only offered, so that no page is reloaded while it is in use.

import { fill } from "../dom.js";
import { alarms } from "./alarm_states.js";
import { keepSending } from "./outbox_sender.js";
import { lateDays } from "./outbox_states.js";
import { all, onChange, whenFull } from "./store.js";

const MOST_FREED = 5_000_000; // free storage in large steps, not a few bytes at a time
const HOUR_MS = 3600_000;
const place = document.getElementById("phone");
const words = place ? JSON.parse(place.dataset.words) : {};

/* --- cached pages --- */

const PAUSES_MS = [2_000, 5_000, 15_000, 60_000];
const watching = new Set();
let kept; // undefined until known

/** Resolves to the worker once it has cached this version, or to undefined without one. It may never resolve, so nothing may wait for it. */
export const keeping = begin();

/** Call `listener(kept)` once it is known whether the pages are cached on this phone, and on changes. */
export function onKept(listener) {
  watching.add(listener);
  if (kept !== undefined) listener(kept);
}

function tellKept(now) {
  kept = now;
  for (const listener of watching) listener(now);
}

async function begin() {
  if (!navigator.serviceWorker) return undefined;
  const registration = await registered();
  if (!registration) return undefined;
  offer(registration);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => offer(registration));
  });
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < HOUR_MS) return;
    asked = Date.now(); // a page on the home screen may stay open for days
    registration.update().catch(() => undefined);
  });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ type: "keep" });
  return active;
}

// One failed file makes the whole installation of the first worker fail, so it is retried as long as the page is open.
async function registered() {
  for (let tries = 0; ; tries += 1) {
    const registration = await register().catch(() => null);
    if (registration === undefined) return undefined;
    if (registration && (registration.active || (await installed(registration)))) {
      tellKept(true);
      return registration;
    }
    tellKept(false);
    await backInRange(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
  }
}

function register() {
  /** @type {RegistrationOptions} */
  const options = { scope: "/", updateViaCache: "none" };
  return navigator.serviceWorker.register("/sw.js", { ...options, type: "module" }).catch(() => navigator.serviceWorker.register("/sw.js?classic", options));
}

function installed({ installing, waiting }) {
  const worker = installing ?? waiting;
  if (!worker) return false;
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === "activated") resolve(true);
      if (worker.state === "redundant") resolve(false);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

// After a pause, or at once when the network returns.
function backInRange(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    addEventListener("online", resolve, { once: true });
  });
}

// Only if an older version is active; the first version activates without asking.
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

/* --- number of waiting entries --- */

const link = place?.querySelector(".unsent");

async function tally() {
  const entries = await all("outbox");
  if (alarms(entries, Date.now()).length) alarm();
  if (!link) return;
  const waiting = entries.filter(({ state }) => state !== "sent");
  const late = waiting.some((entry) => lateDays(entry, Date.now()) > 0);
  link.hidden = !waiting.length;
  link.classList.toggle("late", late);
  link.textContent = fill(late ? words.late : words.unsent, { count: waiting.length });
}

// From then on the banner updates itself.
let banner = null;
function alarm() {
  banner ??= import("./alarm.js").then(({ showBanner }) => showBanner()).catch(() => (banner = null));
}

onChange((store) => store === "outbox" && tally().catch(() => undefined));
tally().catch(() => undefined);
import("./health.js").then(({ beginHealth }) => beginHealth(place), () => undefined);
whenFull(async () => (await import("./free_space.js")).makeRoom(MOST_FREED));
keepSending();
