// @ts-check
// Finds known places that a new place may duplicate, by distance and similarity of names.
// Pure: the caller provides the list of places; these are only suggestions.

import { distance_m } from "./ground.js";

const BESIDE_M = 300; // within this distance a place is suggested regardless of its name
const AROUND_M = 3000; // beyond this distance a similar name is ignored
const ALIKE = 0.6;
const FADING_M = 150;
const SHOWN = 5;

/** Similarity of two names from 0 to 1: Dice coefficient of letter pairs, without case, accents and punctuation. */
export function likeness(one, other) {
  const [mine, theirs] = [pairs(one), pairs(other)];
  if (!mine.size || !theirs.size) return 0;
  return (2 * [...mine].filter((pair) => theirs.has(pair)).length) / (mine.size + theirs.size);
}

function pairs(name) {
  const words = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.flatMap((word) => Array.from(` ${word}`, (_, at) => ` ${word} `.slice(at, at + 2))));
}

/**
 * Return possible duplicates of a new place, likeliest first: [{place, metres, alike}]; `metres` is null if either has no point.
 * @param places [{id, name, point: [longitude, latitude] | null}]
 */
export function nearPlaces(places, { point, name }, most = SHOWN) {
  const found = [];
  for (const place of places) {
    const metres = point && place.point ? distance_m(point, place.point) : null;
    const alike = likeness(name, place.name);
    const beside = metres !== null && metres <= BESIDE_M;
    if (!beside && (alike < ALIKE || (metres ?? 0) > AROUND_M)) continue;
    found.push({ place, metres, alike, rank: alike + (metres === null ? 0 : Math.exp(-metres / FADING_M)) });
  }
  found.sort((one, other) => other.rank - one.rank || (one.metres ?? Infinity) - (other.metres ?? Infinity) || (one.place.id < other.place.id ? -1 : 1));
  return found.slice(0, most).map(({ place, metres, alike }) => ({ place, metres, alike }));
}
