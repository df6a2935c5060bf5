// @ts-check
// Computes the outline of a place from a walk round it: smoothing, simplification, closing, and size with uncertainty.
// Pure. A fix is {lon, lat, accuracy_m, corner, undone}; fixes are not modified or removed from the trace.

/** Largest accuracy radius, in metres, of a fix that is used for the outline. */
export const WIDEST_M = 15;

// WGS 84: local lengths of a degree on the ellipsoid, so that the relative error of an area is below 1e-4.
const EQUATOR_M = 6378137, FLATTENING = 1 / 298.257223563;
const SQUARED = FLATTENING * (2 - FLATTENING);
const RADIANS = Math.PI / 180;

const WINDOW = 2; // number of fixes on either side for the moving average
const TOGETHER_M = 12; // plus their accuracy: two fixes farther apart are not neighbours, because there was a pause
const FINEST_M = 1, COARSEST_M = 10;
const WANDERING = 0.7; // share of the accuracy by which fixes deviate from a straight walk
const LOOP = 8; // in accuracies: a shorter loop comes from an outlier and is not part of the place
const BEGINNING = 0.3; // share of a walk that its end may repeat
const LEAST = 3;

/**
 * Return the local projection around `origin`: [longitude, latitude] to metres, and back.
 * @param {readonly number[]} origin
 * @returns {{ metres: (position: readonly number[]) => Metres, degrees: (metres: readonly number[]) => Position }}
 */
export function plane(origin) {
  const sine = Math.sin(origin[1] * RADIANS) ** 2;
  const east = RADIANS * (EQUATOR_M / Math.sqrt(1 - SQUARED * sine)) * Math.cos(origin[1] * RADIANS);
  const north = RADIANS * ((EQUATOR_M * (1 - SQUARED)) / (1 - SQUARED * sine) ** 1.5);
  return {
    metres: ([lon, lat]) => [(lon - origin[0]) * east, (lat - origin[1]) * north],
    degrees: ([x, y]) => [rounded(origin[0] + x / east), rounded(origin[1] + y / north)],
  };
}

// 1e-5 degrees are about 1 m; round to 1e-7.
function rounded(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}

/** Whether a fix is used for the outline. */
export function isUsed({ accuracy_m, undone }, widest_m = WIDEST_M) {
  return !undone && accuracy_m <= widest_m;
}

/**
 * Return the outline of a walk: {ring, crossings, area_m2, area_off_m2, perimeter_m, perimeter_off_m, closing_m, accuracy_m, used, wide, repeated, loops}.
 * `ring` is [[longitude, latitude]] without repeating the first one, empty if three corners cannot be distinguished. `_off` values are the
 * uncertainty of the figure, ± (95 %). `wide` is the number of too inaccurate fixes, `repeated` of those that repeat the beginning, `loops`
 * of removed loops of outliers.
 */
export function outlineOf(fixes, widest_m = WIDEST_M) {
  const used = fixes.filter((fix) => isUsed(fix, widest_m));
  const wide = fixes.filter((fix) => !fix.undone && !isUsed(fix, widest_m)).length;
  const nothing = { ring: [], crossings: [], area_m2: 0, area_off_m2: 0, perimeter_m: 0, perimeter_off_m: 0, closing_m: 0, accuracy_m: null, used: used.length, wide, repeated: 0, loops: 0 };
  if (!used.length) return nothing;
  const accuracy_m = Math.sqrt(mean(used.map((fix) => fix.accuracy_m ** 2)));
  const { metres, degrees } = plane([used[0].lon, used[0].lat]);
  const walked = used.map((fix) => ({ at: metres([fix.lon, fix.lat]), corner: Boolean(fix.corner), weight: 1 / Math.max(fix.accuracy_m, FINEST_M) ** 2 }));
  const once = withoutRepeat(smoothed(walked, TOGETHER_M + accuracy_m), accuracy_m);
  const { ring, loops } = withoutLoops(simplified(once, tolerance(accuracy_m)), LOOP * accuracy_m);
  const found = { ...nothing, accuracy_m, repeated: walked.length - once.length, loops, closing_m: apart(once[0].at, once.at(-1).at) };
  if (ring.length < LEAST) return found;
  // Noise lengthens a line, so the perimeter is measured along a coarser one.
  const coarser = simplified(once, 2 * tolerance(accuracy_m)).map(({ at }) => at);
  const line = coarser.length < LEAST ? ring : coarser;
  const perimeter_m = length(line);
  return {
    ...found,
    ring: ring.map(degrees),
    crossings: crossingsOf(ring).map(({ at }) => degrees(at)),
    area_m2: Math.abs(signedArea(ring)),
    // Accuracy is the 95 % radius, and the error drifts slowly: assumed to be the full radius on two sides and zero on the others.
    area_off_m2: (perimeter_m * accuracy_m) / 2,
    perimeter_m,
    perimeter_off_m: accuracy_m * Math.sqrt(3 * line.length),
  };
}

