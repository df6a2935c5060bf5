// @ts-check
// Texts next to the map of a drawing: size, faults and legend.

import { countOf, same } from "./model.js";
import { area_m2, areasOf, faultsOf, perimeter_m } from "./outline.js";
import { faultRing } from "./sheet.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */

/**
 * Show the size of the outline, and its difference from the stored one.
 * @param {Drawing} drawing
 * @param {Geometry | null} geometry
 */
export function tellSize(drawing, geometry) {
  const words = [];
  const [stored, now] = [drawing.given.stored, area_m2(geometry)];
  if (drawing.faulty) return (drawing.find(".drawing-size").textContent = ""); // a self-intersecting outline has no area
  if (!geometry) words.push(drawing.say("size_none"));
  else if (geometry.type === "Point") words.push(drawing.say("size_point", { lat: drawing.number(geometry.coordinates[1], 6), lon: drawing.number(geometry.coordinates[0], 6) }));
  else words.push(drawing.say("size", { area: drawing.number(now, now < 100 ? 1 : 0), length: drawing.number(perimeter_m(geometry)), corners: drawing.number(countOf(geometry)) }));
  if (drawing.root.dataset.into !== "geometry") return (drawing.find(".drawing-size").textContent = words.join("")); // an unfinished line is not a change
  if (stored && same(stored, geometry)) words.push(drawing.say("was_same"));
  else if (stored?.type === "Point") words.push(drawing.say("was_point"));
  else if (stored && geometry?.type !== "Point") {
    const before = area_m2(stored);
    words.push(drawing.say("was", { area: drawing.number(before), change: `${now < before ? "−" : "+"}${drawing.number(Math.abs(now - before))}` }));
  }
  return (drawing.find(".drawing-size").textContent = words.join(" · "));
}

/**
 * Show the faults of the outline, next to the map and on it.
 * @param {Drawing} drawing
 * @param {Geometry | null} geometry
 */
export function tellFaults(drawing, geometry) {
  const faults = geometry && geometry.type !== "Point" ? faultsOf(geometry) : [];
  drawing.faulty = faults.length > 0;
  const several = areasOf(geometry).length > 1;
  const where = ({ area, hole }) => {
    const outer = drawing.say(several ? "where_area" : "where_outline", { area });
    return hole ? drawing.say("where_hole", { area: outer, hole }) : outer;
  };
  const line = drawing.find(".drawing-fault");
  line.textContent = faults.map((fault) => drawing.say(`${fault.fault}_fault`, { where: where(fault) })).join(" ");
  line.hidden = !faults.length;
  drawing.faults.clearLayers();
  for (const { at } of faults) if (at) drawing.faults.addLayer(faultRing(at));
}

/**
 * Show the legend of what is drawn.
 * @param {Drawing} drawing
 * @param {boolean} stored
 * @param {Geometry | null} geometry
 * @param {object[]} parts
 */
export function showLegend(drawing, stored, geometry, parts) {
  const shown = [geometry && ["now", drawing.words.key_now], stored && ["stored", drawing.words.key_stored], parts.length && ["parts", drawing.words.key_parts], drawing.given.neighbours.length && ["neighbours", drawing.words.key_neighbours], ...drawing.titles].filter(Boolean);
  drawing.find(".drawing-keys").replaceChildren(
    ...shown.map(([name, title]) => {
      const item = document.createElement("li"), key = document.createElement("span");
      key.className = `drawing-key ${name}`;
      item.append(key, title);
      return item;
    }),
  );
}
