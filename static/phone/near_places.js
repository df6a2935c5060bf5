// @ts-check
// Which known places a new one may be: by how far away they lie and how alike their names are.
// Pure: the list of places is the caller's; nothing here says that two places are one.

import { distance_m } from "./ground.js";

const BESIDE_M = 300; // so close, a place is told whatever it is called
const AROUND_M = 3000; // farther away, a like name is another place
const ALIKE = 0.6;
const FADING_M = 150;
const SHOWN = 5;

/** How alike two names are, from 0 to 1: the pairs of letters that both have (Dice), without case, accents and signs. */
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
 * The places that a new one may be, the likeliest first: [{place, metres, alike}], `metres` null where either has no point.
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
