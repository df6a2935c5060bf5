// @ts-check
// Makes room on the phone: what is drawn under maps goes first, which can be fetched again; then photos that were sent go before anything that was not,
// those sent longest ago first; then what was deleted.

import { droppable } from "./sent_photos.js";
import { all, change, get, keys, remove } from "./store.js";
import { letGo } from "./trash.js";

/** Let go of the ground under maps, or of sent photos until about `bytes` are free; true where there was any. */
export async function makeRoom(bytes) {
  let freed = await dropGround().catch(() => 0);
  let any = freed > 0;
  for (const { id, hash } of droppable(await all("outbox"), await keys("photos"))) {
    if (freed >= bytes) break;
    const photo = await get("photos", [id, hash]);
    await remove("photos", [id, hash]);
    freed += photo?.bytes.byteLength ?? 0;
    any = true;
    // The photo is gone first: on a full phone nothing can be written before.
    await change("outbox", id, (entry) => ({ ...entry, photos: entry.photos.map((each) => (each.sha256 === hash ? { ...each, dropped: true } : each)) })).catch(() => undefined);
  }
  return freed < bytes ? (await letGo({ everything: true })) || any : any;
}

async function dropGround() {
  const kept = await globalThis.caches?.match("/api/ground/kept", { cacheName: "ground", ignoreVary: true });
  if (!kept) return 0;
  const { bytes } = await kept.json();
  return (await caches.delete("ground")) ? bytes : 0;
}
