// @ts-check
// The states of an entry of the outbox and every step between them: waiting, sending, sent, refused, signed_out.
// Pure: the clock, chance, storage and network are the caller's (outbox_sender.js), so that each step can be tried by itself.

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const LONGEST_OF_A_DANGER_MS = 30_000;
const MOST_DOUBLINGS = 10;
const SENT_KEPT_MS = 7 * 24 * 3600_000;
const DAY_MS = 24 * 3600_000;
const SPARE = 50_000_000; // bytes that stay free for the work to come: about two hundred photos
const LATE_DAYS = 3;
const UNAUTHORIZED = 401, CONFLICT = 409;
const UNKNOWN = [403, 404];
const COME_AGAIN = [408, 425, 429];
const BUSY = [429, 503];
const iso = (ms) => new Date(ms).toISOString();

/* --- which entry, and when --- */

/**
 * The entry to send next: dangers first, then the oldest; undefined where none is due. `force` overrules our own pause, never the server's.
 * What is of a proposed place waits until the server has the place: before that it is unknown there. A danger brings its place forward, and
 * goes by itself only where the place was refused.
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

/** The proposed places that the server does not have yet: {site: entry}. One that contradicts what it has is known there. */
export function placesToSend(entries) {
  return new Map(entries.filter(({ kind, state, refusal }) => kind === "place" && state !== "sent" && refusal?.status !== CONFLICT).map((entry) => [entry.site, entry]));
}

/** The server has a place now: what was refused there because it had not waits again; else null. */
export function knownNow(entry, place) {
  return entry.kind !== "place" && entry.site === place.site && entry.state === "refused" && UNKNOWN.includes(entry.refusal?.status) ? revived() : null;
}

// A pause is never longer than the longest: what lies farther ahead was written by a clock that was wrong, and holds nothing back.
function isAhead(text, now) {
  const ahead = Date.parse(text) - now;
  return ahead > 0 && ahead <= LONGEST_WAIT_MS;
}

/**
 * Whether an entry was sent so long ago that the phone needs it no more.
 * @param {Pick<Entry, "state" | "sent_at">} entry
 * @param {number} now
 */
export function isOutdated({ state, sent_at }, now) {
  return state === "sent" && (sent_at ?? "") < iso(now - SENT_KEPT_MS);
}

/** Whole days that an entry waits, from the third one on; else 0. */
export function lateDays({ state, since }, now) {
  const days = Math.floor((now - Date.parse(since)) / DAY_MS);
  return state !== "sent" && days >= LATE_DAYS ? days : 0;
}

/* --- what an answer means --- */

/**
 * What an answer {status, body} means; status 0 is no answer, and body is null unless it was JSON.
 * "accepted", "signed_out", "other_author" and "refused" are the server's word; "busy", "server" and "network" pass.
 */
export function classify({ status, body }) {
  if ((status === 200 || status === 201) && body !== null) return "accepted";
  if (status === UNAUTHORIZED) return "signed_out";
  if (status === CONFLICT && body?.error === "other_author") return "other_author";
  // A page instead of an answer comes from something between the phone and the server.
  if (status >= 400 && status < 500 && !COME_AGAIN.includes(status) && body) return "refused";
  if (BUSY.includes(status)) return "busy";
  return status >= 500 ? "server" : "network";
}

/** How long a server asks to be left alone, in ms, by its Retry-After: seconds or a date, and no longer than we would wait. */
export function retryAfter(text, now) {
  if (!text) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Math.min(Math.max(ms || 0, 0), LONGEST_WAIT_MS);
}

/** Whether it is of use to try other entries after this problem: without a network or with a busy server it is not. */
export function othersMayPass(problem) {
  return !["network", "busy"].includes(problem);
}

/* --- the steps: what changes of an entry --- */

export function begun({ tries }, now) {
  return { state: "sending", told: "", problem: "", last_try: iso(now), tries: tries + 1 };
}

/** It waits again: each time twice as long, at least as long as the server asks; `chance` (0 to 1) keeps phones apart. */
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

/** The server will never take it as it is; what it said stays with it. */
export function refused({ status, body }) {
  const { told = "", problems = [], differences = [], error = "", kept = null, receipt = null } = body;
  return { state: "refused", told, problem: "", refusal: { status, error, problems, differences, kept, receipt } };
}

/** A photo that is named in it is neither here nor on the server. */
export function photoGone() {
  return { state: "refused", problem: "photo_gone" };
}

/**
 * It has arrived; `restored` says which restore of the register the server has told of, null for none.
 * @param {Receipt} receipt
 * @param {number} now
 * @param {string | null} [restored]
 * @returns {Partial<Entry>}
 */
export function sent(receipt, now, restored = null) {
  return { state: "sent", receipt, sent_at: iso(now), restored, told: "", problem: "", refusal: null };
}

/** The register was restored from a backup since it was sent, and may not know it any more: all of it waits again; else null. */
export function offeredAgain(entry, restored = null) {
  if (entry.state !== "sent" || (entry.restored ?? null) === restored) return null;
  return { ...revived(), receipt: null, restored, photos: entry.photos.map((photo) => ({ ...photo, sent: false })) };
}

/**
 * How many bytes sent photos have to make free, by what navigator.storage.estimate() says; 0 where it says nothing.
 * @param {StorageEstimate} [estimate]
 */
export function shortBy({ usage = NaN, quota = NaN } = {}) {
  return Number.isFinite(usage) && Number.isFinite(quota) ? Math.max(0, usage + SPARE - quota) : 0;
}

/**
 * Which photos of an entry are to be sent, by what the server misses (undefined where it did not say) and the hashes that are on the phone:
 * `send` them, `confirm` what the server has, and `gone` is what was never sent and is not here. What was sent and let go of is not asked for.
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

/** Whether everything that a receipt still misses was sent before and is on this phone no more: sending again is of no use. */
export function isBeyondThisPhone({ photos }, { missing = [] }, held) {
  const sent = new Set(photos.filter((photo) => photo.sent).map(({ sha256 }) => sha256));
  return missing.every(({ sha256 }) => sent.has(sha256) && !held.includes(sha256));
}

/** Nobody is signed in; null where that changes nothing. */
export function signedOut({ state }) {
  return ["waiting", "sending"].includes(state) ? { state: "signed_out", problem: "" } : null;
}

/** Somebody else is signed in; null where that is known already. */
export function ofAnotherAuthor({ state, problem }) {
  return state === "signed_out" && problem === "other_author" ? null : { state: "signed_out", problem: "other_author" };
}

/**
 * Somebody wants a refused entry tried again as it is.
 * @returns {Partial<Entry>}
 */
export function revived() {
  return { state: "waiting", tries: 0, retry_at: null, told: "", problem: "", refusal: null };
}
