// @ts-check
// Sketch of a new place in metres: its walk or pin, this phone and the known places around, over the cached basemap if there is one.

import { metresFrom, pointAt } from "./ground.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 320;
const STEP = 1.6;
const WIDEST_M = 100; // limit of the accuracy circle that is fully shown
const NEAREST_M = 40, FARTHEST_M = 40_000;
const MARGIN = 1.3;
const NAMED = 8; // number of known places shown with a name, nearest to the middle first
const LINE = 14;
const PAUSE_MS = 60_000; // until a missing basemap is requested again
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const sketch = document.getElementById("pin");
const scale = document.getElementById("pin-scale");
const box = document.getElementById("sketched");
const canvas = box.querySelector("canvas");

/** @type {Scene} */
let scene = { known: [], line: [], left: [], ring: [], crossings: [], gps: null, pin: null, pinning: false };
/** @type {any} */
let origin = null;
let across_m = 0;
let held = false; // the user chose the zoom
let drawUnder = null;
let under = ""; // position and width of the basemap drawn last
let again = 0;
/** @type {(metres: number) => string} */
let metresText = String;
let nothing = "";

/** Begin; `pinned([longitude, latitude])` is called when a pin is set, `told(metres)` formats a length, `empty` is the text without anything to draw; `kept` is the module that draws the basemap, if any. */
export function beginSketch({ pinned, told, empty, kept }) {
  metresText = told;
  nothing = empty;
  box.querySelector("[data-do=closer]").addEventListener("click", () => zoom(1 / STEP));
  box.querySelector("[data-do=wider]").addEventListener("click", () => zoom(STEP));
  const set = (event) => scene.pinning && origin && pinned(pointOf(event));
  sketch.addEventListener("pointerdown", (event) => {
    if (!scene.pinning || !origin) return;
    held = true; // the view does not move during a touch
    sketch.setPointerCapture(event.pointerId);
  });
  sketch.addEventListener("pointermove", (event) => sketch.hasPointerCapture(event.pointerId) && follow(event));
  sketch.addEventListener("pointerup", set);
  sketch.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || !scene.pinning || !origin) return;
    event.preventDefault();
    const far_m = event.shiftKey ? 10 : 1;
    pinned(pointAt(scene.pin ?? origin, arrow.map((step) => step * far_m)));
  });
  if (kept) layGround(kept);
}

// The basemap is optional: without it, or if drawing fails, the sketch is shown alone.
async function layGround(module) {
  try {
    ({ drawUnder } = await import(module));
    draw();
  } catch {
    drawUnder = null;
  }
}

async function drawGround() {
  const view = `${origin} ${across_m}`;
  if (!drawUnder || view === under || Date.now() < again) return;
  under = view;
  const drawn = await drawUnder(canvas, origin, across_m, () => view === under).catch(() => null);
  if (drawn && drawn.known?.state !== "given") again = Date.now() + PAUSE_MS; // a walk moves the view every second
}

/** Show a scene; properties that it leaves out are unchanged. */
export function showScene(changed) {
  if (changed.pinning !== undefined && changed.pinning !== scene.pinning) held = false;
  scene = { ...scene, ...changed };
  draw();
}

function settle() {
  const seen = [...scene.ring, ...scene.line, ...(scene.gps ? [[scene.gps.lon, scene.gps.lat]] : []), ...(scene.pin ? [scene.pin] : [])];
  const all = seen.length ? seen : scene.known.map(({ point }) => point);
  if (!all.length) return void (origin = null);
  if (held && origin) return;
  const [west, south, east, north] = [0, 1].flatMap((axis) => Math.min(...all.map((point) => point[axis]))).concat([0, 1].map((axis) => Math.max(...all.map((point) => point[axis]))));
  origin = scene.pin ?? [(west + east) / 2, (south + north) / 2];
  const reach_m = Math.max(...all.map((point) => Math.max(...metresFrom(origin, point).map(Math.abs))), Math.min(scene.gps?.accuracy_m ?? 0, WIDEST_M));
  const alone = scene.pinning ? 10 : 1; // a wider view for orientation
  across_m = Math.min(Math.max(2 * MARGIN * reach_m, alone * NEAREST_M), FARTHEST_M);
}

function zoom(factor) {
  held = true;
  across_m = Math.min(Math.max(across_m * factor, NEAREST_M), FARTHEST_M);
  draw();
}

function draw() {
  settle();
  sketch.replaceChildren();
  sketch.parentElement?.classList.toggle("empty", !origin);
  sketch.classList.toggle("pinning", scene.pinning);
  if (!origin) return void (scale.textContent = nothing);
  drawKnown();
  if (scene.ring.length) add("path", { class: scene.crossings.length ? "outline crossed" : "outline", d: `${pathOf(scene.ring)}Z` });
  else if (scene.line.length > 1) add("path", { class: "closing", d: pathOf([scene.line.at(-1), scene.line[0]]) });
  if (scene.line.length) add("path", { class: "line", d: pathOf(scene.line) });
  for (const point of scene.left) dot("left", point, 2);
  for (const point of scene.corners ?? []) dot("corner", point, 5);
  for (const point of scene.crossings) dot("crossing", point, 8);
  if (scene.gps) {
    const at = [scene.gps.lon, scene.gps.lat];
    dot("reach", at, Math.min((scene.gps.accuracy_m / across_m) * SIDE, 4 * SIDE));
    dot("gps", at, 6);
  }
  if (scene.pin) dot("pin", scene.pin, 9);
  scale.textContent = `↔ ${metresText(across_m)}`;
  drawGround();
}

function drawKnown() {
  const far = (point) => Math.hypot(...metresFrom(origin, point));
  const near = scene.known.filter(({ point }) => far(point) < 0.7 * across_m).sort((one, other) => far(one.point) - far(other.point));
  const written = [];
  for (const { point, name } of near) {
    dot("known", point, 5);
    const [x, y] = onSketch(point);
    // Of overlapping names only the one nearer to the middle is shown.
    if (written.length >= NAMED || written.some(([otherX, otherY]) => Math.abs(y - otherY) < LINE && Math.abs(x - otherX) < SIDE / 2)) continue;
    written.push([x, y]);
    add("text", { class: "name", x: Math.min(Math.max(x, 4), SIDE - 4), y: y - 8, "text-anchor": x < SIDE / 3 ? "start" : x > (2 * SIDE) / 3 ? "end" : "middle" }).textContent = name;
  }
}

function pathOf(points) {
  return `M${points.map((point) => onSketch(point).map((each) => each.toFixed(1)).join(" ")).join("L")}`;
}

function dot(kind, point, r) {
  const [cx, cy] = onSketch(point);
  add("circle", { class: kind, cx, cy, r });
}

function add(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  sketch.append(element);
  return element;
}

function onSketch(point) {
  const [east, north] = metresFrom(origin, point);
  return [SIDE / 2 + (east / across_m) * SIDE, SIDE / 2 - (north / across_m) * SIDE];
}

function pointOf({ clientX, clientY }) {
  const edge = sketch.getBoundingClientRect();
  const [x, y] = [(clientX - edge.left) / edge.width, (clientY - edge.top) / edge.height];
  return pointAt(origin, [(x - 0.5) * across_m, (0.5 - y) * across_m]);
}

function follow(event) {
  const found = sketch.querySelector(".pin");
  if (!found) return;
  const [x, y] = onSketch(pointOf(event));
  found.setAttribute("cx", x);
  found.setAttribute("cy", y);
}
