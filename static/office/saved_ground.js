// @ts-check
// Basemap of a saved map: the tiles stand in the file itself, and are painted below the other layers.

import { levelFor, paint, prepared } from "../phone/ground_paint.js";
import { groundLegend, showCredits } from "./ground_legend.js";

const SQUARE = 256;
const { L, map_rba: map } = globalThis;
const given = JSON.parse(document.getElementById("rba-ground-tiles").textContent);
const show = groundLegend(map);
const tiles = new Map();

function tileOf(name) {
  if (!given.tiles[name]) return null;
  if (!tiles.has(name)) tiles.set(name, prepared(given.tiles[name], given.classes));
  return tiles.get(name);
}

const Squares = L.GridLayer.extend({
  createTile({ x, y, z }) {
    const canvas = L.DomUtil.create("canvas", "");
    const dense = Math.min(globalThis.devicePixelRatio || 1, 2);
    canvas.width = canvas.height = SQUARE * dense;
    const level = levelFor(given.levels, z);
    if (level === null) return canvas;
    const size = (SQUARE * 2 ** z) / 2 ** level;
    const placed = [];
    for (let column = Math.floor((x * SQUARE) / size); column * size < (x + 1) * SQUARE; column++) {
      for (let row = Math.floor((y * SQUARE) / size); row * size < (y + 1) * SQUARE; row++) {
        const tile = tileOf(`${level}/${column}/${row}`);
        if (tile) placed.push([tile, column * size - x * SQUARE, row * size - y * SQUARE, size / given.side, given.side]);
      }
    }
    const context = canvas.getContext("2d");
    context.scale(dense, dense);
    paint(context, placed, given.classes, z, [SQUARE, SQUARE]);
    return canvas;
  },
});

if (given.levels.length) {
  map.createPane("ground").style.zIndex = 155;
  map.getPane("ground").style.pointerEvents = "none";
  new Squares({ pane: "ground", tileSize: SQUARE, minZoom: given.levels[0].from_zoom, maxZoom: 22, noWrap: true, updateWhenZooming: false }).addTo(map);
  show(given.titles);
}
showCredits(map, given.credits);
