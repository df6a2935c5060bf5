// @ts-check
// Event handlers of a drawing: buttons, keys, map and form.

import { drop, here, hold, insert, putDown } from "./cross.js";
import { showLegend } from "./figures.js";
import { linesOf, same } from "./model.js";
import { areasOf } from "./outline.js";
import { back, finish, take, tellSoFar } from "./pen.js";

const PAN_PX = 40;
const PAN_LITTLE_PX = 2;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** @typedef {import("./drawing.js").Drawing} Drawing */

/**
 * Show the buttons that have an effect in the current state.
 * @param {Drawing} drawing
 */
export function showButtons(drawing) {
  const lines = drawing.mode !== null && drawing.mode.shape !== "point";
  const corners = !drawing.mode && drawing.aiming && linesOf(drawing.geometryOfSelected()).length > 0;
  const shown = { here: drawing.mode && drawing.aiming, finish: lines, back: lines, cancel: drawing.mode || drawing.held, hold: corners && !drawing.held, put: drawing.held, insert: corners && !drawing.held, drop: corners && !drawing.held };
  for (const [name, on] of Object.entries(shown)) drawing.find(`[data-do=${name}]`).hidden = !on;
  drawing.find("[data-do=undo]").disabled = !drawing.mode && !drawing.history.canUndo;
  drawing.find("[data-do=redo]").disabled = Boolean(drawing.mode) || !drawing.history.canRedo;
  drawing.find("[data-do=hole]").disabled = !areasOf(drawing.history.now.geometry).length;
}

function actsOf(drawing) {
  const kind = drawing.find("[data-kind]"), shape = drawing.find("[data-shape]");
  return {
    area: () => drawing.start({ what: "area", shape: "outline" }),
    hole: () => drawing.start({ what: "hole", shape: "outline" }),
    point: () => drawing.start({ what: "point", shape: "point" }),
    part: () => drawing.start({ what: "part", shape: shape.value, kind: kind.value, title: kind.selectedOptions[0].text }),
    removing: () => (drawing.setRemoving(!drawing.removing), drawing.enable(), drawing.hint()),
    aim: () => (drawing.setAiming(!drawing.aiming), drawing.hint()),
    undo: () => drawing.step(true),
    redo: () => drawing.step(false),
    whole: () => drawing.whole(),
    here: () => here(drawing),
    hold: () => hold(drawing),
    put: () => putDown(drawing),
    insert: () => insert(drawing),
    drop: () => drop(drawing),
    finish: () => finish(drawing),
    back: () => back(drawing),
    cancel: () => drawing.cancel(),
  };
}

/**
 * Connect the buttons, the keys, the map and the form to a drawing.
 * @param {Drawing} drawing
 */
export function listen(drawing) {
  const acts = actsOf(drawing);
  drawing.root.addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (!acts[name]) return;
    acts[name]();
    // A user who has drawn by keyboard so far goes on by keyboard.
    if (event.detail === 0 && drawing.mode && !drawing.aiming) (drawing.setAiming(true), drawing.hint());
  });
  drawing.map.getContainer().addEventListener("keydown", (event) => key(drawing, event), true);
  drawing.root.addEventListener("keydown", (event) => event.key === "Escape" && drawing.cancel());
  drawing.map.on("pm:drawstart", ({ workingLayer }) => workingLayer.on("pm:vertexadded pm:vertexremoved", () => tellSoFar(drawing)));
  drawing.map.on("pm:create", ({ layer }) => {
    const corners = layer.getLatLngs().flat().map(({ lat, lng }) => drawing.known.at(lng, lat));
    layer.remove();
    queueMicrotask(() => drawing.mode && take(drawing, corners));
  });
  drawing.map.on("click", ({ latlng: { lat, lng } }) => drawing.mode?.shape === "point" && !drawing.aiming && take(drawing, [drawing.known.at(lng, lat)]));
  drawing.map.on("ground", ({ titles, credits }) => {
    drawing.titles = [...titles, ...credits.map((credit) => ["credit", credit])];
    const { geometry, parts } = drawing.history.now;
    showLegend(drawing, drawing.given.stored && !same(drawing.given.stored, geometry), geometry, parts);
  });
  addEventListener("pointerdown", () => (drawing.pressed = true), true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => ((drawing.pressed = false), setTimeout(() => drawing.settle())), true);
  for (const field of drawing.fields) field.addEventListener?.("change", () => drawing.readText());
  // A hidden map had no size.
  drawing.root.closest("details")?.addEventListener("toggle", () => (drawing.map.invalidateSize(), drawing.whole()));
  drawing.form.addEventListener("submit", (event) => refuse(drawing, event));
}

function key(drawing, event) {
  const arrow = ARROWS[event.key];
  if (event.key === "z" && (event.ctrlKey || event.metaKey)) drawing.step(!event.shiftKey);
  else if (!drawing.aiming) return;
  else if (arrow) drawing.map.panBy(arrow.map((each) => each * (event.shiftKey ? PAN_LITTLE_PX : PAN_PX)), { animate: false });
  else if (event.key === "Enter" || event.key === " ") here(drawing);
  else if (event.key === "Backspace" && drawing.mode) back(drawing);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// An unfinished or self-intersecting outline is not sent. If it was so before and is unchanged, other changes can still be sent.
function refuse(drawing, event) {
  const untouched = same(drawing.first, drawing.history.now.geometry);
  if (!drawing.mode && (untouched || !drawing.faulty)) return;
  event.preventDefault();
  if (drawing.mode) drawing.tell(drawing.say("unfinished"));
  drawing.find(drawing.mode ? ".drawing-map" : ".drawing-fault").focus();
}
