// @ts-check
// Knows how a site begins: what is known of it, what was answered before, where it lies. Kept on the phone for working without a network.

import { get, put } from "./store.js";

const PATIENCE_MS = 8000;

/** Fetch how a site begins and keep it; null where nobody could be asked. A fault of the phone's storage is thrown, and the opening with it. */
export async function fetchOpening(site, edition) {
  const opening = await asked(site, edition);
  if (!opening) return null;
  try {
    await put("openings", { ...opening, site, edition, kept_at: new Date().toISOString() });
  } catch (fault) {
    throw Object.assign(fault, { opening });
  }
  return opening;
}

async function asked(site, edition) {
  const path = site.split("/").map(encodeURIComponent).join("/");
  try {
    const answer = await fetch(`/api/sites/${path}/opening?edition=${encodeURIComponent(edition)}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // without a network the phone goes by what it has
  }
}

/** How a site begins, as kept on this phone; undefined where it was never opened here. */
export function keptOpening(site, edition) {
  return get("openings", [site, edition]);
}
