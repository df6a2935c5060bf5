// @ts-check
// Sends the outbox: dangers first, then new places, then visits, oldest first, one upload at a time across all tabs.
// An entry is deleted only after a receipt with the hash of what the server stored; photos stay some days longer.

import * as states from "./outbox_states.js";
import { all, change, get, keys, photosOf, put, within } from "./store.js";

const PATIENCE_MS = 60_000;
const SLOWEST_BYTES_PER_MS = 5; // a large photo gets more time, so that a slow network does not fail for ever
const FRESH_MS = 60_000;
const TICK_MS = 20_000;
const HOUR_MS = 3600_000;

let asked_at = 0;
/** @type {Promise<unknown> | null} */
let forcedNext = null;

/**
 * Send due entries. With `force` also those in a retry pause, after whatever is being sent now; else nothing while a tab is sending.
 * @returns {Promise<unknown>}
 */
export function drain({ force = false } = {}) {
  // Without the Web Locks API two tabs may send the same entry; the server's intake is idempotent.
  if (!navigator.locks) return sendAll(force);
  if (!force) return navigator.locks.request("outbox", { ifAvailable: true }, (lock) => lock && sendAll(false));
  // One that waits is enough: it sends all there is by then.
  forcedNext ??= navigator.locks.request("outbox", () => {
    forcedNext = null;
    return sendAll(true);
  });
  return forcedNext;
}

