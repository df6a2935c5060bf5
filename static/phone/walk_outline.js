// @ts-check
// Makes the outline of a place from a walk round it: smooths, simplifies and closes it, and says how large it is and how sure that is.
// Pure: fixes in, an outline out. A fix is {lon, lat, accuracy_m, corner, undone}; none is altered, and none leaves the trace.

/** The widest accuracy, in metres, of a fix that the outline is made from. */
export const WIDEST_M = 15;

// WGS 84: near one place a degree is as long as the ellipsoid has it, so that an area is right to a part in ten thousand.
const EQUATOR_M = 6378137, FLATTENING = 1 / 298.257223563;
const SQUARED = FLATTENING * (2 - FLATTENING);
const RADIANS = Math.PI / 180;

const WINDOW = 2; // fixes on either side that a fix is averaged with
const TOGETHER_M = 12; // farther apart than this and their accuracy, two fixes are no neighbours: there was a pause
const FINEST_M = 1, COARSEST_M = 10;
const WANDERING = 0.7; // of the accuracy: how far fixes stray from a straight walk
const LOOP = 8; // accuracies: a shorter loop is a straying fix and no part of the place
const BEGINNING = 0.3; // the part of a walk that its end may repeat
const LEAST = 3;

/**
 * Turns [longitude, latitude] into metres about `origin`, and back.
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

// A hundred-thousandth of a degree is a metre; two more digits are enough.
function rounded(degrees) {
  return Math.round(degrees * 1e7) / 1e7;
}

/** Whether the outline is made from a fix. */
export function isUsed({ accuracy_m, undone }, widest_m = WIDEST_M) {
  return !undone && accuracy_m <= widest_m;
}

/**
 * The outline of a walk: {ring, crossings, area_m2, area_off_m2, perimeter_m, perimeter_off_m, closing_m, accuracy_m, used, wide, repeated, loops}.
 * `ring` is [[longitude, latitude]] without the first one again, empty where three corners cannot be told apart; what is `_off` is how far the
 * figure beside it may be off either way (19 times in 20); `wide` fixes were too inaccurate, `repeated` ones went over the beginning again, and `loops` of strayed fixes were cut off.
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
  // Every wiggle lengthens a line: it is measured along a coarser one.
  const coarser = simplified(once, 2 * tolerance(accuracy_m)).map(({ at }) => at);
  const line = coarser.length < LEAST ? ring : coarser;
  const perimeter_m = length(line);
  return {
    ...found,
    ring: ring.map(degrees),
    crossings: crossingsOf(ring).map(({ at }) => degrees(at)),
    area_m2: Math.abs(signedArea(ring)),
    // Accuracy is a radius that holds 19 fixes in 20, and drifts slowly: taken as wrong on two sides by all of it, on the others not at all.
    area_off_m2: (perimeter_m * accuracy_m) / 2,
    perimeter_m,
    perimeter_off_m: accuracy_m * Math.sqrt(3 * line.length),
  };
}

/** How far, in metres, a walk may wander from the straight line between two corners: by how well the fixes know where they are. */
export function tolerance(accuracy_m) {
  return Math.min(Math.max(WANDERING * accuracy_m, FINEST_M), COARSEST_M);
}

/* --- from fixes to a walk --- */

// The mean of a fix and those beside it, weighted by accuracy; what was set by hand and what stands alone stays.
function smoothed(walked, together_m) {
  const beside = (one, other) => walked[other] && !walked[other].corner && apart(walked[one].at, walked[other].at) <= together_m;
  return walked.map((point, index) => {
    if (point.corner) return point;
    // As many on either side, or the ends of a walk would be drawn inwards.
    let reach = 0;
    while (reach < WINDOW && beside(index - reach, index - reach - 1) && beside(index + reach, index + reach + 1)) reach += 1;
    const taken = walked.slice(index - reach, index + reach + 1);
    const weight = taken.reduce((sum, each) => sum + each.weight, 0);
    return { ...point, at: [0, 1].map((axis) => taken.reduce((sum, each) => sum + each.at[axis] * each.weight, 0) / weight) };
  });
}

// Whoever comes round walks on over their own beginning: that end is cut where it comes closest to the start.
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

/** Douglas-Peucker on a closed walk: corners that were set by hand stay, the rest only where it leaves the line by more than `tolerance_m`. */
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
  // The anchors that nobody set stay only where the ring needs them.
  const ring = kept.filter((at, index) => {
    if (walked[at].corner || !anchors.has(at) || kept.length <= LEAST) return true;
    return toSegment(points[at], points[kept.at(index - 1)], points[kept[(index + 1) % kept.length]]) > tolerance_m;
  });
  return ring.map((at) => walked[at]);
}

// A walk that stands still or turns back draws small loops; a ring is cut short there, at the crossing, unless a corner was set in them by hand.
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

/** Where a ring crosses itself: [{one, other, at}], the edges by where they begin. */
export function crossingsOf(ring) {
  const found = [];
  for (let one = 0; one < ring.length; one++) {
    for (let other = one + 2; other < ring.length; other++) {
      if (one === 0 && other === ring.length - 1) continue; // neighbours, over the closing edge
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

/** The area of a ring in square metres, positive where it runs against the clock. */
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

/* --- taking back, standing still, telling --- */

/** The fixes that are taken back to undo the last `metres` of a walk: their positions in the list, the newest first. */
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

/** Where somebody stands, by all fixes that are about as good as the best: {lon, lat, accuracy_m, count}, null without any. */
export function standing(fixes) {
  const best = Math.min(...fixes.map(({ accuracy_m }) => accuracy_m));
  const good = fixes.filter(({ accuracy_m }) => accuracy_m <= 1.5 * best);
  if (!good.length) return null;
  const weights = good.map(({ accuracy_m }) => 1 / Math.max(accuracy_m, FINEST_M) ** 2);
  const sum = weights.reduce((total, each) => total + each, 0);
  const middle = (of) => good.reduce((total, fix, at) => total + (fix[of] - good[0][of]) * weights[at], 0) / sum + good[0][of];
  // Fixes of one minute share most of their error: a mean steadies the point, and does not make it more accurate than the best.
  return { lon: rounded(middle("lon")), lat: rounded(middle("lat")), accuracy_m: best, count: good.length };
}

/** A figure without digits that say nothing: to a tenth of how far it may be off, at least to one. */
export function meaningful(value, off) {
  const step = Math.max(1, 10 ** Math.floor(Math.log10(Math.max(off, 1))));
  return Math.round(value / step) * step;
}

/** At most so many of a walk's fixes, evenly chosen; the first, the last and corners that were set by hand are among them. */
export function atMost(fixes, most) {
  if (fixes.length <= most) return fixes;
  const corners = fixes.flatMap(({ corner }, at) => (corner ? [at] : [])).slice(0, most - 2);
  const kept = new Set([0, fixes.length - 1, ...corners]);
  const others = fixes.map((_, at) => at).filter((at) => !kept.has(at));
  const room = most - kept.size;
  for (let each = 0; each < room; each++) kept.add(others[Math.floor((each * others.length) / room)]);
  return fixes.filter((_, at) => kept.has(at));
}
