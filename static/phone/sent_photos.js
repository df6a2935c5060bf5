// @ts-check
// Photos that were sent and stay on the phone for a while: which of them the server asks for again, and which go first for want of room.
// Pure: storage, network and the clock are the caller's, so that each rule can be tried by itself.

const keyOf = (id, hash) => `${id} ${hash}`;
const setOf = (held) => new Set(held.map(([id, hash]) => keyOf(id, hash)));

/**
 * What the server misses and this phone still has: [{id, hashes}] of entries that were sent, by the person the work is of.
 * `held` are the keys of the photos on this phone. Another version of the visit may be the one that misses it: a photo counts for its sender.
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
 * The server lost photos that this phone still has: it is sent once more, as if these had not been.
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

/** The sent photos that this phone still has, those sent longest ago first: [{id, hash}]. Nothing that was not sent is among them. */
export function droppable(entries, held) {
  const here = setOf(held);
  const time = ({ sent_at, since }) => sent_at ?? since;
  return [...entries]
    .sort((one, other) => (time(one) < time(other) ? -1 : 1))
    .flatMap(({ id, photos }) => [...new Set(photos.filter(({ sent }) => sent).map(({ sha256 }) => sha256))].map((hash) => ({ id, hash })))
    .filter(({ id, hash }) => here.has(keyOf(id, hash)));
}

/** What is told of one person's sent photos: how many are still here with how many bytes, and how many went early for want of room. */
export function keptOf(entries, held, person) {
  const here = setOf(held);
  const sent = entries.filter(({ author, state }) => author === person && state === "sent").flatMap(({ id, photos }) => photos.map((photo) => ({ id, ...photo })));
  const kept = sent.filter(({ id, sha256 }) => here.has(keyOf(id, sha256)));
  return { count: kept.length, bytes: kept.reduce((sum, { bytes = 0 }) => sum + bytes, 0), dropped: sent.filter(({ dropped }) => dropped).length };
}
