// @ts-check
// Builds the document of a proposed place, and the opening of its form before the server knows the place.
// Pure: the caller provides place, fixes and person. The server has the same rules, and its result counts.

import { distance_m, middle } from "./ground.js";
import { atMost, isUsed, outlineOf, plane, signedArea } from "./walk_outline.js";

/** Maximum number of fixes of a walk that are sent. */
export const MOST_SENT = 2000;
const HEX = 12;
const LEAST = 3;

/** Return the site id of a proposed place, on the phone and on the server. */
export function siteOf(id) {
  return `usulan-${id.replaceAll("-", "").slice(0, HEX)}`;
}

/** Return the position of a place: {geometry, accuracy_m}, null while it is unknown. */
export function positionOf({ how, point, pin, walk, as_middle }, fixes) {
  if (how === "pin") return pin && { geometry: pointAt(pin), accuracy_m: null };
  if (how === "stand") return point && { geometry: pointAt(point), accuracy_m: point.accuracy_m };
  if (how !== "walk") return null;
  if (as_middle) return middleOf(fixes);
  const { ring, crossings, accuracy_m } = outlineOf(fixes);
  if (walk !== "closed" || ring.length < LEAST || crossings.length) return null;
  return { geometry: { type: "Polygon", coordinates: [closed(ring)] }, accuracy_m: tenth(accuracy_m) };
}

/** Return the middle of a walk as a point whose accuracy is the extent of the walk; null without a walk. */
export function middleOf(fixes) {
  const used = fixes.filter((fix) => isUsed(fix));
  if (!used.length) return null;
  /** @type {Position[]} */
  const at = used.map((fix) => [fix.lon, fix.lat]);
  const [lon, lat] = middle({ type: "Polygon", coordinates: [at] }) ?? at[0];
  const centre = [lon, lat].map((degrees) => Math.round(degrees * 1e7) / 1e7);
  const accuracy_m = Math.max(...used.map((fix, index) => distance_m(centre, at[index]) + fix.accuracy_m));
  return { geometry: { type: "Point", coordinates: centre }, accuracy_m: tenth(accuracy_m) };
}

function pointAt({ lon, lat }) {
  return { type: "Point", coordinates: [lon, lat] };
}

// A GeoJSON ring: counterclockwise, ending with its first corner.
function closed(ring) {
  const { metres } = plane(ring[0]);
  const turned = signedArea(ring.map(metres)) < 0 ? [...ring].reverse() : ring;
  return [...turned, turned[0]];
}

function tenth(metres) {
  return Math.round(metres * 10) / 10;
}

/** Return the document for PUT /api/places/ID; `near` are the ids of the places shown as possible duplicates. */
export function documentOf(place, fixes, { author, near }) {
  const { id, name, kind, note, begun_at } = place;
  const trace = place.how === "walk" ? atMost(fixes, MOST_SENT) : [];
  return {
    id,
    site: siteOf(id),
    name: name.trim(),
    kind,
    ...positionOf(place, fixes),
    walk: trace.map(({ lon, lat, accuracy_m, at }) => [lon, lat, accuracy_m, at]),
    note: note.trim(),
    near,
    author,
    begun_at,
  };
}

/** Return the opening of a proposed place: `blank` completed from the document; the only fact in `blank` is the kind. */
export function openingOf({ site, name, kind, geometry, accuracy_m }, blank) {
  const outline = geometry.type === "Point" ? null : geometry;
  const known = kind ? Object.fromEntries(Object.keys(blank.known).map((question) => [question, kind])) : {};
  return { ...blank, site, name, point: outline ? middle(outline) : geometry.coordinates, outline, accuracy_m, allowed_m: blank.allowed_m + (accuracy_m ?? 0), known, kept_at: new Date().toISOString() };
}

/** Turn a refused document into an unfinished place to be corrected: {place, fixes}. */
export function begunAgain({ id, site, name, kind, note, author, begun_at, geometry, accuracy_m, walk }) {
  // A corner set by hand is exactly in the outline; smoothed fixes are not, so that the two can be told apart.
  const corners = new Set(geometry.type === "Polygon" ? geometry.coordinates[0].map(String) : []);
  const fixes = walk.map(([lon, lat, accuracy, at], number) => ({ place: id, number, lon, lat, accuracy_m: accuracy ?? 0, at, corner: corners.has(String([lon, lat])), undone: false }));
  const [lon, lat] = geometry.type === "Point" ? geometry.coordinates : [];
  const walked = walk.length > 0;
  return {
    place: {
      id,
      site,
      author,
      name,
      kind,
      note,
      how: walked ? "walk" : accuracy_m === null ? "pin" : "stand",
      walk: walked ? "closed" : "",
      as_middle: walked && geometry.type === "Point",
      point: !walked && accuracy_m !== null ? { lon, lat, accuracy_m, count: 1 } : null,
      pin: !walked && accuracy_m === null ? { lon, lat } : null,
      begun_at,
      changed_at: new Date().toISOString(),
    },
    fixes,
  };
}
