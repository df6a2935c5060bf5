// @ts-check
// Draws the outline of a place and its parts into the text fields of a form, which work without it: by finger, mouse or keyboard.
// What is drawn is kept as GeoJSON with every step; the map shows it, and is asked only what was moved in it.

import { addGround } from "../phone/ground_tiles.js";
import { listOf } from "./list.js";
import { countOf, History, idFor, insertCorner, Known, linesOf, moveCorner, nearestCorner, nearestEdge, removeCorner, ringOf, same } from "./model.js";
import { area_m2, areasOf, faultsOf, geometryOf, length_m, perimeter_m, side } from "./outline.js";
import { DRAWING, enableCorners, faultRing, geometryIn, latlng, layerOf, newMap, SNAP_PX } from "./sheet.js";

const PAN_PX = 40;
const PAN_LITTLE_PX = 2;
const REACH_PX = 40;
const NAMED = 12; // neighbours whose names stand on the map
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const { L } = globalThis;

class Drawing {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.given = JSON.parse(root.dataset.given);
    this.words = this.given.words;
    const { into } = root.dataset; // the field of the outline; where there is none for parts, none are drawn
    this.fields = [this.form.elements[into], this.form.elements.parts ?? { value: "" }];
    this.find(".drawing-parts").hidden = !this.form.elements.parts;
    /** @type {Record<string, { layer: any, type: string }>} What is on the map: the outline, and the parts by their numbers. */
    this.shown = {};
    this.known = new Known();
    for (const geometry of [this.given.stored, ...this.given.neighbours.map((each) => each.geometry)]) this.known.learn(geometry);
    this.mode = null; // what is being drawn: {what, shape, kind}
    this.held = null; // a corner that goes with the cross: [line, index]
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
    this.listen();
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

