// @ts-check
// Trash: deleted records can be restored for a day, also after the page was closed; then they and their photos are deleted for good.

import { all, change, onResult, photosOf, within } from "./store.js";

const KEPT_MS = 24 * 3600_000;

/** @type {(store: Removed["store"], id: string) => string} */
const keyOf = (store, id) => `${store} ${id}`;

// Notify all listeners of this store, in other tabs too.
/** @type {(store: Removed["store"]) => Promise<void>} */
const lookAgain = (store) => change(store, "", () => undefined);

/** Move a record of the outbox or the drafts to the trash; its photos stay stored until it is purged. Resolves to the key for restoring it. */
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

/** Restore a record from the trash; nothing happens if it was purged, or exists again. */
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

/** Purge records deleted more than a day ago, or all of them if storage is full; resolves to whether there were any. */
export async function letGo({ now = Date.now(), everything = false } = {}) {
  const old = (await all("removed")).filter(({ removed_at }) => everything || Date.parse(removed_at) < now - KEPT_MS);
  if (!old.length) return false;
  await within(["removed", "drafts", "outbox", "photos"], "readwrite", (transaction) => {
    for (const { key, record } of old) {
      transaction.objectStore("removed").delete(key);
      // Its photos may belong to a current record with the same id.
      onResult(transaction.objectStore("drafts").count(record.id), (drafts) => {
        if (drafts) return;
        onResult(transaction.objectStore("outbox").count(record.id), (entries) => entries || transaction.objectStore("photos").delete(photosOf(record.id)));
      });
    }
  });
  return true;
}
