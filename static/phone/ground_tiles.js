// @ts-check
// Basemap of the phone's maps: tiles cached for the surveyor's sites, drawn under a sketch or a Leaflet map.
// Tiles come from the cache first, then from the server; without tiles the maps have no basemap.

import { levelFor, onMap, paint, prepared, tilesAround } from "./ground_paint.js";

const ABOUT = "/api/ground";
const KEPT = "/api/ground/kept"; // key of this phone's inventory in the cache; the server has no such URL
const TILES = "/api/ground/tiles";
const CACHE = "ground";
const PATIENCE_MS = 6000;
const QUICK_MS = 1500;
const AGAIN_MS = 3000;
const TRIES = 4;
const AT_ONCE = 48;
const MOST_BYTES = 25_000_000; // limit of the cache, uncompressed
const NEAR_M = { 16: 600, 14: 1500, 12: 3000 }; // radius around a site within which each level is cached
const REMEMBERED = 96;
const RADIUS_M = 6371008.8; // as in ground.js, so that the sketch and its basemap have the same scale
const SQUARE = 256;

let asked = null;
const tiles = new Map();

/** Return the description of the basemap: version, levels, classes with titles; {state: "unknown"} if neither cache nor server has it. */
export function groundAbout() {
  return (asked ??= about().catch(() => ({ state: "unknown" }))).then((known) => {
    if (known.state === "unknown" || known.state === "cutting") asked = null;
    return known;
  });
}

// Use the newest layers if the server can be reached, else the cached ones.
async function about() {
  return (await ask(ABOUT, QUICK_MS)) ?? (await read(ABOUT)) ?? { state: "unknown" };
}

async function read(address) {
  if (!("caches" in globalThis)) return null;
  const answer = await (await caches.open(CACHE)).match(address, { ignoreVary: true });
  return answer ? answer.json() : null;
}

async function ask(address, patience = PATIENCE_MS) {
  if (navigator.onLine === false) return null;
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(patience) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function addressOf(version, names) {
  return `${TILES}?version=${version}&of=${names}`;
}

// Return a prepared tile; null if it is not available now.
function tileOf({ version, classes }, name) {
  const address = addressOf(version, name);
  let tile = tiles.get(address);
  if (!tile) {
    tile = read(address)
      .catch(() => null)
      .then(async (kept) => kept ?? (await ask(address)))
      .then((found) => found?.[name])
      .then((found) => {
        if (!found) tiles.delete(address);
        return found && prepared(found, classes);
      });
    if (tiles.size >= REMEMBERED) tiles.delete(tiles.keys().next().value);
    tiles.set(address, tile);
  }
  return tile;
}

/**
 * Load the tiles of a window of the Mercator map: `x` and `y` of its corner and its size in pixels, where the map is `world` pixels wide.
 * Coarser tiles replace unavailable ones. Resolves to a function that paints and returns the painted classes.
 */
async function ready(known, { x, y, wide, high, world }) {
  const zoom = Math.log2(world / SQUARE);
  const fine = levelFor(known.levels, zoom);
  if (fine === null) return () => new Set();
  for (const { level } of [...known.levels].reverse().filter((each) => each.level <= fine)) {
    const count = 2 ** level, size = world / count;
    const inside = (at) => Math.min(count - 1, Math.max(0, Math.floor(at / size)));
    const wanted = [];
    for (let column = inside(x); column <= inside(x + wide - 0.01); column++) for (let row = inside(y); row <= inside(y + high - 0.01); row++) wanted.push([column, row]);
    const found = await Promise.all(wanted.map(async ([column, row]) => [await tileOf(known, `${level}/${column}/${row}`), column * size - x, row * size - y, size / known.side, known.side]));
    const there = found.filter(([paths]) => paths);
    if (there.length === found.length || level === known.levels[0].level) return (context) => paint(context, there, known.classes, zoom, [wide, high]);
  }
  return () => new Set();
}

/** Return the titles of painted classes in the page's language as [name, title], without duplicates, in drawing order. */
export function legendOf(known, painted) {
  const language = document.documentElement.lang === "en" ? "en" : "id";
  const named = new Map();
  for (const { name, title } of known.classes ?? []) if (painted.has(name) && ![...named.values()].includes(title[language])) named.set(name, title[language]);
  return [...named];
}

/** Draw the basemap of a sketch of `across_m` metres around `origin`, on a canvas of its size; resolves to the input of `legendOf`. */
export async function drawUnder(canvas, origin, across_m, still = () => true) {
  const known = await groundAbout();
  const side = canvas.clientWidth || canvas.width;
  const dense = Math.min(globalThis.devicePixelRatio || 1, 3);
  /** @type {(context: CanvasRenderingContext2D | null) => Set<string>} */
  let put = () => new Set();
  if (known.state === "given") {
    const cosine = Math.cos((origin[1] * Math.PI) / 180);
    const world = (side / across_m) * 2 * Math.PI * RADIUS_M * cosine;
    const [x, y] = onMap(origin).map((share) => share * world - side / 2);
    put = await ready(known, { x, y, wide: side, high: side, world });
  }
  if (!still()) return null;
  canvas.width = canvas.height = Math.round(side * dense); // which also clears it
  const context = canvas.getContext("2d");
  context.scale(dense, dense);
  return { known, painted: put(context) };
}

/**
 * Add the basemap to a Leaflet map, `without` some classes; null if there is no basemap. The map fires "ground" with the `titles` of
 * the visible classes, as [name, title], and the `credits` of their layers.
 * @param {any} map
 * @param {{ above?: number, without?: string[] }} [options]
 */
export async function addGround(map, { above = 100, without = [] } = {}) {
  let given = await groundAbout();
  // Just after its start the server is still building the tiles.
  for (let tries = 0; tries < TRIES && ["cutting", "unknown"].includes(given.state) && navigator.onLine !== false; tries++) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    given = await groundAbout();
  }
  const known = { ...given, classes: (given.classes ?? []).filter(({ name }) => !without.includes(name)) };
  if (known.state !== "given" || !known.classes.length) return null;
  const { L } = globalThis;
  map.getPane("ground") ?? (map.createPane("ground").style.zIndex = above);
  map.getPane("ground").style.pointerEvents = "none";
  const painted = new Map(); // the painted classes by square of the map
  const tell = () => {
    const zoom = Math.round(map.getZoom()), bounds = map.getBounds(), names = new Set();
    const [from, to] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.project(corner, zoom).divideBy(SQUARE));
    for (const [at, found] of painted) {
      const [x, y, z] = at.split(" ").map(Number);
      if (z === zoom && x + 1 > from.x && x < to.x && y + 1 > from.y && y < to.y) for (const name of found) names.add(name);
    }
    map.fire("ground", { titles: legendOf(known, names), credits: known.credits ?? [] });
  };
  const Squares = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const canvas = L.DomUtil.create("canvas", "");
      const dense = Math.min(globalThis.devicePixelRatio || 1, 2);
      canvas.width = canvas.height = SQUARE * dense;
      ready(known, { x: x * SQUARE, y: y * SQUARE, wide: SQUARE, high: SQUARE, world: SQUARE * 2 ** z }).then((put) => {
        const context = canvas.getContext("2d");
        context.scale(dense, dense);
        painted.set(`${x} ${y} ${z}`, put(context));
        done(null, canvas);
      }, done);
      return canvas;
    },
  });
  const layer = new Squares({ pane: "ground", tileSize: SQUARE, minZoom: known.levels[0]?.from_zoom ?? 0, maxZoom: 22, noWrap: true, updateWhenZooming: false });
  layer.on("tileunload", ({ coords: { x, y, z } }) => painted.delete(`${x} ${y} ${z}`)).on("load", tell);
  map.on("moveend", tell);
  return layer.addTo(map);
}