/** Tolerance of the simplification in metres: the deviation from a straight line that the accuracy of the fixes explains. */
export function tolerance(accuracy_m) {
  return Math.min(Math.max(WANDERING * accuracy_m, FINEST_M), COARSEST_M);
}

/* --- from fixes to a walk --- */

// Moving average of fixes weighted by accuracy; corners set by hand and isolated fixes stay.
function smoothed(walked, together_m) {
  const beside = (one, other) => walked[other] && !walked[other].corner && apart(walked[one].at, walked[other].at) <= together_m;
  return walked.map((point, index) => {
    if (point.corner) return point;
    // A symmetric window, because otherwise the ends of a walk would move inwards.
    let reach = 0;
    while (reach < WINDOW && beside(index - reach, index - reach - 1) && beside(index + reach, index + reach + 1)) reach += 1;
    const taken = walked.slice(index - reach, index + reach + 1);
    const weight = taken.reduce((sum, each) => sum + each.weight, 0);
    return { ...point, at: [0, 1].map((axis) => taken.reduce((sum, each) => sum + each.at[axis] * each.weight, 0) / weight) };
  });
}

// At the end a surveyor walks over the beginning of the walk again: cut that end where it comes closest to the start.
function withoutRepeat(walked, reach_m) {
  const along = [0];
  for (let at = 1; at < walked.length; at++) along.push(along[at - 1] + apart(walked[at - 1].at, walked[at].at));
  const beginning = walked.filter((_, at) => along[at] <= BEGINNING * (along.at(-1) ?? 0)).map(({ at }) => at);
  const repeats = ({ at }) => beginning.some((point, index) => index && toSegment(at, beginning[index - 1], point) <= reach_m);
  let from = walked.length;
  while (from > walked.length / 2 && repeats(walked[from - 1])) from -= 1;
  if (from >= walked.length) return walked;
  let nearest = from;
  for (let at = from; at < walked.length; at++) if (apart(walked[at].at, walked[0].at) < apart(walked[nearest].at, walked[0].at)) nearest = at;
  return walked.filter((point, at) => at <= nearest || point.corner);
}

/* --- from a walk to a ring --- */

/** Douglas-Peucker on a closed walk: corners set by hand stay, other points only if they deviate from the line by more than `tolerance_m`. */
function simplified(walked, tolerance_m) {
  const points = walked.map(({ at }) => at);
  const corners = walked.flatMap(({ corner }, at) => (corner ? [at] : []));
  const anchors = new Set(corners.length ? corners : [farthest(points, points[0])]);
  if (anchors.size < 2) anchors.add(farthest(points, points[[...anchors][0]]));
  const order = [...anchors].sort((one, other) => one - other);
  if (order.length < 2) return [];
  const kept = [];
  order.forEach((from, index) => {
    const to = order[(index + 1) % order.length];
    const stretch = to > from ? span(from, to) : [...span(from, points.length - 1), ...span(0, to)];
    kept.push(...thinned(stretch, points, tolerance_m).slice(0, -1));
  });
  // Anchors that were not set by hand stay only if the ring needs them.
  const ring = kept.filter((at, index) => {
    if (walked[at].corner || !anchors.has(at) || kept.length <= LEAST) return true;
    return toSegment(points[at], points[kept.at(index - 1)], points[kept[(index + 1) % kept.length]]) > tolerance_m;
  });
  return ring.map((at) => walked[at]);
}

// Standing still or turning back creates small loops; each is cut at its crossing, unless it has a corner set by hand.
function withoutLoops(walked, longest_m) {
  let ring = walked, loops = 0;
  for (;;) {
    const cut = crossingsOf(ring.map(({ at }) => at)).map((crossing) => shortLoop(ring, crossing, longest_m)).find(Boolean);
    if (!cut || cut.length < LEAST) return { ring: ring.map(({ at }) => at), loops };
    ring = cut;
    loops += 1;
  }
}

function shortLoop(ring, { one, other, at }, longest_m) {
  const inner = ring.slice(one + 1, other + 1), outer = [...ring.slice(other + 1), ...ring.slice(0, one + 1)];
  const round = (part) => length([...part, { at }].map((point) => point.at));
  const [loop, rest] = round(inner) < round(outer) ? [inner, outer] : [outer, inner];
  return round(loop) <= longest_m && !loop.some(({ corner }) => corner) ? [...rest, { at }] : null;
}

