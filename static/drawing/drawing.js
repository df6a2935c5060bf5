// @ts-check
// Editor for the outline of a site and its parts, by finger, mouse or keyboard. It writes to the form's text fields, which work without it.
// The drawing is stored as GeoJSON with an undo history; the map displays it and reports moved corners.

import { addGround } from "../phone/ground_tiles.js";
import { listen, showButtons } from "./controls.js";
import { showLegend, tellFaults, tellSize } from "./figures.js";
import { listOf } from "./list.js";
import { countOf, History, Known, same } from "./model.js";
import { areasOf } from "./outline.js";
import { back as takeCornerBack } from "./pen.js";
import { DRAWING, enableCorners, geometryIn, layerOf, newMap } from "./sheet.js";

const NAMED = 12; // neighbours with a name label on the map
const { L } = globalThis;

export class Drawing {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.given = JSON.parse(root.dataset.given);
    this.words = this.given.words;
    const { into } = root.dataset; // the field of the outline; without a field for parts, no parts are drawn
    this.fields = [this.form.elements[into], this.form.elements.parts ?? { value: "" }];
    this.find(".drawing-parts").hidden = !this.form.elements.parts;
    this.faulty = false;
    /** @type {Record<string, { layer: any, type: string }>} Layers on the map: the outline, and the parts by number. */
    this.shown = {};
    this.known = new Known();
    for (const geometry of [this.given.stored, ...this.given.neighbours.map((each) => each.geometry)]) this.known.learn(geometry);
    this.mode = null; // what is being drawn: {what, shape, kind}
    this.held = null; // the corner that moves with the cross: [line, index]
    this.selected = "outline"; // or the number of a part
    this.removing = this.aiming = this.pressed = this.changed = false;
    root.hidden = false;
    this.map = newMap(this.find(".drawing-map"), this.words);
    this.layers = L.layerGroup().addTo(this.map);
    this.faults = L.layerGroup().addTo(this.map);
    this.titles = [];
    this.neighbours();
    this.history = new History({ geometry: null, parts: [] });
    this.offerParts();
    listen(this);
    this.readText();
    this.whole();
    addGround(this.map).catch(() => null);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  say(name, values = {}) {
    return (this.words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  }

  number(value, decimals = 0) {
    return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: decimals }).format(value);
  }

  tell(text) {
    this.find(".drawing-told").textContent = text;
  }

  /* --- the text fields --- */

  // The drawing follows the fields. If they cannot be read, an error is shown and the drawing stays as it is.
  readText() {
    try {
      const [geometry, parts] = this.fields.map(({ value }) => (value.trim() ? JSON.parse(value) : null));
      this.known.learn(geometry);
      for (const part of parts ?? []) this.known.learn(part.geometry);
      const next = { geometry, parts: parts ?? [] };
      if (this.first === undefined) {
        this.first = geometry;
        this.history = new History(next);
      } else this.history.take(next);
      this.show();
      this.hint();
    } catch (fault) {
      this.tell(this.say("not_text", { fault: fault.message }));
    }
  }

  commit(next, told) {
    if (!this.history.take(next)) return;
    this.write();
    this.show();
    this.tell(told ?? this.say("taken"));
  }

  write() {
    const { geometry, parts } = this.history.now;
    this.fields[0].value = geometry ? JSON.stringify(geometry) : "";
    this.fields[1].value = JSON.stringify(parts);
  }

  /* --- showing --- */

  show() {
    const { geometry, parts } = this.history.now;
    this.layers.clearLayers();
    this.shown = {};
    const changed = !same(this.given.stored, geometry);
    if (changed && this.given.stored) this.layers.addLayer(layerOf(this.given.stored, "stored"));
    this.put("outline", geometry, "outline");
    parts.forEach((part, at) => this.put(at, part.geometry, "part"));
    this.enable();
    this.tellAll(geometry, parts, changed);
  }

  put(name, geometry, look) {
    const layer = layerOf(geometry, look);
    if (!layer) return;
    this.layers.addLayer(layer);
    this.shown[name] = { layer, type: geometry.type };
    layer.on("click", () => !this.mode && !this.aiming && this.selected !== name && this.select(name));
    // Updated immediately while a corner is being moved.
    layer.on("pm:change", () => {
      if (name !== "outline") return;
      const geometry = this.inMap(name);
      tellFaults(this, geometry);
      tellSize(this, geometry);
    });
    layer.on("pm:edit", () => {
      this.changed = true;
      if (!this.pressed) queueMicrotask(() => this.settle());
    });
    layer.on("dragend", () => ((this.changed = true), this.settle()));
  }

  inMap(name) {
    const { layer, type } = this.shown[name];
    return geometryIn(layer, type, (longitude, latitude) => this.known.at(longitude, latitude));
  }

  // Releasing a corner adds a step to the undo history; moving it does not.
  settle() {
    if (!this.changed || this.mode) return;
    this.changed = false;
    const next = this.history.now;
    if (this.shown.outline) next.geometry = this.inMap("outline");
    next.parts.forEach((part, at) => this.shown[at] && (part.geometry = this.inMap(at)));
    if (!this.history.take(next)) return;
    this.write();
    this.tellAll(next.geometry, next.parts, !same(this.given.stored, next.geometry));
  }

  enable() {
    for (const { layer } of Object.values(this.shown)) layer.pm?.enabled() && layer.pm.disable();
    const one = this.shown[this.selected];
    if (this.mode || !one || one.type === "Point") return;
    const count = countOf(this.geometryOfSelected());
    if (!enableCorners(one.layer, count, this.removing)) this.tell(this.say("many", { count: this.number(count) }));
  }

  geometryOfSelected(state = this.history.now) {
    return this.selected === "outline" ? state.geometry : state.parts[this.selected]?.geometry;
  }

  select(name) {
    this.selected = name;
    this.show();
    this.hint();
  }

  tellAll(geometry, parts, changed) {
    tellFaults(this, geometry);
    tellSize(this, geometry);
    listOf(this, geometry, parts);
    showLegend(this, changed && this.given.stored, geometry, parts);
    this.buttons();
  }

  neighbours() {
    this.given.neighbours.forEach(({ name, geometry }, at) => {
      const layer = layerOf(geometry, "neighbour")?.addTo(this.map);
      const text = document.createElement("span");
      text.textContent = name; // a name is never interpreted as HTML
      if (at < NAMED) layer?.bindTooltip(text, { permanent: true, direction: "center", className: "drawing-name" });
    });
  }

  hint() {
    if (this.held) return this.tell(this.say("held"));
    if (this.mode) return this.tell([this.say(this.mode.what === "part" ? `part_${this.mode.shape}` : this.mode.what, { part: this.mode.title }), this.aiming ? this.say("aim") : ""].join(" "));
    const geometry = this.geometryOfSelected();
    if (this.aiming) return this.tell(this.say("aim"));
    return this.tell(geometry ? this.say(geometry.type === "Point" ? "edit_point" : this.removing ? "removing" : "edit") : this.say("size_none"));
  }

  whole() {
    const drawn = Object.values(this.shown ?? {}).map(({ layer }) => layer);
    const stored = this.given.stored && !drawn.length ? [layerOf(this.given.stored, "stored")] : [];
    const all = L.featureGroup([...drawn, ...stored]).getBounds();
    const { bounds } = this.given;
    if (all.isValid()) this.map.fitBounds(all.pad(0.15), { maxZoom: 21, animate: false });
    else if (bounds) this.map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { maxZoom: 17, animate: false });
    else this.map.setView([-2.5, 118], 5);
  }

  /* --- drawing --- */

  offerParts() {
    const [kind, shape] = [this.find("[data-kind]"), this.find("[data-shape]")];
    for (const each of this.given.kinds) kind.add(new Option(each.title, each.kind));
    const fit = () => {
      const { drawn } = this.given.kinds.find((each) => each.kind === kind.value);
      for (const option of shape.options) option.hidden = option.disabled = !drawn.includes(option.value);
      shape.value = drawn[0];
    };
    kind.addEventListener("change", fit);
    fit();
  }

  start(mode) {
    this.stop();
    if (mode.what === "hole" && !areasOf(this.history.now.geometry).length) return this.tell(this.say("no_outline"));
    this.mode = mode;
    this.setRemoving(false);
    this.enable();
    if (mode.shape !== "point") this.map.pm.enableDraw(mode.shape === "line" ? "Line" : "Polygon", DRAWING);
    this.root.classList.add("drawing-busy");
    this.buttons();
    return this.hint();
  }

  stop() {
    this.mode = this.held = null;
    this.map.pm.disableDraw();
    this.root.classList.remove("drawing-busy");
    this.enable();
    this.buttons();
  }

  cancel() {
    if (!this.mode && !this.held) return;
    this.stop();
    this.show();
    this.tell(this.say("cancelled"));
  }

  /* --- buttons and keys --- */

  step(back) {
    if (this.mode) return takeCornerBack(this);
    this.held = null;
    if (back) this.history.undo();
    else this.history.redo();
    if (this.selected !== "outline" && !this.history.now.parts[this.selected]) this.selected = "outline";
    this.write();
    this.show();
    return this.tell(this.say(back ? "undone" : "redone"));
  }

  buttons() {
    showButtons(this);
  }

  setRemoving(on) {
    this.removing = on;
    this.find("[data-do=removing]").setAttribute("aria-pressed", on);
  }

  setAiming(on) {
    this.aiming = on;
    this.find("[data-do=aim]").setAttribute("aria-pressed", on);
    this.find(".drawing-cross").hidden = !on;
    if (on) this.find(".drawing-map").focus({ preventScroll: true });
    this.buttons();
  }

}

for (const root of document.querySelectorAll(".drawing")) new Drawing(root);
