// @ts-check
// What was deleted can be brought back for a day, also after the page was closed; then the phone lets go of it, photos and all.

import { all, change, onResult, photosOf, within } from "./store.js";

const KEPT_MS = 24 * 3600_000;

/** @type {(store: Removed["store"], id: string) => string} */
const keyOf = (store, id) => `${store} ${id}`;

// Everybody who shows this store looks at it anew, other tabs as well.
/** @type {(store: Removed["store"]) => Promise<void>} */
const lookAgain = (store) => change(store, "", () => undefined);

/** Delete a record of the outbox or the drafts; its photos stay where they are until it is let go of. Returns the key that brings it back. */
export async function take(store, id, now = Date.now()) {
  const key = keyOf(store, id);
  await within([store, "removed"], "readwrite", (transaction) => {
    const records = transaction.objectStore(store);
    onResult(records.get(id), (record) => {
      if (!record) return;
      transaction.objectStore("removed").put({ key, store, record, removed_at: new Date(now).toISOString() });
      records.delete(id);
    });
  });
  await lookAgain(store);
  return key;
}

/** Put a deleted record where it was; nothing where it was let go of, or is there again. */
export async function bringBack(key) {
  const [store] = /** @type {[Removed["store"]]} */ (key.split(" ", 1));
  await within([store, "removed"], "readwrite", (transaction) => {
    const removed = transaction.objectStore("removed");
    onResult(removed.get(key), (kept) => {
      if (!kept) return;
      const records = transaction.objectStore(store);
      onResult(records.get(kept.record.id), (there) => there || records.put(kept.record));
      removed.delete(key);
    });
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
      onResult(transaction.objectStore("drafts").count(record.id), (drafts) => {
        if (drafts) return;
        onResult(transaction.objectStore("outbox").count(record.id), (entries) => entries || transaction.objectStore("photos").delete(photosOf(record.id)));
      });
    }
  });
  return true;
}
