// @ts-check
// Sent photos that stay on the phone for a while: those the server requests again, and the order of deletion when storage is full.
// Pure: the caller provides storage, network and the clock, so that each rule can be tested by itself.

const keyOf = (id, hash) => `${id} ${hash}`;
const setOf = (held) => new Set(held.map(([id, hash]) => keyOf(id, hash)));

/**
 * Return the photos that the server misses and this phone still has: [{id, hashes}] of entries sent by the person of the work list.
 * `held` are the keys of the photos on this phone. The version that misses a photo may be another one of the visit: a photo counts for its sender.
 */
export function wantedAgain(entries, held, { person, own = [], dangers = [] }) {
  const missing = new Set([...own, ...dangers].flatMap((receipt) => (receipt.missing ?? []).map(({ sha256 }) => sha256)));
  const here = setOf(held);
  const wanted = [];
  for (const { id, author, state, photos } of entries) {
    if (state !== "sent" || author !== person.id) continue;
    const hashes = [...new Set(photos.map(({ sha256 }) => sha256))].filter((hash) => missing.has(hash) && here.has(keyOf(id, hash)));
    for (const hash of hashes) missing.delete(hash);
    if (hashes.length) wanted.push({ id, hashes });
  }
  return wanted;
}

/**
 * The server lost photos that this phone still has: mark them as unsent, so that the entry is sent again.
 * @param {Pick<Entry, "photos">} entry
 * @param {string[]} hashes
 * @returns {Partial<Entry>}
 */
export function sentAgain({ photos }, hashes) {
  return {
    state: "waiting",
    problem: "asked_again",
    told: "",
    tries: 0,
    retry_at: null,
    photos: photos.map((photo) => (hashes.includes(photo.sha256) ? { ...photo, sent: false } : photo)),
  };
}

/** Return the sent photos that this phone still has, those sent longest ago first: [{id, hash}]. Unsent photos are never included. */
export function droppable(entries, held) {
  const here = setOf(held);
  const time = ({ sent_at, since }) => sent_at ?? since;
  return [...entries]
    .sort((one, other) => (time(one) < time(other) ? -1 : 1))
    .flatMap(({ id, photos }) => [...new Set(photos.filter(({ sent }) => sent).map(({ sha256 }) => sha256))].map((hash) => ({ id, hash })))
    .filter(({ id, hash }) => here.has(keyOf(id, hash)));
}

/** Return the figures of one person's sent photos: number and bytes of those still here, and number of those deleted early for lack of storage. */
export function keptOf(entries, held, person) {
  const here = setOf(held);
  const sent = entries.filter(({ author, state }) => author === person && state === "sent").flatMap(({ id, photos }) => photos.map((photo) => ({ id, ...photo })));
  const kept = sent.filter(({ id, sha256 }) => here.has(keyOf(id, sha256)));
  return { count: kept.length, bytes: kept.reduce((sum, { bytes = 0 }) => sum + bytes, 0), dropped: sent.filter(({ dropped }) => dropped).length };
}
