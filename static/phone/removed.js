// What was deleted can be brought back for a day, also after the page was closed; then the phone lets go of it, photos and all.

import { all, change, photosOf, within } from "./store.js";

const KEPT_MS = 24 * 3600_000;

const keyOf = (store, id) => `${store} ${id}`;

// Everybody who shows this store looks at it anew, other tabs as well.
const lookAgain = (store) => change(store, "", () => undefined);

/** Delete a record of the outbox or the drafts; its photos stay where they are until it is let go of. Returns the key that brings it back. */
export async function take(store, id, now = Date.now()) {
  const key = keyOf(store, id);
  await within([store, "removed"], "readwrite", (transaction) => {
    const records = transaction.objectStore(store);
    records.get(id).onsuccess = ({ target: { result: record } }) => {
      if (!record) return;
      transaction.objectStore("removed").put({ key, store, record, removed_at: new Date(now).toISOString() });
      records.delete(id);
    };
  });
  await lookAgain(store);
  return key;
}

/** Put a deleted record where it was; nothing where it was let go of, or is there again. */
export async function bringBack(key) {
  const [store] = key.split(" ", 1);
  await within([store, "removed"], "readwrite", (transaction) => {
    const removed = transaction.objectStore("removed");
    removed.get(key).onsuccess = ({ target: { result: kept } }) => {
      if (!kept) return;
      const records = transaction.objectStore(store);
      records.get(kept.record.id).onsuccess = ({ target: { result: there } }) => there || records.put(kept.record);
      removed.delete(key);
    };
  });
  await lookAgain(store);
}

/** Let go of what was deleted more than a day ago, or of all of it where there is no room; true where there was any. */
export async function letGo({ now = Date.now(), everything = false } = {}) {
  const old = (await all("removed")).filter(({ removed_at }) => everything || Date.parse(removed_at) < now - KEPT_MS);
  if (!old.length) return false;
  await within(["removed", "drafts", "outbox", "photos"], "readwrite", (transaction) => {
    for (const { key, record } of old) {
      transaction.objectStore("removed").delete(key);
      // Its photos may belong to what is there under the same id.
      transaction.objectStore("drafts").count(record.id).onsuccess = ({ target: { result: drafts } }) => {
        if (drafts) return;
        transaction.objectStore("outbox").count(record.id).onsuccess = ({ target: { result: entries } }) => entries || transaction.objectStore("photos").delete(photosOf(record.id));
      };
    }
  });
  return true;
}
