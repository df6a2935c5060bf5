// @ts-check
// Metres on the ground, near one place: how far apart two points are, and whether one lies in an outline.
// Good to a part in a thousand over a few kilometres; nothing here is used to judge a site.

const RADIUS_M = 6371008.8;
const RADIANS = Math.PI / 180;

/** Metres east and north of `origin`, both [longitude, latitude]. */
/**
 * @param {readonly number[]} origin
 * @param {readonly number[]} position
 * @returns {Metres}
 */
export function metresFrom(origin, [longitude, latitude]) {
  return [(longitude - origin[0]) * RADIANS * RADIUS_M * Math.cos(origin[1] * RADIANS), (latitude - origin[1]) * RADIANS * RADIUS_M];
}

/** The point that lies so many metres east and north of `origin`. */
/**
 * @param {readonly number[]} origin
 * @param {readonly number[]} metres
 * @returns {Position}
 */
export function pointAt(origin, [east, north]) {
  return [origin[0] + east / (RADIANS * RADIUS_M * Math.cos(origin[1] * RADIANS)), origin[1] + north / (RADIANS * RADIUS_M)];
}

export function distance_m(one, other) {
  return Math.hypot(...metresFrom(one, other));
}

/** The rings of a Polygon or MultiPolygon, by polygon; none for anything else. */
export function polygons(outline) {
  if (outline?.type === "Polygon") return [outline.coordinates];
  return outline?.type === "MultiPolygon" ? outline.coordinates : [];
}

export function inside(point, outline) {
  return polygons(outline).some((rings) => rings.reduce((odd, ring) => odd !== crosses(point, ring), false));
}

/** How far a point is from the edge of an outline, in metres; infinite where there is none. */
export function fromEdge_m(point, outline) {
  let least = Infinity;
  for (const ring of polygons(outline).flat()) {
    const corners = ring.map((corner) => metresFrom(point, corner));
    for (let at = 1; at < corners.length; at++) least = Math.min(least, toSegment(corners[at - 1], corners[at]));
  }
  return least;
}

// From the origin to the nearest place between two corners.
function toSegment([x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1], length = dx * dx + dy * dy;
  const along = length ? Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / length)) : 0;
  return Math.hypot(x1 + along * dx, y1 + along * dy);
}

function crosses([x, y], ring) {
  let odd = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [x1, y1] = ring[at], [x2, y2] = ring[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  }
  return odd;
}

/**
 * The middle of what is known: of the first ring of an outline.
 * @param {Outline | null | undefined} outline
 * @returns {Position | null}
 */
export function middle(outline) {
  const ring = polygons(outline)[0]?.[0];
  if (!ring) return null;
  const [west, east] = extent(ring.map(([x]) => x)), [south, north] = extent(ring.map(([, y]) => y));
  return [(west + east) / 2, (south + north) / 2];
}

function extent(numbers) {
  return [Math.min(...numbers), Math.max(...numbers)];
}
