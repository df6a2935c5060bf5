// Draws a sketch of the site in metres, without any map below it, and lets a pin be set there: by finger, mouse or keyboard.

import { visit } from "./draft.js";
import { metresFrom, middle, pointAt, polygons } from "./ground.js";
import { amount, words } from "./page.js";
import { acceptPin, bestFixWithTime } from "./position.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 320;
const STEP = 1.6;
const NEAREST_M = 40;
const FARTHEST_M = 20000;
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const sketch = document.getElementById("pin");
const details = sketch.closest("details");
const scale = document.getElementById("pin-scale");

let opening = null;
let origin = null;
let across_m = 0;

/** Begin drawing as soon as the sketch is opened. */
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

export function knowSiteOnMap(known) {
  opening = known;
  origin = null;
  if (details.open) draw();
}

/** Draw again, because the phone moved or the position changed. */
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
  sketch.classList.toggle("empty", !origin);
  if (!origin) {
    scale.textContent = words.no_place;
    return;
  }
  outline("kelurahan", opening?.kelurahan_outline);
  outline("outline", opening?.outline);
  if (opening?.point && !opening.outline) dot("outline", opening.point, 7);
  const fix = bestFixWithTime();
  if (fix) {
    dot("reach", gps(), Math.min((fix.accuracy_m / across_m) * SIDE, 4 * SIDE));
    dot("gps", gps(), 6);
  }
  if (pin()) dot("pin", pin(), 9);
  scale.textContent = `↔ ${amount(across_m)} m`;
}

function outline(kind, shape) {
  for (const rings of polygons(shape)) {
    const path = rings.map((ring) => `M${ring.map((point) => onSketch(point).map((each) => each.toFixed(1)).join(" ")).join("L")}Z`).join("");
    add("path", { class: kind, d: path });
  }
}

function dot(kind, point, r) {
  const [cx, cy] = onSketch(point);
  add("circle", { class: kind, cx, cy, r });
}

function add(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  sketch.append(element);
}

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
