// @ts-check
// Detects risks to the work on a phone: its storage and its clock. Pure: the caller queries the browser.

const SPARE = 50_000_000; // bytes: about two hundred photos
const PRIVATE = 300_000_000; // a private window has a small quota and never has persistent storage
const LONGEST_SKEW_MS = 5 * 60_000;
const LONGEST_TRIP_MS = 10_000;
const MB = 1e6;
const MINUTE_MS = 60_000;

/** Return how far the clock is ahead of the server's Date header, in ms; 0 if unknown. `before` and `after` are the times around the request. */
export function skewOf(date, before, after) {
  const there = Date.parse(date);
  return Number.isNaN(there) || after - before > LONGEST_TRIP_MS ? 0 : (before + after) / 2 - there;
}

/**
 * Return the warnings, worst first: [{what, amount}], in megabytes or minutes. `storage` is whether anything can be stored, `estimate` the result of
 * navigator.storage.estimate().
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
