// @ts-check
// Local distances in metres, and point-in-polygon tests.
// Relative error 1e-3 over a few kilometres; not used to evaluate a site.

const RADIUS_M = 6371008.8;
const RADIANS = Math.PI / 180;

/** Return [east, north] of `position` from `origin` in metres; both are [longitude, latitude]. */
/**
 * @param {readonly number[]} origin
 * @param {readonly number[]} position
 * @returns {Metres}
 */
export function metresFrom(origin, [longitude, latitude]) {
  return [(longitude - origin[0]) * RADIANS * RADIUS_M * Math.cos(origin[1] * RADIANS), (latitude - origin[1]) * RADIANS * RADIUS_M];
}

/** Return the point so many metres east and north of `origin`. */
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

/** Return the rings of a Polygon or MultiPolygon, by polygon; empty for other types. */
export function polygons(outline) {
  if (outline?.type === "Polygon") return [outline.coordinates];
  return outline?.type === "MultiPolygon" ? outline.coordinates : [];
}

export function inside(point, outline) {
  return polygons(outline).some((rings) => rings.reduce((odd, ring) => odd !== crosses(point, ring), false));
}

/** Distance of a point from the edge of an outline in metres; Infinity without an outline. */
export function fromEdge_m(point, outline) {
  let least = Infinity;
  for (const ring of polygons(outline).flat()) {
    const corners = ring.map((corner) => metresFrom(point, corner));
    for (let at = 1; at < corners.length; at++) least = Math.min(least, toSegment(corners[at - 1], corners[at]));
  }
  return least;
}

// From the origin to the nearest point of an edge.
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
 * Return the middle of an outline: that of its first ring.
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
