// @ts-check
// Model of a drawing, without a map: geometry of a site and its parts, undo history, and unchanged positions as they were given.

const DECIMALS = 7; // about a centimetre

/** The given positions: a corner that was not moved keeps all its digits and its height. */
export class Known {
  constructor() {
    this.positions = new Map();
  }

  learn(geometry) {
    for (const position of positionsOf(geometry)) this.positions.set(`${position[0]},${position[1]}`, position);
  }

  /** Return a position of the map as it is stored: as it was given, or rounded to about 1 cm. */
  at(longitude, latitude) {
    return this.positions.get(`${longitude},${latitude}`) ?? [rounded(longitude), rounded(latitude)];
  }

  /** Return the known position for which `near(position)` is least and at most `most`, or the position itself if there is none. */
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

/** Whether two geometries are equal, regardless of the order of their members. */
export function same(one, other) {
  return JSON.stringify([one?.type, one?.coordinates]) === JSON.stringify([other?.type, other?.coordinates]);
}

/** Undo history; `now` is the current state. */
export class History {
  constructor(first) {
    this.steps = [JSON.stringify(first)];
    this.at = 0;
  }

  get now() {
    return JSON.parse(this.steps[this.at]);
  }

  /** Add a step; return false if it changes nothing. */
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

/** Return a closed ring of corners in the order of GeoJSON (RFC 7946): outlines counterclockwise, holes clockwise. */
export function ringOf(corners, hole = false) {
  const ring = [...corners, corners[0]];
  const doubled = ring.slice(1).reduce((sum, [x, y], at) => sum + (x - ring[at][0]) * (y + ring[at][1] - 2 * ring[0][1]), 0);
  return doubled > 0 === hole ? ring : ring.reverse();
}

/** Return references to the corner arrays of a geometry: [{corners, closed, least}]; a closed one ends with its first corner. */
export function linesOf(geometry) {
  if (geometry?.type === "LineString") return [{ corners: geometry.coordinates, closed: false, least: 2 }];
  const areas = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
  return areas.flat().map((corners) => ({ corners, closed: true, least: 3 }));
}

/** Number of corners of a geometry, without those that close a ring. */
export function countOf(geometry) {
  return linesOf(geometry).reduce((sum, { corners, closed }) => sum + corners.length - (closed ? 1 : 0), 0);
}

/** A corner is addressed as [line, index]. These functions change the given geometry in place and return whether they could. */
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

/** Return the corner for which `far(position)` is least and at most `most`, as [line, index], or null. */
export function nearestCorner(geometry, far, most) {
  let found = null, least = most;
  linesOf(geometry).forEach(({ corners, closed }, line) => {
    corners.slice(0, closed ? -1 : undefined).forEach((corner, index) => {
      if (far(corner) <= least) (found = [line, index]), (least = far(corner));
    });
  });
  return found;
}

/** Return the edge for which `far(from, to)` is least, as [line, index of its first corner]. */
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

/** Return an id for a new part: site, kind, and the first unused number. */
export function idFor(parts, site, kind) {
  const taken = new Set(parts.map(({ id }) => id));
  const stem = [site, kind].filter(Boolean).join("-");
  for (let number = 1; ; number++) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}
