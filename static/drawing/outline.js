// @ts-check
// Size and validity of GeoJSON outlines, without a map. The server validates again by the same rules.

const A = 6378137;
const F = 1 / 298.257223563;
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const RADIANS = Math.PI / 180;

/** Return the areas of a geometry, each a list of rings; empty for a point. */
export function areasOf(geometry) {
  if (geometry?.type === "Polygon") return [geometry.coordinates];
  return geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
}

/**
 * Return a geometry of these areas, or null if there are none.
 * @param {Ring[][]} areas
 * @returns {Outline | null}
 */
export function geometryOf(areas) {
  if (!areas.length) return null;
  return areas.length === 1 ? { type: "Polygon", coordinates: areas[0] } : { type: "MultiPolygon", coordinates: areas };
}

/** Area on the ellipsoid in m², without holes: summed between each edge and the equator, as on the server. */
export function area_m2(geometry) {
  return areasOf(geometry).reduce((sum, [outer, ...holes]) => sum + holes.reduce((left, hole) => left - ring_m2(hole), ring_m2(outer)), 0);
}

/** Length of all edges in metres, including holes. */
export function perimeter_m(geometry) {
  return areasOf(geometry).flat().reduce((sum, ring) => sum + length_m(ring), 0);
}

/** Length of a line in metres. */
export function length_m(line) {
  let sum = 0;
  for (let at = 1; at < line.length; at++) sum += apart_m(line[at - 1], line[at]);
  return sum;
}

function q(latitude) {
  const sine = Math.sin(latitude);
  return (1 - E2) * (sine / (1 - E2 * sine * sine) + Math.atanh(E * sine) / E);
}

const Q_POLE = q(Math.PI / 2);

function authalic(latitude) {
  return Math.asin(Math.min(1, Math.max(-1, q(latitude) / Q_POLE)));
}

function ring_m2(ring) {
  let excess = 0;
  for (let at = 1; at < ring.length; at++) {
    const turn = (ring[at][0] - ring[at - 1][0]) * RADIANS;
    const start = authalic(ring[at - 1][1] * RADIANS), end = authalic(ring[at][1] * RADIANS);
    excess += 2 * Math.atan((Math.tan(turn / 2) * Math.sin((start + end) / 2)) / Math.cos((end - start) / 2));
  }
  return (Math.abs(excess) * A * A * Q_POLE) / 2;
}

/** Distance of two positions in metres, by the ellipsoid's radii at their middle; relative error 1e-6 over some kilometres. */
export function apart_m([lon1, lat1], [lon2, lat2]) {
  const middle = ((lat1 + lat2) / 2) * RADIANS;
  const flattened = 1 - E2 * Math.sin(middle) ** 2;
  const east = (lon2 - lon1) * RADIANS * (A / Math.sqrt(flattened)) * Math.cos(middle);
  const north = ((lat2 - lat1) * RADIANS * A * (1 - E2)) / flattened ** 1.5;
  return Math.hypot(east, north);
}

/**
 * Return the faults of a geometry's areas with their positions: [{fault, area, hole, at}]; empty if it is valid.
 * `fault` is "few", "crosses", "outside", "touches" or "overlap"; `area` and `hole` count from 1, and hole 0 is the outline itself.
 */
export function faultsOf(geometry) {
  const areas = areasOf(geometry);
  const faults = [];
  areas.forEach((rings, index) => {
    const area = index + 1;
    const before = faults.length;
    rings.forEach((ring, hole) => {
      if (new Set(ring.map(String)).size < 3) faults.push({ fault: "few", area, hole, at: ring[0] });
      else {
        const at = crossing(segments(ring));
        if (at) faults.push({ fault: "crosses", area, hole, at });
      }
    });
    if (faults.length > before) return;
    const [outer, ...holes] = rings;
    holes.forEach((ring, number) => {
      const out = ring.find((corner) => side(corner, outer) < 0) ?? meets(ring, outer, true);
      if (out) faults.push({ fault: "outside", area, hole: number + 1, at: out });
      for (const other of holes.slice(0, number)) {
        const at = meets(ring, other, false) ?? within(ring, other) ?? within(other, ring);
        if (at) faults.push({ fault: "touches", area, hole: number + 1, at });
      }
    });
  });
  if (faults.length) return faults;
  areas.forEach(([outer, ...holes], index) => {
    for (let other = 0; other < index; other++) {
      const [around, ...gaps] = areas[other];
      const at = meets(outer, around, false) ?? (inGap(outer, gaps) || inGap(around, holes) ? null : (within(outer, around) ?? within(around, outer)));
      if (at) faults.push({ fault: "overlap", area: index + 1, hole: 0, at });
    }
  });
  return faults;
}