/** Keep sending: now, when the page or the network returns, periodically, and by background sync if available. */
export function keepSending() {
  const now = (force) => drain({ force }).catch(report);
  addEventListener("online", () => now(true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now(false));
  setInterval(now, TICK_MS, false);
  now(false);
  lookForLost().catch(report);
}

// While sent photos are still on the phone, ask the server periodically whether it has lost one.
async function lookForLost() {
  const entries = await all("outbox");
  const held = new Set((await keys("photos")).map(([id]) => id));
  if (!entries.some(({ id, state }) => state === "sent" && held.has(id))) return;
  const kept = await get("work", "work");
  if (Date.now() - Date.parse(kept?.kept_at ?? "1970-01-01") < HOUR_MS) return;
  if (await fetchWork()) await drain();
}

// Errors of an entry are stored in it; this catches failures of the phone's storage, which must not stop the loop.
function report(fault) {
  console.warn(fault);
}

/** Register a background sync that wakes the worker when the network returns; only some browsers support it. */
export async function askForSync() {
  try {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register("outbox");
  } catch {
    // not permitted: the page sends while it is open
  }
}

/** Fetch and store the work list of the signed-in person; null if not signed in, undefined if the server cannot be reached. */
export async function fetchWork() {
  const answer = await ask("/api/work", { headers: { Accept: "application/json" } });
  if (answer.status === 401) return null;
  if (answer.status !== 200 || !answer.body?.person) return undefined;
  asked_at = Date.now();
  const work = { ...answer.body, kept_at: new Date().toISOString() };
  await put("work", work, "work");
  await offerAgain(work);
  await sendLostAgain(work);
  return work;
}

// A register restored from a backup lacks later entries, so they are sent again; the intake is idempotent.
async function offerAgain({ person, restored }) {
  for (const entry of await all("outbox")) {
    const changes = entry.author === person.id && states.offeredAgain(entry, restored ?? null);
    if (changes) await note(entry, changes);
  }
}

// Queue photos again that the server misses and this phone still has. A worker cannot import the module; then the next page does it.
async function sendLostAgain(work) {
  if (![...work.own, ...(work.dangers ?? [])].some(({ complete }) => !complete)) return;
  const rules = await import("./sent_photos.js").catch(() => undefined);
  for (const { id, hashes } of rules?.wantedAgain(await all("outbox"), await keys("photos"), work) ?? []) {
    await change("outbox", id, (entry) => (entry.state === "sent" ? { ...entry, ...rules?.sentAgain(entry, hashes) } : undefined));
  }
}

/* --- sending entries one after the other --- */

async function sendAll(force) {
  await tidy();
  const tried = new Set();
  for (;;) {
    const entry = states.nextDue(await all("outbox"), { tried, force, now: Date.now() });
    if (!entry) return;
    tried.add(entry.id);
    const person = await whoSends(entry);
    if (person === undefined) return void (await postpone(entry, "network"));
    if (person === null) {
      await signedOut();
      return;
    }
    if (entry.author !== person.id) {
      const changes = states.ofAnotherAuthor(entry);
      if (changes) await note(entry, changes);
      continue;
    }
    if (!(await send(entry))) return;
  }
}

// The signed-in person may have changed since the work list was stored, so it is fetched again before sending in their name.
async function whoSends(entry) {
  const kept = await get("work", "work");
  if (kept?.person && entry.state !== "signed_out" && Date.now() - asked_at < FRESH_MS) return kept.person;
  const work = await fetchWork();
  return work && work.person;
}

async function signedOut() {
  for (const entry of await all("outbox")) {
    const changes = states.signedOut(entry);
    if (changes) await note(entry, changes);
  }
}

/** Send one entry; resolves to false if sending others now is useless. */
async function send(entry) {
  await note(entry, states.begun(entry, Date.now()));
  const address = `/api/${entry.kind}s/${entry.id}`;
  const answer = await ask(address, { method: "PUT", body: entry.bytes, headers: { "Content-Type": "application/json" } });
  if (!accepted(answer)) return settle(entry, answer);
  if (answer.body?.sha256 !== entry.sha256) return postpone(entry, "hash");
  await note(entry, { receipt: answer.body });
  const photos = await sendPhotos(entry, address, answer.body.missing?.map(({ sha256 }) => sha256));
  if (photos !== "done") return photos;
  const receipt = entry.kind === "visit" && entry.photos.length ? await ask(address) : answer;
  if (!accepted(receipt)) return settle(entry, receipt);
  const beyond = entry.kind === "visit" && !receipt.body?.complete && states.isBeyondThisPhone(entry, receipt.body ?? {}, await heldOf(entry));
  if (entry.kind === "visit" && !receipt.body?.complete && !beyond) return postpone(entry, "incomplete");
  const { restored } = (await get("work", "work")) ?? {};
  await note(entry, states.sent({ ...answer.body, ...receipt.body }, Date.now(), restored ?? null));
  if (entry.kind === "place") await sendWhatWaitedFor(entry);
  return true;
}

async function sendWhatWaitedFor(place) {
  for (const entry of await all("outbox")) {
    const changes = states.knownNow(entry, place);
    if (changes) await note(entry, changes);
  }
}

// Resolves to "done" or to the return value of `send`. Photos that the server has, also from an earlier version, are not sent again.
async function sendPhotos(entry, address, missing) {
  const plan = states.photosToSend(entry, missing, await heldOf(entry));
  for (const hash of plan.confirm) await confirm(entry, hash);
  for (const hash of plan.send) {
    const photo = await get("photos", (await keyOf(entry.id, hash)) ?? [entry.id, hash]);
    if (!photo) continue; // deleted just now; the receipt lists what is missing
    const answer = await ask(`${address}/photos/${hash}`, { method: "PUT", body: photo.bytes, headers: { "Content-Type": photo.type || "image/jpeg" } });
    if (answer.status === 409 && answer.body?.error === "hash") return postpone(entry, "hash"); // corrupted in transit
    if (!accepted(answer)) return settle(entry, answer);
    if (answer.body?.sha256 !== hash) return postpone(entry, "hash");
    await confirm(entry, hash);
  }
  if (!plan.gone.length) return "done";
  await note(entry, states.photoGone());
  return true;
}

// Photos are identified by hash: a correction may use those of the version before.
async function heldOf({ photos }) {
  const named = new Set(photos.map(({ sha256 }) => sha256));
  return (await keys("photos")).map(([, hash]) => hash).filter((hash) => named.has(hash));
}

async function keyOf(id, hash) {
  const held = (await keys("photos")).filter(([, each]) => each === hash);
  return held.find(([visit]) => visit === id) ?? held[0];
}

// The server has this photo, so the phone may delete it when storage is full or its time is over.
async function confirm(entry, hash) {
  for (const photo of entry.photos) if (photo.sha256 === hash) photo.sent = true;
  await note(entry, { photos: entry.photos });
}

/* --- results --- */

function accepted(answer) {
  return states.classify(answer) === "accepted";
}

async function settle(entry, answer) {
  const meaning = states.classify(answer);
  if (meaning === "signed_out") {
    await signedOut();
    return false;
  }
  if (meaning === "other_author") {
    asked_at = 0;
    await note(entry, { state: "signed_out", problem: "other_author" });
    return true;
  }
  if (meaning === "refused") {
    await note(entry, states.refused(answer));
    return true;
  }
  return postpone(entry, meaning, answer.wait);
}

async function postpone(entry, problem, wait = 0) {
  await note(entry, states.postponed(entry, problem, { wait, now: Date.now(), chance: Math.random() }));
  await askForSync();
  return states.othersMayPass(problem);
}

async function note(entry, told) {
  Object.assign(entry, told);
  await change("outbox", entry.id, (kept) => ({ ...kept, ...told }));
}

// A receipt is shown for some days; then the entry and its photos are deleted.
async function tidy() {
  const short = states.shortBy(await navigator.storage?.estimate?.().catch(() => undefined));
  if (short) await import("./free_space.js").then(({ makeRoom }) => makeRoom(short)).catch(report);
  const old = (await all("outbox")).filter((entry) => states.isOutdated(entry, Date.now()));
  if (!old.length) return;
  await within(["outbox", "photos"], "readwrite", (transaction) => {
    for (const { id } of old) {
      transaction.objectStore("outbox").delete(id);
      transaction.objectStore("photos").delete(photosOf(id));
    }
  });
}

/* --- requests --- */

/**
 * Resolves to a status (0 without a response in time), the JSON body (or null), and the server's Retry-After in ms.
 * @param {string} address
 * @param {{ method?: string, body?: ArrayBuffer, headers?: Record<string, string> }} [request]
 * @returns {Promise<Answered>}
 */
async function ask(address, { method = "GET", body, headers } = {}) {
  const patience = PATIENCE_MS + (body?.byteLength ?? 0) / SLOWEST_BYTES_PER_MS;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(address, { method, body, headers, signal: stop.signal, redirect: "manual", cache: "no-store", credentials: "same-origin" });
    const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    return { status: answer.status, body: json, wait: states.retryAfter(answer.headers.get("Retry-After"), Date.now()) };
  } catch {
    return { status: 0, body: null, wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}