/* --- caching --- */

/** Return the inventory of the cache: {places, of, bytes, full}; null if it is empty. */
export function keptGround() {
  return read(KEPT).catch(() => null);
}

/** Cache the basemap around some positions, in their order, within the limit; resolves to the inventory. */
export async function keepGround(positions) {
  if (!("caches" in globalThis)) return null;
  const known = await ask(ABOUT);
  if (!known || known.state === "cutting") return keptGround();
  const cache = await caches.open(CACHE);
  const before = await keptGround();
  const wanted = (at) => known.levels.flatMap(({ level }) => tilesAround(at, level, NEAR_M[level] ?? 0));
  const here = new Set((await cache.keys()).map(({ url }) => url.slice(location.origin.length)));
  const address = (name) => addressOf(known.version, name);
  let bytes = before?.version === known.version ? before.bytes : 0;
  let places = 0, full = false;
  // Returns whether all of them are cached now.
  const keepTiles = async (missing) => {
    for (let from = 0; from < missing.length; from += AT_ONCE) {
      const found = await ask(address(missing.slice(from, from + AT_ONCE).join(",")));
      for (const [name, tile] of Object.entries(found ?? {})) {
        const text = JSON.stringify({ [name]: tile });
        full = !(await cache.put(address(name), new Response(text, { headers: { "Content-Type": "application/json" } })).then(() => true, () => false));
        if (full) return false; // the phone is full, and the surveyor's work has priority
        here.add(address(name));
        bytes += text.length;
      }
      if (found === null) return false;
    }
    return true;
  };
  if (known.state === "given") {
    for (const at of positions) {
      const missing = wanted(at).filter((name) => !here.has(address(name)));
      full = missing.length > 0 && bytes >= MOST_BYTES;
      if (full || !(await keepTiles(missing))) break; // the network is gone; the next call continues here
      places += 1;
    }
  }
  const kept = { version: known.version, places, of: positions.length, bytes, full };
  // Delete another version only when this one is cached; until then the maps show it.
  if (places === positions.length || full || before?.version === known.version || !before) {
    await cache.put(ABOUT, new Response(JSON.stringify(known)));
    asked = null;
    for (const { url } of await cache.keys()) if (url.includes(TILES) && !url.includes(`version=${known.version}&`)) await cache.delete(url);
    await cache.put(KEPT, new Response(JSON.stringify(kept)));
    return kept;
  }
  return before;
}
