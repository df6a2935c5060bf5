// @ts-check
// What is wrong with a phone before work is lost on it: its storage, its clock. Pure: what is asked of the browser is the caller's business.

const SPARE = 50_000_000; // bytes: about two hundred photos
const PRIVATE = 300_000_000; // a window that forgets has little room, and never says that it keeps anything
const LONGEST_SKEW_MS = 5 * 60_000;
const LONGEST_TRIP_MS = 10_000;
const MB = 1e6;
const MINUTE_MS = 60_000;

/** How far the clock is ahead of the server's, in ms, by its Date header; 0 where it cannot be told. `before` and `after` surround the request. */
export function skewOf(date, before, after) {
  const there = Date.parse(date);
  return Number.isNaN(there) || after - before > LONGEST_TRIP_MS ? 0 : (before + after) / 2 - there;
}

/**
 * What is to be told, the worst first: [{what, amount}], in megabytes or minutes. `storage` is whether anything can be kept, `estimate` what the browser says of its room.
 * @param {{ storage: boolean, estimate?: StorageEstimate, persisted?: boolean, skew?: number }} phone
 * @returns {{ what: string, amount?: number }[]}
 */
export function ailments({ storage, estimate: { usage = 0, quota = NaN } = {}, persisted = true, skew = 0 }) {
  /** @type {{ what: string, amount?: number }[]} */
  const told = [];
  if (!storage) told.push({ what: "no_storage" });
  else if (Number.isFinite(quota)) {
    const free = quota - usage;
    if (free < SPARE) told.push({ what: "full", amount: Math.max(0, Math.floor(free / MB)) });
    else if (quota < PRIVATE && !persisted) told.push({ what: "private" });
  }
  if (Math.abs(skew) > LONGEST_SKEW_MS) told.push({ what: skew > 0 ? "ahead" : "behind", amount: Math.round(Math.abs(skew) / MINUTE_MS) });
  return told;
}