function thinned(stretch, points, tolerance_m) {
  const kept = new Set([0, stretch.length - 1]);
  /** @type {[number, number][]} */
  const todo = [[0, stretch.length - 1]];
  while (todo.length) {
    const [from, to] = /** @type {[number, number]} */ (todo.pop());
    let widest = tolerance_m, at = -1;
    for (let index = from + 1; index < to; index++) {
      const off = toSegment(points[stretch[index]], points[stretch[from]], points[stretch[to]]);
      if (off > widest) [widest, at] = [off, index];
    }
    if (at < 0) continue;
    kept.add(at);
    todo.push([from, at], [at, to]);
  }
  return stretch.filter((_, index) => kept.has(index));
}

function farthest(points, from) {
  let found = 0;
  points.forEach((point, at) => {
    if (apart(point, from) > apart(points[found], from)) found = at;
  });
  return found;
}

function span(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/* --- geometry in metres --- */

/** Return the self-crossings of a ring: [{one, other, at}], with the indices of the first corners of the two edges. */
export function crossingsOf(ring) {
  const found = [];
  for (let one = 0; one < ring.length; one++) {
    for (let other = one + 2; other < ring.length; other++) {
      if (one === 0 && other === ring.length - 1) continue; // neighbours across the closing edge
      const at = crossing(ring[one], ring[one + 1], ring[other], ring[(other + 1) % ring.length]);
      if (at) found.push({ one, other, at });
    }
  }
  return found;
}

function crossing(a, b, c, d) {
  const [ux, uy] = [b[0] - a[0], b[1] - a[1]], [vx, vy] = [d[0] - c[0], d[1] - c[1]];
  const turn = ux * vy - uy * vx;
  if (!turn) return null;
  const s = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / turn;
  const t = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / turn;
  return s >= 0 && s <= 1 && t >= 0 && t <= 1 ? [a[0] + s * ux, a[1] + s * uy] : null;
}

/** Return the signed area of a ring in m², positive if it is counterclockwise. */
export function signedArea(ring) {
  return ring.reduce((sum, [x, y], at) => sum + x * ring[(at + 1) % ring.length][1] - ring[(at + 1) % ring.length][0] * y, 0) / 2;
}

function length(ring) {
  return ring.reduce((sum, point, at) => sum + apart(point, ring[(at + 1) % ring.length]), 0);
}

function apart(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

function toSegment(point, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]], length = dx * dx + dy * dy;
  const along = length ? Math.min(1, Math.max(0, ((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / length)) : 0;
  return Math.hypot(from[0] + along * dx - point[0], from[1] + along * dy - point[1]);
}

function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/* --- undoing, standing still, formatting --- */

/** Return the indices of the fixes that undo the last `metres` of a walk, newest first. */
export function lastOf(fixes, metres) {
  const found = [];
  let gone = 0, before = null;
  for (let at = fixes.length - 1; at >= 0; at--) {
    const fix = fixes[at];
    if (fix.undone) continue;
    const point = plane([fix.lon, fix.lat]).metres;
    gone += before ? Math.hypot(...point([before.lon, before.lat])) : 0;
    if (found.length && gone > metres) break;
    found.push(at);
    before = fix;
  }
  return found;
}

/** Return the mean position of all fixes about as accurate as the best: {lon, lat, accuracy_m, count}, or null. */
export function standing(fixes) {
  const best = Math.min(...fixes.map(({ accuracy_m }) => accuracy_m));
  const good = fixes.filter(({ accuracy_m }) => accuracy_m <= 1.5 * best);
  if (!good.length) return null;
  const weights = good.map(({ accuracy_m }) => 1 / Math.max(accuracy_m, FINEST_M) ** 2);
  const sum = weights.reduce((total, each) => total + each, 0);
  const middle = (of) => good.reduce((total, fix, at) => total + (fix[of] - good[0][of]) * weights[at], 0) / sum + good[0][of];
  // Errors of fixes within a minute are correlated: the mean is more stable, but not more accurate than the best fix.
  return { lon: rounded(middle("lon")), lat: rounded(middle("lat")), accuracy_m: best, count: good.length };
}

/** Round a figure to its significant digits: to the power of ten of its uncertainty, at least to 1. */
export function meaningful(value, off) {
  const step = Math.max(1, 10 ** Math.floor(Math.log10(Math.max(off, 1))));
  return Math.round(value / step) * step;
}

/** Sample at most so many fixes of a walk evenly, including the first, the last and corners set by hand. */
export function atMost(fixes, most) {
  if (fixes.length <= most) return fixes;
  const corners = fixes.flatMap(({ corner }, at) => (corner ? [at] : [])).slice(0, most - 2);
  const kept = new Set([0, fixes.length - 1, ...corners]);
  const others = fixes.map((_, at) => at).filter((at) => !kept.has(at));
  const room = most - kept.size;
  for (let each = 0; each < room; each++) kept.add(others[Math.floor((each * others.length) / room)]);
  return fixes.filter((_, at) => kept.has(at));
}
