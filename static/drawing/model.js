// @ts-check
// What is drawn, without a map: the geometry of a place and its parts, every step of it to be undone, positions as they were given.

const DECIMALS = 7; // about a centimetre

/** The positions that were given; a corner that nobody moved keeps its digits, and its height. */
export class Known {
  constructor() {
    this.positions = new Map();
  }

  learn(geometry) {
    for (const position of positionsOf(geometry)) this.positions.set(`${position[0]},${position[1]}`, position);
  }

  /** A position of the map as it is written: as it was given, or to a centimetre. */
  at(longitude, latitude) {
    return this.positions.get(`${longitude},${latitude}`) ?? [rounded(longitude), rounded(latitude)];
  }

  /** The known position nearest to one, where `near(position)` gives a distance of at most `most`; the position itself where there is none. */
  snapped(position, near, most) {
    let best = position, least = most;
    for (const known of this.positions.values()) {
      const far = near(known);
      if (far <= least) (best = known), (least = far);
    }
    return best;
  }
}

function rounded(degrees) {
  return Number(degrees.toFixed(DECIMALS));
}

/** Every position of a geometry. */
export function positionsOf(geometry) {
  if (!geometry?.coordinates) return [];
  return geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates.flat({ LineString: 0, Polygon: 1, MultiPoint: 0, MultiLineString: 1, MultiPolygon: 2 }[geometry.type] ?? 0);
}

/** Whether two geometries are the same, in whatever order their members stand. */
export function same(one, other) {
  return JSON.stringify([one?.type, one?.coordinates]) === JSON.stringify([other?.type, other?.coordinates]);
}

/** What was done, step by step; `now` is what it has come to. */
export class History {
  constructor(first) {
    this.steps = [JSON.stringify(first)];
    this.at = 0;
  }

  get now() {
    return JSON.parse(this.steps[this.at]);
  }

  /** Take a step; false where it changes nothing. */
  take(next) {
    const text = JSON.stringify(next);
    if (text === this.steps[this.at]) return false;
    this.steps = [...this.steps.slice(0, this.at + 1), text];
    this.at += 1;
    return true;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.steps.length - 1;
  }

  undo() {
    if (this.canUndo) this.at -= 1;
  }

  redo() {
    if (this.canRedo) this.at += 1;
  }
}

/** A ring from its corners: closed, and the way round that the format wants: outlines counterclockwise, holes clockwise. */
export function ringOf(corners, hole = false) {
  const ring = [...corners, corners[0]];
  const doubled = ring.slice(1).reduce((sum, [x, y], at) => sum + (x - ring[at][0]) * (y + ring[at][1] - 2 * ring[0][1]), 0);
  return doubled > 0 === hole ? ring : ring.reverse();
}

/** The lists of corners of a geometry as its own arrays: [{corners, closed, least}]; a closed one ends with its first corner. */
export function linesOf(geometry) {
  if (geometry?.type === "LineString") return [{ corners: geometry.coordinates, closed: false, least: 2 }];
  const areas = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
  return areas.flat().map((corners) => ({ corners, closed: true, least: 3 }));
}

/** How many corners a geometry has; the one that closes a ring is none. */
export function countOf(geometry) {
  return linesOf(geometry).reduce((sum, { corners, closed }) => sum + corners.length - (closed ? 1 : 0), 0);
}

/** Where a corner is: [line, index]. Each of these changes the geometry that it is given, and tells whether it could. */
export function moveCorner(geometry, [line, index], position) {
  const { corners, closed } = linesOf(geometry)[line];
  corners[index] = position;
  if (closed && index === 0) corners[corners.length - 1] = position;
  return true;
}

export function removeCorner(geometry, [line, index]) {
  const { corners, closed, least } = linesOf(geometry)[line];
  if (corners.length - (closed ? 1 : 0) <= least) return false;
  corners.splice(index, 1);
  if (closed && index === 0) corners[corners.length - 1] = corners[0];
  return true;
}

/** Insert a corner after another one. */
export function insertCorner(geometry, [line, index], position) {
  linesOf(geometry)[line].corners.splice(index + 1, 0, position);
  return true;
}

/** The corner for which `far(position)` is least and at most `most`, as [line, index]; null where there is none. */
export function nearestCorner(geometry, far, most) {
  let found = null, least = most;
  linesOf(geometry).forEach(({ corners, closed }, line) => {
    corners.slice(0, closed ? -1 : undefined).forEach((corner, index) => {
      if (far(corner) <= least) (found = [line, index]), (least = far(corner));
    });
  });
  return found;
}

/** The edge for which `far(from, to)` is least, as [line, index of its first corner]. */
export function nearestEdge(geometry, far) {
  let found = null, least = Infinity;
  linesOf(geometry).forEach(({ corners }, line) => {
    for (let index = 1; index < corners.length; index++) {
      const apart = far(corners[index - 1], corners[index]);
      if (apart < least) (found = [line, index - 1]), (least = apart);
    }
  });
  return found;
}

/** An id for a new part: of its site and kind, and the first number that no part of the list has. */
export function idFor(parts, site, kind) {
  const taken = new Set(parts.map(({ id }) => id));
  const stem = [site, kind].filter(Boolean).join("-");
  for (let number = 1; ; number++) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}
