// @ts-check
// State machine of an outbox entry: waiting, sending, sent, refused, signed_out.
// Pure: the caller (outbox_sender.js) provides clock, randomness, storage and network, so that each step can be tested by itself.

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const LONGEST_OF_A_DANGER_MS = 30_000;
const MOST_DOUBLINGS = 10;
const SENT_KEPT_MS = 7 * 24 * 3600_000;
const DAY_MS = 24 * 3600_000;
const SPARE = 50_000_000; // bytes kept free for future work: about two hundred photos
const LATE_DAYS = 3;
const UNAUTHORIZED = 401, CONFLICT = 409;
const UNKNOWN = [403, 404];
const COME_AGAIN = [408, 425, 429];
const BUSY = [429, 503];
const iso = (ms) => new Date(ms).toISOString();

/* --- choosing the next entry --- */

/**
 * Return the entry to send next: dangers first, then the oldest; undefined if none is due. `force` ignores our own pause, never the server's.
 * Entries of a proposed place wait until the server has the place. A danger moves its place to the front, and is sent without it only if
 * the place was refused.
 */
export function nextDue(entries, { tried = new Set(), force = false, now }) {
  const places = placesToSend(entries);
  const due = entries.filter(
    ({ id, kind, site, state, retry_at, not_before }) =>
      !tried.has(id) &&
      !["sent", "refused"].includes(state) &&
      !isAhead(not_before, now) &&
      (force || !isAhead(retry_at, now)) &&
      (kind === "place" || !places.has(site) || (kind === "danger" && places.get(site).state === "refused")),
  );
  const alarming = new Set(entries.filter(({ kind, state }) => kind === "danger" && !["sent", "refused"].includes(state)).map(({ site }) => site));
  const rank = ({ kind, site }) => (kind === "danger" ? 0 : kind !== "place" ? 3 : alarming.has(site) ? 1 : 2);
  return due.sort((one, other) => rank(one) - rank(other) || (one.since < other.since ? -1 : 1))[0];
}

/** Return the proposed places that the server does not have yet: {site: entry}. A place refused as contradicting a stored one is known there. */
export function placesToSend(entries) {
  return new Map(entries.filter(({ kind, state, refusal }) => kind === "place" && state !== "sent" && refusal?.status !== CONFLICT).map((entry) => [entry.site, entry]));
}

/** Once the server has a place, its entries refused for lack of it wait again; null if nothing changes. */
export function knownNow(entry, place) {
  return entry.kind !== "place" && entry.site === place.site && entry.state === "refused" && UNKNOWN.includes(entry.refusal?.status) ? revived() : null;
}

// A retry time beyond the longest pause comes from a wrong clock and is ignored.
function isAhead(text, now) {
  const ahead = Date.parse(text) - now;
  return ahead > 0 && ahead <= LONGEST_WAIT_MS;
}

/**
 * Whether an entry was sent so long ago that it can be deleted.
 * @param {Pick<Entry, "state" | "sent_at">} entry
 * @param {number} now
 */
export function isOutdated({ state, sent_at }, now) {
  return state === "sent" && (sent_at ?? "") < iso(now - SENT_KEPT_MS);
}

/** Whole days that an entry has waited, from the third day on; else 0. */
export function lateDays({ state, since }, now) {
  const days = Math.floor((now - Date.parse(since)) / DAY_MS);
  return state !== "sent" && days >= LATE_DAYS ? days : 0;
}

/* --- classifying a response --- */

/**
 * Classify a response {status, body}; status 0 is no response, and body is null unless it is JSON.
 * "accepted", "signed_out", "other_author" and "refused" are final; "busy", "server" and "network" are temporary.
 */
export function classify({ status, body }) {
  if ((status === 200 || status === 201) && body !== null) return "accepted";
  if (status === UNAUTHORIZED) return "signed_out";
  if (status === CONFLICT && body?.error === "other_author") return "other_author";
  // HTML instead of JSON comes from a proxy between the phone and the server.
  if (status >= 400 && status < 500 && !COME_AGAIN.includes(status) && body) return "refused";
  if (BUSY.includes(status)) return "busy";
  return status >= 500 ? "server" : "network";
}

/** Parse Retry-After (seconds or a date) to ms, at most our own longest pause. */
export function retryAfter(text, now) {
  if (!text) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Math.min(Math.max(ms || 0, 0), LONGEST_WAIT_MS);
}

