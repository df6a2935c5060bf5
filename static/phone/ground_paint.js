// @ts-check
// Paints basemap tiles on a canvas: the style of each class and the geometry of tiles. It knows no map and fetches nothing.

// Widths are in pixels at zoom 16; roads grow and shrink a little with the zoom.
const LOOKS = {
  water: { fill: "#A9CDE3", stroke: "#5E93B5", width: 0.8 },
  waterway: { stroke: "#6FA6C9", width: 2 },
  building: { fill: "#D9D0C3", stroke: "#A89C8A", width: 0.8 },
  path: { stroke: "#A08660", width: 1.4, dash: [4, 3] },
  street: { stroke: "#FFFFFF", width: 4, edge: "#9C97A3" },
  main_road: { stroke: "#FBE7A6", width: 6, edge: "#94834A" },
  railway: { stroke: "#55525E", width: 2, dash: [8, 4] },
  boundary: { stroke: "#6B3FA0", width: 1.6, dash: [6, 4] },
};

/** Return the colour of a class in a legend. */
export function colourOf(name) {
  return LOOKS[name]?.fill ?? LOOKS[name]?.stroke;
}

/** Project a position to Web Mercator: x from the west and y from the north, from 0 to 1. */
export function onMap([longitude, latitude]) {
  const angle = (latitude * Math.PI) / 180;
  return [longitude / 360 + 0.5, 0.5 - Math.asinh(Math.tan(angle)) / (2 * Math.PI)];
}

/** Return the tile of a level that contains a position, as "level/column/row". */
export function tileAt(position, level) {
  const [x, y] = onMap(position);
  const last = 2 ** level - 1;
  const at = (share) => Math.min(last, Math.max(0, Math.floor(share * 2 ** level)));
  return `${level}/${at(x)}/${at(y)}`;
}

/** Return the tiles of a level within some metres of a position. */
export function tilesAround(position, level, metres) {
  const [x, y] = onMap(position);
  const far = (metres / (40075016 * Math.cos((position[1] * Math.PI) / 180))) * 2 ** level;
  const tiles = [];
  const last = 2 ** level - 1;
  const [left, right] = [x * 2 ** level - far, x * 2 ** level + far].map((at) => Math.min(last, Math.max(0, Math.floor(at))));
  const [top, bottom] = [y * 2 ** level - far, y * 2 ** level + far].map((at) => Math.min(last, Math.max(0, Math.floor(at))));
  for (let column = left; column <= right; column++) for (let row = top; row <= bottom; row++) tiles.push(`${level}/${column}/${row}`);
  return tiles;
}

/** Return the level whose tiles are drawn at a zoom; null if there would be too many, so that nothing is drawn. */
export function levelFor(levels, zoom) {
  return levels.filter(({ from_zoom }) => from_zoom <= zoom + 0.01).at(-1)?.level ?? null;
}

/** Prepare a tile for repeated painting: for each class a path, and the bounding box [west, north, east, south] of each piece. */
export function prepared(tile, classes, newPath = () => new Path2D()) {
  const found = new Map();
  for (const { name, shapes } of classes) {
    if (!tile[name]) continue;
    const path = newPath();
    const boxes = tile[name].map((piece) => {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      if (shapes === "areas") for (const ring of piece) trace(path, ring, true, box);
      else trace(path, piece, false, box);
      return box;
    });
    found.set(name, { path, boxes });
  }
  return found;
}

function trace(path, steps, closed, box) {
  let x = 0, y = 0;
  for (let at = 0; at < steps.length; at += 2) {
    (x += steps[at]), (y += steps[at + 1]);
    if (at) path.lineTo(x, y);
    else path.moveTo(x, y);
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  if (closed) path.closePath();
}

/**
 * Paint tiles on a canvas of `wide` × `high` pixels, class by class so that no tile covers a road of the next. `placed` is
 * [[tile, x, y, scale, side], …]: a prepared tile of `side` units, each `scale` pixels, with its north-west corner at (x, y).
 * Returns the names of the classes that are visible on the canvas.
 */
export function paint(context, placed, classes, zoom, [wide, high]) {
  const grown = 2 ** (Math.min(Math.max(zoom - 16, -4), 4) / 2.5);
  const painted = new Set();
  for (const { name } of classes) {
    const look = LOOKS[name];
    const seen = ([tile, x, y, scale]) => tile.get(name)?.boxes.some(([west, north, east, south]) => x + east * scale >= 0 && x + west * scale <= wide && y + south * scale >= 0 && y + north * scale <= high);
    const here = look ? placed.filter(seen) : [];
    if (!here.length) continue;
    painted.add(name);
    if (look.fill) {
      context.fillStyle = look.fill;
      for (const one of here) within(context, one, () => context.fill(one[0].get(name).path, "evenodd"));
    }
    const width = look.fill ? look.width : Math.max(0.8, look.width * grown);
    for (const [colour, pixels] of look.edge ? [[look.edge, width + 1.6], [look.stroke, width]] : [[look.stroke, width]]) {
      for (const one of here) {
        within(context, one, () => {
          context.strokeStyle = colour;
          context.lineWidth = pixels / one[3];
          context.setLineDash((look.dash ?? []).map((length) => length / one[3]));
          context.stroke(one[0].get(name).path);
        });
      }
    }
  }
  return painted;
}

// Clip each tile to its own square: the neighbouring tile draws what crosses the edge.
function within(context, [, x, y, scale, side], draw) {
  context.save();
  context.lineJoin = context.lineCap = "round";
  context.beginPath();
  context.rect(x, y, side * scale, side * scale);
  context.clip();
  context.translate(x, y);
  context.scale(scale, scale);
  draw();
  context.restore();
}
