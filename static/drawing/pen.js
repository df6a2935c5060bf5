// @ts-check
// Drawing with Geoman: the corners so far, and the conversion of a finished line.

import { tellFaults } from "./figures.js";
import { idFor, ringOf } from "./model.js";
import { area_m2, areasOf, faultsOf, geometryOf, length_m, perimeter_m, side } from "./outline.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */

// Geoman's internal line layers: it has no public API to finish a line or to remove its last corner from a button.
/** @param {Drawing} drawing */
function penOf(drawing) {
  return drawing.mode && drawing.mode.shape !== "point" ? drawing.map.pm.Draw[drawing.mode.shape === "line" ? "Line" : "Polygon"] : null;
}

/** @param {Drawing} drawing */
function cornersOf(drawing) {
  return penOf(drawing)?._layer?.getLatLngs().flat() ?? [];
}

/**
 * Turn the finished line into an area, a hole or a part, depending on the mode.
 * @param {Drawing} drawing
 * @param {Position[]} corners
 */
export function take(drawing, corners) {
  const mode = drawing.mode;
  const next = drawing.history.now;
  const { geometry } = next;
  const areas = structuredClone(areasOf(geometry));
  drawing.stop();
  if (mode.what === "area") next.geometry = geometryOf([...areas, [ringOf(corners)]]);
  else if (mode.what === "point") next.geometry = { type: "Point", coordinates: corners[0] };
  else if (mode.what === "hole") {
    const around = areas.find(([outer]) => corners.every((corner) => side(corner, outer) >= 0));
    around?.push(ringOf(corners, true));
    if (!around || faultsOf(geometryOf([around])).some(({ fault, hole }) => fault === "outside" && hole === around.length - 1)) {
      drawing.show();
      return drawing.tell(drawing.say("not_inside"));
    }
    next.geometry = geometryOf(areas);
  } else {
    const drawn = { point: { type: "Point", coordinates: corners[0] }, line: { type: "LineString", coordinates: corners }, outline: geometryOf([[ringOf(corners)]]) }[mode.shape];
    next.parts.push({ type: "Feature", id: idFor(next.parts, drawing.given.site, mode.kind), geometry: drawn, properties: { part_of: drawing.given.site, part: mode.kind } });
  }
  if (mode.what !== "part") drawing.selected = "outline";
  return drawing.commit(next);
}

/** @param {Drawing} drawing */
export function finish(drawing) {
  if (cornersOf(drawing).length < (drawing.mode?.shape === "line" ? 2 : 3)) return drawing.tell(drawing.say("too_few"));
  return penOf(drawing)._finishShape();
}

/**
 * Remove the last corner.
 * @param {Drawing} drawing
 */
export function back(drawing) {
  if (cornersOf(drawing).length > 1) penOf(drawing)._removeLastVertex();
  else if (cornersOf(drawing).length) drawing.start(drawing.mode);
  tellSoFar(drawing);
}

/**
 * Show the size and the faults of the unfinished line.
 * @param {Drawing} drawing
 */
export function tellSoFar(drawing) {
  const corners = cornersOf(drawing).map(({ lat, lng }) => drawing.known.at(lng, lat));
  const ring = corners.length > 2 && drawing.mode.shape !== "line" ? geometryOf([[[...corners, corners[0]]]]) : null;
  drawing.find(".drawing-size").textContent = ring ? drawing.say("drawing_size", { area: drawing.number(area_m2(ring)), length: drawing.number(perimeter_m(ring)) }) : drawing.say("size_line", { length: drawing.number(length_m(corners), 1) });
  tellFaults(drawing, ring);
}