  // What the fields say is what is drawn; where they cannot be read, it is told and nothing is changed.
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
    // At once, while a corner is on its way.
    layer.on("pm:change", () => {
      if (name !== "outline") return;
      const geometry = this.inMap(name);
      this.tellFaults(geometry);
      this.tellSize(geometry);
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

  // A corner that was let go of is a step; while a finger moves it there is none.
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
    this.tellFaults(geometry);
    this.tellSize(geometry);
    listOf(this, geometry, parts);
    this.keys(changed && this.given.stored, geometry, parts);
    this.buttons();
  }

  tellSize(geometry) {
    const words = [];
    const [stored, now] = [this.given.stored, area_m2(geometry)];
    if (this.faulty) return (this.find(".drawing-size").textContent = ""); // what crosses itself has no size
    if (!geometry) words.push(this.say("size_none"));
    else if (geometry.type === "Point") words.push(this.say("size_point", { lat: this.number(geometry.coordinates[1], 6), lon: this.number(geometry.coordinates[0], 6) }));
    else words.push(this.say("size", { area: this.number(now, now < 100 ? 1 : 0), length: this.number(perimeter_m(geometry)), corners: this.number(countOf(geometry)) }));
    if (this.root.dataset.into !== "geometry") return (this.find(".drawing-size").textContent = words.join("")); // a piece is no change
    if (stored && same(stored, geometry)) words.push(this.say("was_same"));
    else if (stored?.type === "Point") words.push(this.say("was_point"));
    else if (stored && geometry?.type !== "Point") {
      const before = area_m2(stored);
      words.push(this.say("was", { area: this.number(before), change: `${now < before ? "−" : "+"}${this.number(Math.abs(now - before))}` }));
    }
    return (this.find(".drawing-size").textContent = words.join(" · "));
  }

  tellFaults(geometry) {
    const faults = geometry && geometry.type !== "Point" ? faultsOf(geometry) : [];
    this.faulty = faults.length > 0;
    const several = areasOf(geometry).length > 1;
    const where = ({ area, hole }) => {
      const outer = this.say(several ? "where_area" : "where_outline", { area });
      return hole ? this.say("where_hole", { area: outer, hole }) : outer;
    };
    const line = this.find(".drawing-fault");
    line.textContent = faults.map((fault) => this.say(`${fault.fault}_fault`, { where: where(fault) })).join(" ");
    line.hidden = !faults.length;
    this.faults.clearLayers();
    for (const { at } of faults) if (at) this.faults.addLayer(faultRing(at));
  }

  neighbours() {
    this.given.neighbours.forEach(({ name, geometry }, at) => {
      const layer = layerOf(geometry, "neighbour")?.addTo(this.map);
      const text = document.createElement("span");
      text.textContent = name; // a name is never read as HTML
      if (at < NAMED) layer?.bindTooltip(text, { permanent: true, direction: "center", className: "drawing-name" });
    });
  }

  // Names nothing that is not drawn.
  keys(stored, geometry, parts) {
    const shown = [geometry && ["now", this.words.key_now], stored && ["stored", this.words.key_stored], parts.length && ["parts", this.words.key_parts], this.given.neighbours.length && ["neighbours", this.words.key_neighbours], ...this.titles].filter(Boolean);
    this.find(".drawing-keys").replaceChildren(
      ...shown.map(([name, title]) => {
        const item = document.createElement("li"), key = document.createElement("span");
        key.className = `drawing-key ${name}`;
        item.append(key, title);
        return item;
      }),
    );
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

  // The lines that Geoman draws with; it gives no other way to finish, or to take the last corner back, from a button.
  get pen() {
    return this.mode && this.mode.shape !== "point" ? this.map.pm.Draw[this.mode.shape === "line" ? "Line" : "Polygon"] : null;
  }

  corners() {
    return this.pen?._layer?.getLatLngs().flat() ?? [];
  }

  take(corners) {
    const mode = this.mode;
    const next = this.history.now;
    const { geometry } = next;
    const areas = structuredClone(areasOf(geometry));
    this.stop();
    if (mode.what === "area") next.geometry = geometryOf([...areas, [ringOf(corners)]]);
    else if (mode.what === "point") next.geometry = { type: "Point", coordinates: corners[0] };
    else if (mode.what === "hole") {
      const around = areas.find(([outer]) => corners.every((corner) => side(corner, outer) >= 0));
      around?.push(ringOf(corners, true));
      if (!around || faultsOf(geometryOf([around])).some(({ fault, hole }) => fault === "outside" && hole === around.length - 1)) {
        this.show();
        return this.tell(this.say("not_inside"));
      }
      next.geometry = geometryOf(areas);
    } else {
      const drawn = { point: { type: "Point", coordinates: corners[0] }, line: { type: "LineString", coordinates: corners }, outline: geometryOf([[ringOf(corners)]]) }[mode.shape];
      next.parts.push({ type: "Feature", id: idFor(next.parts, this.given.site, mode.kind), geometry: drawn, properties: { part_of: this.given.site, part: mode.kind } });
    }
    if (mode.what !== "part") this.selected = "outline";
    return this.commit(next);
  }

  finish() {
    if (this.corners().length < (this.mode?.shape === "line" ? 2 : 3)) return this.tell(this.say("too_few"));
    return this.pen._finishShape();
  }

  back() {
    if (this.corners().length > 1) this.pen._removeLastVertex();
    else if (this.corners().length) this.start(this.mode);
    this.tellSoFar();
  }

  tellSoFar() {
    const corners = this.corners().map(({ lat, lng }) => this.known.at(lng, lat));
    const ring = corners.length > 2 && this.mode.shape !== "line" ? geometryOf([[[...corners, corners[0]]]]) : null;
    this.find(".drawing-size").textContent = ring ? this.say("drawing_size", { area: this.number(area_m2(ring)), length: this.number(perimeter_m(ring)) }) : this.say("size_line", { length: this.number(length_m(corners), 1) });
    this.tellFaults(ring);
  }

  /* --- with the cross --- */

  far(position) {
    return this.map.latLngToContainerPoint(latlng(position)).distanceTo(this.map.getSize().divideBy(2));
  }

  // Where the cross is: a corner that is known near by, or the place itself.
  middle() {
    const { lat, lng } = this.map.getCenter();
    return this.known.snapped(this.known.at(lng, lat), (position) => this.far(position), this.held ? SNAP_PX / 2 : SNAP_PX);
  }

  here() {
    const position = this.middle();
    if (this.held) return this.putDown();
    if (!this.mode) return this.hold();
    if (this.mode.shape === "point") return this.take([position]);
    const at = { latlng: latlng(position), originalEvent: {} };
    this.map.fire("mousemove", at).fire("click", at);
    return null;
  }

  hold() {
    this.held = nearestCorner(this.geometryOfSelected(), (corner) => this.far(corner), REACH_PX);
    if (!this.held) return this.tell(this.say("no_corner"));
    this.map.panTo(latlng(linesOf(this.geometryOfSelected())[this.held[0]].corners[this.held[1]]), { animate: false });
    this.buttons();
    return this.hint();
  }

  putDown() {
    const held = this.held;
    this.held = null;
    return this.alter((geometry) => moveCorner(geometry, held, this.middle()));
  }

  insert() {
    const middle = this.map.getSize().divideBy(2);
    const onMap = (position) => this.map.latLngToContainerPoint(latlng(position));
    const edge = nearestEdge(this.geometryOfSelected(), (from, to) => L.LineUtil.pointToSegmentDistance(middle, onMap(from), onMap(to)));
    return edge && this.alter((geometry) => insertCorner(geometry, edge, this.middle()));
  }

  drop() {
    const corner = nearestCorner(this.geometryOfSelected(), (position) => this.far(position), REACH_PX);
    if (!corner) return this.tell(this.say("no_corner"));
    return this.alter((geometry) => removeCorner(geometry, corner));
  }

  alter(change) {
    const next = this.history.now;
    if (!change(this.geometryOfSelected(next))) return this.tell(this.say("too_few"));
    this.commit(next);
    return this.buttons();
  }

  /* --- buttons and keys --- */

  step(back) {
    if (this.mode) return this.back();
    this.held = null;
    if (back) this.history.undo();
    else this.history.redo();
    if (this.selected !== "outline" && !this.history.now.parts[this.selected]) this.selected = "outline";
    this.write();
    this.show();
    return this.tell(this.say(back ? "undone" : "redone"));
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

  buttons() {
    const lines = this.mode !== null && this.mode.shape !== "point";
    const corners = !this.mode && this.aiming && linesOf(this.geometryOfSelected()).length > 0;
    const shown = { here: this.mode && this.aiming, finish: lines, back: lines, cancel: this.mode || this.held, hold: corners && !this.held, put: this.held, insert: corners && !this.held, drop: corners && !this.held };
    for (const [name, on] of Object.entries(shown)) this.find(`[data-do=${name}]`).hidden = !on;
    this.find("[data-do=undo]").disabled = !this.mode && !this.history.canUndo;
    this.find("[data-do=redo]").disabled = Boolean(this.mode) || !this.history.canRedo;
    this.find("[data-do=hole]").disabled = !areasOf(this.history.now.geometry).length;
  }

  acts() {
    const kind = this.find("[data-kind]"), shape = this.find("[data-shape]");
    return {
      area: () => this.start({ what: "area", shape: "outline" }),
      hole: () => this.start({ what: "hole", shape: "outline" }),
      point: () => this.start({ what: "point", shape: "point" }),
      part: () => this.start({ what: "part", shape: shape.value, kind: kind.value, title: kind.selectedOptions[0].text }),
      removing: () => (this.setRemoving(!this.removing), this.enable(), this.hint()),
      aim: () => (this.setAiming(!this.aiming), this.hint()),
      undo: () => this.step(true),
      redo: () => this.step(false),
      whole: () => this.whole(),
      here: () => this.here(),
      hold: () => this.hold(),
      put: () => this.putDown(),
      insert: () => this.insert(),
      drop: () => this.drop(),
      finish: () => this.finish(),
      back: () => this.back(),
      cancel: () => this.cancel(),
    };
  }

  listen() {
    const acts = this.acts();
    this.root.addEventListener("click", (event) => {
      const name = event.target.closest("[data-do]")?.dataset.do;
      if (!acts[name]) return;
      acts[name]();
      // Who drew by keyboard up to here goes on by keyboard.
      if (event.detail === 0 && this.mode && !this.aiming) (this.setAiming(true), this.hint());
    });
    this.map.getContainer().addEventListener("keydown", (event) => this.key(event), true);
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.cancel());
    this.map.on("pm:drawstart", ({ workingLayer }) => workingLayer.on("pm:vertexadded pm:vertexremoved", () => this.tellSoFar()));
    this.map.on("pm:create", ({ layer }) => {
      const corners = layer.getLatLngs().flat().map(({ lat, lng }) => this.known.at(lng, lat));
      layer.remove();
      queueMicrotask(() => this.mode && this.take(corners));
    });
    this.map.on("click", ({ latlng: { lat, lng } }) => this.mode?.shape === "point" && !this.aiming && this.take([this.known.at(lng, lat)]));
    this.map.on("ground", ({ titles }) => {
      this.titles = titles;
      const { geometry, parts } = this.history.now;
      this.keys(this.given.stored && !same(this.given.stored, geometry), geometry, parts);
    });
    addEventListener("pointerdown", () => (this.pressed = true), true);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => ((this.pressed = false), setTimeout(() => this.settle())), true);
    for (const field of this.fields) field.addEventListener?.("change", () => this.readText());
    // A map that was put away had no size.
    this.root.closest("details")?.addEventListener("toggle", () => (this.map.invalidateSize(), this.whole()));
    this.form.addEventListener("submit", (event) => this.refuse(event));
  }

  key(event) {
    const arrow = ARROWS[event.key];
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.step(!event.shiftKey);
    else if (!this.aiming) return;
    else if (arrow) this.map.panBy(arrow.map((each) => each * (event.shiftKey ? PAN_LITTLE_PX : PAN_PX)), { animate: false });
    else if (event.key === "Enter" || event.key === " ") this.here();
    else if (event.key === "Backspace" && this.mode) this.back();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // What is begun, or crosses itself, is not sent; what was so before and is not touched does not keep other things from being changed.
  refuse(event) {
    const untouched = same(this.first, this.history.now.geometry);
    if (!this.mode && (untouched || !this.faulty)) return;
    event.preventDefault();
    if (this.mode) this.tell(this.say("unfinished"));
    this.find(this.mode ? ".drawing-map" : ".drawing-fault").focus();
  }
}

for (const root of document.querySelectorAll(".drawing")) new Drawing(root);
