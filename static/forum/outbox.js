// @ts-check
// Outbox of the children's audit: sheets that the server has not confirmed, in their own database; deleted once confirmed.
const NAME = "forum-anak";
const STORE = "outbox";
// A second database, so that a page of an older version can still open the one above.
const PAUSED = "forum-anak-jeda";
const LIMIT_MS = 60_000;

import { fill } from "../dom.js";

function opened(name) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: name === PAUSED ? "site" : "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, work, name = NAME) {
  const database = await opened(name);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const keep = (entry) => within("readwrite", (store) => store.put(entry));
export const all = () => within("readonly", (store) => store.getAll());
const remove = (id) => within("readwrite", (store) => store.delete(id));

// Unfinished sheets to be continued later: one per site, without a name, deleted at the end of the day.
export const pause = (answers) => within("readwrite", (store) => store.put(answers), PAUSED);
export const forget = (site) => within("readwrite", (store) => store.delete(site), PAUSED);
export async function paused(site, today) {
  const found = await within("readonly", (store) => store.getAll(), PAUSED);
  for (const each of found) if (each.day !== today) await forget(each.site);
  return found.find((each) => each.site === site && each.day === today);
}

// The bytes are fixed, so that sending again sends the same.
export const freeze = (sheet) => ({
  id: sheet.id, bytes: new TextEncoder().encode(JSON.stringify(sheet)).buffer, state: "waiting", told: "",
});

async function send(entry) {
  const leave = new AbortController();
  const clock = setTimeout(() => leave.abort(), LIMIT_MS);
  try {
    const answer = await fetch(`/api/children/${entry.id}`, {
      method: "PUT", body: entry.bytes, headers: { "Content-Type": "application/json" }, signal: leave.signal,
    });
    if (answer.status === 200 || answer.status === 201) {
      const told = await answer.json();
      if (told.id === entry.id && told.state === "kept") { await remove(entry.id); return true; }
      return false; // a response from a proxy, such as a sign-in page of the network
    }
    if (answer.status === 401) { await keep({ ...entry, state: "signed_out" }); return false; }
    if ([403, 404, 409, 413, 422].includes(answer.status)) {
      const told = await answer.json().catch(() => ({}));
      await keep({ ...entry, state: "refused", told: told.told ?? "" });
      return true; // the next one may succeed
    }
    return false;
  } catch {
    return false; // no network: it waits
  } finally {
    clearTimeout(clock);
  }
}

// Send waiting sheets one after the other, in one tab at a time; return those that are left.
export async function drain() {
  const work = async () => {
    for (const entry of await all()) {
      if (entry.state !== "refused" && !(await send(entry))) break;
    }
  };
  if (navigator.locks) await navigator.locks.request(NAME, work);
  else await work();
  return all();
}

export function told(left, words) {
  const count = (state) => left.filter((entry) => entry.state === state).length;
  const lines = [];
  if (count("waiting")) lines.push(fill(words.waiting, { count: count("waiting") }));
  if (count("signed_out")) lines.push(fill(words.signed_out, { count: count("signed_out") }));
  if (count("refused")) {
    const first = left.find((entry) => entry.state === "refused");
    lines.push(fill(words.refused, { count: count("refused"), told: first.told }));
  }
  return lines.join(" ");
}