/** Whether other entries may be tried after this problem: not without a network or with a busy server. */
export function othersMayPass(problem) {
  return !["network", "busy"].includes(problem);
}

/* --- transitions: the changes of an entry --- */

export function begun({ tries }, now) {
  return { state: "sending", told: "", problem: "", last_try: iso(now), tries: tries + 1 };
}

/** Wait again with exponential backoff, at least as long as the server asks; `chance` (0 to 1) is the jitter between phones. */
export function postponed({ tries, kind }, problem, { wait = 0, now, chance }) {
  const pause = Math.min(kind === "danger" ? LONGEST_OF_A_DANGER_MS : LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, MOST_DOUBLINGS)) * (0.5 + chance / 2);
  return {
    state: "waiting",
    problem,
    last_try: iso(now),
    retry_at: iso(now + Math.max(FIRST_WAIT_MS, pause, wait)),
    not_before: wait ? iso(now + wait) : null,
  };
}

/** The server rejects it permanently; its message is stored. */
export function refused({ status, body }) {
  const { told = "", problems = [], differences = [], error = "", kept = null, receipt = null } = body;
  return { state: "refused", told, problem: "", refusal: { status, error, problems, differences, kept, receipt } };
}

/** A photo of the entry is neither on this phone nor on the server. */
export function photoGone() {
  return { state: "refused", problem: "photo_gone" };
}

/**
 * The entry has arrived; `restored` is the id of the latest restore of the register that the server reported, or null.
 * @param {Receipt} receipt
 * @param {number} now
 * @param {string | null} [restored]
 * @returns {Partial<Entry>}
 */
export function sent(receipt, now, restored = null) {
  return { state: "sent", receipt, sent_at: iso(now), restored, told: "", problem: "", refusal: null };
}

/** If the register was restored from a backup since the entry was sent, all of it waits again; else null. */
export function offeredAgain(entry, restored = null) {
  if (entry.state !== "sent" || (entry.restored ?? null) === restored) return null;
  return { ...revived(), receipt: null, restored, photos: entry.photos.map((photo) => ({ ...photo, sent: false })) };
}

/**
 * Return the bytes to free by deleting sent photos, by navigator.storage.estimate(); 0 if it is unknown.
 * @param {StorageEstimate} [estimate]
 */
export function shortBy({ usage = NaN, quota = NaN } = {}) {
  return Number.isFinite(usage) && Number.isFinite(quota) ? Math.max(0, usage + SPARE - quota) : 0;
}

/**
 * Decide on the photos of an entry, by the hashes that the server misses (undefined if unknown) and those on the phone: `send` them,
 * `confirm` those the server has, and `gone` are those never sent and not here. Photos that were sent and deleted are skipped.
 */
export function photosToSend({ photos }, missing, held) {
  /** @type {Record<"send" | "confirm" | "gone", string[]>} */
  const plan = { send: [], confirm: [], gone: [] };
  for (const hash of new Set(photos.map(({ sha256 }) => sha256))) {
    const sent = photos.every((photo) => photo.sha256 !== hash || photo.sent);
    const wanted = missing ? missing.includes(hash) : !sent;
    if (!wanted) {
      if (!sent) plan.confirm.push(hash);
    } else if (held.includes(hash)) plan.send.push(hash);
    else if (!sent) plan.gone.push(hash);
  }
  return plan;
}

/** Whether all photos that a receipt misses were sent before and deleted here, so that sending again is useless. */
export function isBeyondThisPhone({ photos }, { missing = [] }, held) {
  const sent = new Set(photos.filter((photo) => photo.sent).map(({ sha256 }) => sha256));
  return missing.every(({ sha256 }) => sent.has(sha256) && !held.includes(sha256));
}

/** No person is signed in; null if the state stays the same. */
export function signedOut({ state }) {
  return ["waiting", "sending"].includes(state) ? { state: "signed_out", problem: "" } : null;
}

/** Another person is signed in; null if the state stays the same. */
export function ofAnotherAuthor({ state, problem }) {
  return state === "signed_out" && problem === "other_author" ? null : { state: "signed_out", problem: "other_author" };
}

/**
 * The user retries a refused entry without changes.
 * @returns {Partial<Entry>}
 */
export function revived() {
  return { state: "waiting", tries: 0, retry_at: null, told: "", problem: "", refusal: null };
}
