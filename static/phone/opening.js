// @ts-check
// Opening of a site: known facts, earlier answers and position. Stored on the phone for offline work.

import { get, put } from "./store.js";

const PATIENCE_MS = 8000;

/** Fetch and store the opening of a site; null if the server cannot be reached. An error of the phone's storage is thrown with the opening. */
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
    return null; // offline, the stored opening is used
  }
}

/** Return the stored opening of a site; undefined if there is none. */
export function keptOpening(site, edition) {
  return get("openings", [site, edition]);
}
