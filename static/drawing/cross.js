// @ts-check
// Drawing by keyboard with a cross in the middle of the map: the map moves under it.

import { insertCorner, linesOf, moveCorner, nearestCorner, nearestEdge, removeCorner } from "./model.js";
import { take } from "./pen.js";
import { latlng, SNAP_PX } from "./sheet.js";

const REACH_PX = 40;
const { L } = globalThis;

/** @typedef {import("./drawing.js").Drawing} Drawing */

/**
 * @param {Drawing} drawing
 * @param {Position} position
 */
function far(drawing, position) {
  return drawing.map.latLngToContainerPoint(latlng(position)).distanceTo(drawing.map.getSize().divideBy(2));
}

/**
 * The position of the cross, snapped to a known corner near by.
 * @param {Drawing} drawing
 * @returns {Position}
 */
function middle(drawing) {
  const { lat, lng } = drawing.map.getCenter();
  return drawing.known.snapped(drawing.known.at(lng, lat), (position) => far(drawing, position), drawing.held ? SNAP_PX / 2 : SNAP_PX);
}

/**
 * Apply the current mode at the cross.
 * @param {Drawing} drawing
 */
export function here(drawing) {
  const position = middle(drawing);
  if (drawing.held) return putDown(drawing);
  if (!drawing.mode) return hold(drawing);
  if (drawing.mode.shape === "point") return take(drawing, [position]);
  const at = { latlng: latlng(position), originalEvent: {} };
  drawing.map.fire("mousemove", at).fire("click", at);
  return null;
}

/**
 * Take the corner nearest to the cross; from now on it moves with the cross.
 * @param {Drawing} drawing
 */
export function hold(drawing) {
  drawing.held = nearestCorner(drawing.geometryOfSelected(), (corner) => far(drawing, corner), REACH_PX);
  if (!drawing.held) return drawing.tell(drawing.say("no_corner"));
  drawing.map.panTo(latlng(linesOf(drawing.geometryOfSelected())[drawing.held[0]].corners[drawing.held[1]]), { animate: false });
  drawing.buttons();
  return drawing.hint();
}

/** @param {Drawing} drawing */
export function putDown(drawing) {
  const held = drawing.held;
  drawing.held = null;
  return alter(drawing, (geometry) => moveCorner(geometry, held, middle(drawing)));
}

/** @param {Drawing} drawing */
export function insert(drawing) {
  const centre_px = drawing.map.getSize().divideBy(2);
  const onMap = (position) => drawing.map.latLngToContainerPoint(latlng(position));
  const edge = nearestEdge(drawing.geometryOfSelected(), (from, to) => L.LineUtil.pointToSegmentDistance(centre_px, onMap(from), onMap(to)));
  return edge && alter(drawing, (geometry) => insertCorner(geometry, edge, middle(drawing)));
}

/** @param {Drawing} drawing */
export function drop(drawing) {
  const corner = nearestCorner(drawing.geometryOfSelected(), (position) => far(drawing, position), REACH_PX);
  if (!corner) return drawing.tell(drawing.say("no_corner"));
  return alter(drawing, (geometry) => removeCorner(geometry, corner));
}

/**
 * @param {Drawing} drawing
 * @param {(geometry: Geometry) => boolean} change
 */
function alter(drawing, change) {
  const next = drawing.history.now;
  if (!change(drawing.geometryOfSelected(next))) return drawing.tell(drawing.say("too_few"));
  drawing.commit(next);
  return drawing.buttons();
}
