// @ts-check
// List below the map: each area, hole and part with its size, to be removed, edited or given another kind.

import { area_m2, areasOf, geometryOf, length_m } from "./outline.js";

/** Render the list of a drawing again. */
export function listOf(drawing, geometry, parts) {
  const areas = areasOf(geometry);
  const rows = [];
  if (geometry?.type === "Point") rows.push(row(drawing, drawing.say("point_name"), "", "outline", (next) => (next.geometry = null)));
  areas.forEach((rings, at) => {
    const name = drawing.say(areas.length > 1 ? "where_area" : "where_outline", { area: at + 1 });
    const without = (next) => (next.geometry = geometryOf(areasOf(next.geometry).filter((_, other) => other !== at)));
    rows.push(row(drawing, name, squares(drawing, [rings]), at ? null : "outline", without));
    rings.slice(1).forEach((hole, number) => {
      const called = drawing.say("where_hole", { area: name, hole: number + 1 });
      rows.push(row(drawing, called, squares(drawing, [[hole]]), null, (next) => areasOf(next.geometry)[at].splice(number + 1, 1)));
    });
  });
  const counts = new Map();
  parts.forEach((part, at) => {
    const kind = drawing.given.kinds.find((each) => each.kind === part.properties?.part);
    const title = kind?.title ?? String(part.properties?.part ?? "");
    counts.set(title, (counts.get(title) ?? 0) + 1);
    const name = drawing.say("part", { kind: title, number: counts.get(title) });
    const item = row(drawing, name, sizeOf(drawing, part.geometry), at, (next) => next.parts.splice(at, 1));
    if (kind) item.firstElementChild?.after(kinds(drawing, name, part, at));
    rows.push(item);
  });
  // Keep the focus on the same button of the list when its row is rendered again.
  const focused = document.activeElement;
  const held = focused instanceof HTMLElement && drawing.root.contains(focused) ? focused.dataset.row : undefined;
  drawing.find(".drawing-list").replaceChildren(...rows);
  if (held) drawing.find(`[data-row="${CSS.escape(held)}"]`)?.focus();
}

function row(drawing, name, size, selects, remove) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = [name, size].filter(Boolean).join(": ");
  item.append(label);
  const corners = selects !== null && drawing.shown?.[selects] && drawing.shown[selects].type !== "Point";
  if (corners) item.append(button(drawing.words.change, drawing.say("move_it", { what: name }), `change ${name}`, () => drawing.select(selects), drawing.selected === selects));
  item.append(
    button(drawing.words.delete, drawing.say("delete_it", { what: name }), `delete ${name}`, () => {
      const next = drawing.history.now;
      remove(next);
      drawing.selected = "outline";
      drawing.commit(next, drawing.say("delete_it", { what: name }));
    }),
  );
  return item;
}

function button(text, label, row, act, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.setAttribute("aria-label", label);
  made.dataset.row = row;
  if (pressed !== undefined) made.setAttribute("aria-pressed", pressed);
  made.addEventListener("click", act);
  return made;
}

function kinds(drawing, name, part, at) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", drawing.say("kind", { what: name }));
  select.dataset.row = `kind ${at}`;
  for (const { kind, title } of drawing.given.kinds) select.add(new Option(title, kind, false, kind === part.properties.part));
  select.addEventListener("change", () => {
    const next = drawing.history.now;
    next.parts[at].properties = { ...next.parts[at].properties, part: select.value };
    drawing.commit(next);
  });
  return select;
}

function squares(drawing, areas) {
  return `${drawing.number(area_m2(geometryOf(areas)))} m²`;
}

function sizeOf(drawing, geometry) {
  if (geometry?.type === "LineString") return drawing.say("size_line", { length: drawing.number(length_m(geometry.coordinates), 1) });
  return areasOf(geometry).length ? squares(drawing, areasOf(geometry)) : "";
}
