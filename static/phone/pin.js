// @ts-check
// Sketch of the site in metres over the cached basemap, on which a pin can be set by finger, mouse or keyboard.

import { element } from "../dom.js";
import { visit } from "./draft.js";
import { words } from "./form_page.js";
import { amount } from "./formatting.js";
import { distance_m, metresFrom, middle, pointAt, polygons } from "./ground.js";
import { acceptPin, bestFixWithTime } from "./position.js";
import { get } from "./store.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 320;
const STEP = 1.6;
const NEAREST_M = 40;
const FARTHEST_M = 20000;
const NEIGHBOURS = 6; // more would hide the basemap
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const sketch = document.getElementById("pin");
const details = sketch.closest("details");
const scale = document.getElementById("pin-scale");
const ground = document.getElementById("pin-ground");
const legend = document.getElementById("pin-keys");
const canvas = details.querySelector("canvas");

/** @type {Opening | null} */
let opening = null;
/** @type {any} */
let origin = null;
let across_m = 0;
let others = []; // the surveyor's other sites
let under = ""; // position and width of the basemap drawn last

/** Draw the sketch when it is opened. */
export function beginPin() {
  details.addEventListener("toggle", () => details.open && draw());
  details.querySelector("[data-do=closer]").addEventListener("click", () => zoom(1 / STEP));
  details.querySelector("[data-do=wider]").addEventListener("click", () => zoom(STEP));
  sketch.addEventListener("pointerdown", (event) => {
    if (!origin) return;
    sketch.setPointerCapture(event.pointerId);
    follow(event);
  });
  sketch.addEventListener("pointermove", (event) => sketch.hasPointerCapture(event.pointerId) && follow(event));
  sketch.addEventListener("pointerup", (event) => origin && set(pointOf(event)));
  sketch.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || !origin) return;
    event.preventDefault();
    const far_m = event.shiftKey ? 10 : 1;
    const at = pin() ?? origin;
    set(pointAt(at, arrow.map((step) => step * far_m)));
  });
}

export async function knowSiteOnMap(known) {
  opening = known;
  origin = null;
  redraw();
  others = ((await get("work", "work").catch(() => null))?.sites ?? []).filter(({ id, point }) => point && id !== known?.site);
  redraw();
}

/** Draw again after the phone moved or the position changed. */
export function redraw() {
  if (details.open) draw();
}

function pin() {
  return visit.position ? [visit.position.lon, visit.position.lat] : null;
}

function gps() {
  const fix = bestFixWithTime();
  return fix ? [fix.lon, fix.lat] : null;
}

function settle() {
  origin = opening?.point ?? middle(opening?.outline) ?? gps() ?? pin() ?? middle(opening?.kelurahan_outline);
  if (!origin) return;
  const near = [...polygons(opening?.outline).flat(2), ...[gps(), pin()].filter(Boolean)];
  const reach = Math.max(...near.map((point) => Math.hypot(...metresFrom(origin, point))), opening?.accuracy_m ?? 0, NEAREST_M / 2);
  across_m = Math.min(2.4 * reach, FARTHEST_M);
}

function zoom(factor) {
  across_m = Math.min(Math.max(across_m * factor, NEAREST_M), FARTHEST_M);
  draw();
}

function draw() {
  if (!origin) settle();
  sketch.replaceChildren();
  sketch.parentElement?.classList.toggle("empty", !origin);
  const drawn = new Set();
  if (!origin) {
    scale.textContent = words.no_place;
    tellKeys(drawn);
    return;
  }
  if (outline("kelurahan", opening?.kelurahan_outline)) drawn.add("kelurahan");
  if (outline("outline", opening?.outline)) drawn.add("outline");
  if (opening?.point && !opening.outline && dot("outline", opening.point, 7)) drawn.add("outline");
  if (showOthers()) drawn.add("neighbour");
  const fix = bestFixWithTime();
  if (fix) {
    dot("reach", gps(), Math.min((fix.accuracy_m / across_m) * SIDE, 4 * SIDE));
    if (dot("gps", gps(), 6)) drawn.add("gps");
  }
  if (pin() && dot("pin", pin(), 9)) drawn.add("pin");
  scale.textContent = `↔ ${amount(across_m)} m`;
  tellKeys(drawn);
  drawGround();
}