function inGap(ring, gaps) {
  return gaps.some((gap) => ring.every((corner) => side(corner, gap) >= 0) && !meets(ring, gap, true));
}

/**
 * Whether a position lies in a ring: 1 inside, 0 on its edge, -1 outside.
 * @param {readonly number[]} position
 * @param {Ring} ring
 */
export function side([x, y], ring) {
  let odd = false;
  for (let at = 1; at < ring.length; at++) {
    const [x1, y1] = ring[at - 1], [x2, y2] = ring[at];
    const turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    if (turn === 0 && Math.min(x1, x2) <= x && x <= Math.max(x1, x2) && Math.min(y1, y2) <= y && y <= Math.max(y1, y2)) return 0;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  }
  return odd ? 1 : -1;
}

// A corner or edge midpoint of a ring that lies inside another ring.
function within(ring, other) {
  for (let at = 1; at < ring.length; at++) {
    const [a, b] = [ring[at - 1], ring[at]];
    if (side(a, other) > 0) return a;
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    if (side(middle, other) > 0) return middle;
  }
  return ring.every((corner) => side(corner, other) === 0) ? ring[0] : null; // both rings are the same
}

function segments(ring) {
  const found = [];
  for (let at = 1; at < ring.length; at++) {
    const [a, b] = [ring[at - 1], ring[at]];
    if (a[0] !== b[0] || a[1] !== b[1]) found.push({ a, b, west: Math.min(a[0], b[0]), east: Math.max(a[0], b[0]), at: found.length });
  }
  return found;
}

// The first point where a ring meets itself, other than at the common corner of neighbouring edges.
function crossing(edges) {
  const count = edges.length;
  const sorted = [...edges].sort((one, other) => one.west - other.west);
  for (let i = 0; i < sorted.length; i++) {
    for (let j = i + 1; j < sorted.length && sorted[j].west <= sorted[i].east; j++) {
      const [one, other] = sorted[i].at < sorted[j].at ? [sorted[i], sorted[j]] : [sorted[j], sorted[i]];
      const next = other.at === one.at + 1, closing = one.at === 0 && other.at === count - 1;
      const at = next ? folds(one, other) : closing ? folds(other, one) : touch(one, other);
      if (at) return at;
    }
  }
  return null;
}

// Neighbouring edges share a corner; they may not overlap.
function folds(one, other) {
  const far = cross(one.a, one.b, other.b);
  if (far !== 0) return null;
  const back = (one.b[0] - one.a[0]) * (other.b[0] - other.a[0]) + (one.b[1] - one.a[1]) * (other.b[1] - other.a[1]);
  return back < 0 ? one.b : null;
}

function cross([x1, y1], [x2, y2], [x, y]) {
  return (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
}

function on({ a, b }, [x, y]) {
  return Math.min(a[0], b[0]) <= x && x <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= y && y <= Math.max(a[1], b[1]);
}

// A common point of two edges.
function touch(one, other) {
  const [c1, c2] = [cross(one.a, one.b, other.a), cross(one.a, one.b, other.b)];
  const [c3, c4] = [cross(other.a, other.b, one.a), cross(other.a, other.b, one.b)];
  if (c1 * c2 < 0 && c3 * c4 < 0) return along(other, c1 / (c1 - c2));
  if (c1 === 0 && on(one, other.a)) return other.a;
  if (c2 === 0 && on(one, other.b)) return other.b;
  if (c3 === 0 && on(other, one.a)) return one.a;
  return c4 === 0 && on(other, one.b) ? one.b : null;
}

function along({ a, b }, share) {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

// A point where the edges of two rings cross or overlap; one common corner is allowed. With `inner`, whether the first ring leaves the second.
function meets(ring, other, inner) {
  const edges = segments(other).sort((one, next) => one.west - next.west);
  for (const one of segments(ring)) {
    for (const edge of edges) {
      if (edge.west > one.east) break;
      if (edge.east < one.west) continue;
      const [c1, c2] = [cross(edge.a, edge.b, one.a), cross(edge.a, edge.b, one.b)];
      const [c3, c4] = [cross(one.a, one.b, edge.a), cross(one.a, one.b, edge.b)];
      if (c1 * c2 < 0 && c3 * c4 < 0) return along(one, c1 / (c1 - c2));
      if (c1 === 0 && c2 === 0) {
        const line = [on(edge, one.a) && one.a, on(edge, one.b) && one.b, on(one, edge.a) && edge.a, on(one, edge.b) && edge.b].filter(Boolean);
        if (new Set(line.map(String)).size > 1) return line[0];
      }
    }
    const middle = along(one, 0.5);
    if (inner && side(middle, other) < 0) return middle;
  }
  return null;
}
