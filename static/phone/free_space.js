// @ts-check
// Frees storage on the phone, in this order: basemap tiles, which can be fetched again; sent photos, those sent longest ago first;
// then the trash. Unsent photos that are not in the trash are never removed.

import { droppable } from "./sent_photos.js";
import { all, change, get, keys, remove } from "./store.js";
import { letGo } from "./trash.js";

/** Delete basemap tiles, or sent photos until about `bytes` are free; return whether anything was deleted. */
export async function makeRoom(bytes) {
  let freed = await dropGround().catch(() => 0);
  let any = freed > 0;
  for (const { id, hash } of droppable(await all("outbox"), await keys("photos"))) {
    if (freed >= bytes) break;
    const photo = await get("photos", [id, hash]);
    await remove("photos", [id, hash]);
    freed += photo?.bytes.byteLength ?? 0;
    any = true;
    // Delete the photo first, because a full phone cannot write anything before that.
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