// The legend contains only what is visible.
function tellKeys(drawn) {
  for (const key of legend.querySelectorAll("[data-key]")) key.hidden = !drawn.has(key.dataset.key);
}

async function drawGround() {
  const view = `${origin} ${across_m}`;
  if (view === under) return;
  under = view;
  const { drawUnder, legendOf } = await import("./ground_tiles.js"); // the sketch does not wait for the basemap
  const done = await drawUnder(canvas, origin, across_m, () => view === under);
  if (!done) return;
  if (done.known.state !== "given") under = ""; // retried at the next drawing
  for (const old of legend.querySelectorAll("[data-ground]")) old.remove();
  for (const [name, title] of legendOf(done.known, done.painted)) legend.append(element("span", { "data-ground": name }, element("span", { className: `key ground ${name}` }), document.createTextNode(` ${title}`)));
  ground.textContent = { none: words.ground_none, unknown: words.ground_unknown }[done.known.state] ?? "";
  ground.hidden = !ground.textContent;
}

// Names of other sites near by, so that a surveyor between two sites sees which one this is.
function showOthers() {
  const near = others.filter(({ point }) => isIn(onSketch(point))).sort((one, other) => distance_m(origin, one.point) - distance_m(origin, other.point));
  for (const { name, point } of near.slice(0, NEIGHBOURS)) {
    const [x, y] = onSketch(point);
    add("rect", { class: "neighbour", x: x - 5, y: y - 5, width: 10, height: 10 });
    add("text", { x: Math.min(x, SIDE - 60), y: Math.max(y - 8, 12), "text-anchor": x < 60 ? "start" : x > SIDE - 60 ? "end" : "middle" }).textContent = name;
  }
  return near.length > 0;
}

// Whether an outline has an edge in view, or contains the whole view.
function outline(kind, shape) {
  let seen = false;
  for (const rings of polygons(shape)) {
    const drawn = rings.map((ring) => ring.map(onSketch));
    add("path", { class: kind, d: drawn.map((ring) => `M${ring.map((point) => point.map((each) => each.toFixed(1)).join(" ")).join("L")}Z`).join("") });
    seen ||= drawn.some((ring) => ring.some((point, at) => at > 0 && passes(ring[at - 1], point)));
  }
  return seen;
}

/** @param {number[]} point */
function isIn([x, y]) {
  return x >= 0 && y >= 0 && x <= SIDE && y <= SIDE;
}

// Whether a line crosses the sketch: clip it to the four edges.
function passes([x1, y1], [x2, y2]) {
  let from = 0, to = 1;
  for (const [start, step] of [[x1, x2 - x1], [y1, y2 - y1]]) {
    const [enters, leaves] = step ? [-start / step, (SIDE - start) / step].sort((one, other) => one - other) : start >= 0 && start <= SIDE ? [0, 1] : [1, 0];
    from = Math.max(from, enters);
    to = Math.min(to, leaves);
  }
  return from <= to;
}

function dot(kind, point, r) {
  const [cx, cy] = onSketch(point);
  add("circle", { class: kind, cx, cy, r });
  return isIn([cx, cy]);
}

function add(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  sketch.append(element);
  return element;
}

/** @param {Position} point */
function onSketch(point) {
  const [east, north] = metresFrom(origin, point);
  return [SIDE / 2 + (east / across_m) * SIDE, SIDE / 2 - (north / across_m) * SIDE];
}

function pointOf({ clientX, clientY }) {
  const box = sketch.getBoundingClientRect();
  const [x, y] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  return pointAt(origin, [(x - 0.5) * across_m, (0.5 - y) * across_m]);
}

function follow(event) {
  const found = sketch.querySelector(".pin");
  const [x, y] = onSketch(pointOf(event));
  if (!found) return;
  found.setAttribute("cx", x);
  found.setAttribute("cy", y);
}

function set(point) {
  acceptPin(point);
  draw();
}
