// The browser reads tiles of the ground as the server cuts them, and paints areas as areas and lines as lines.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { levelFor, paint, prepared, tileAt, tilesAround } from "../../static/phone/ground_paint.js";
import { cases, ROOT, SEEDS } from "./cases.js";

const path = () => ({ calls: [], moveTo(...at) { this.calls.push(["M", ...at]); }, lineTo(...at) { this.calls.push(["L", ...at]); }, closePath() { this.calls.push(["Z"]); } });
const canvas = () => {
  const done = [];
  const note = (name) => (...given) => done.push([name, ...given]);
  return { done, ...Object.fromEntries(["save", "restore", "beginPath", "rect", "clip", "translate", "scale", "setLineDash", "fill", "stroke"].map((name) => [name, note(name)])) };
};

for (const seed of SEEDS) {
  test(`seed ${seed}: positions lie in the tiles that the server says, and pieces where it cut them`, () => {
    const { positions, classes, tiles } = cases(seed, "ground").ground;
    for (const [longitude, latitude, level, tile] of positions) assert.equal(tileAt([longitude, latitude], level), tile);
    for (const [tile, boxes] of tiles) {
      const ready = prepared(tile, classes, path);
      for (const { name, shapes } of classes) {
        assert.deepEqual(ready.get(name)?.boxes, boxes[name]);
        if (!boxes[name]) continue;
        const closed = ready.get(name).path.calls.filter(([call]) => call === "Z").length;
        assert.equal(closed > 0, shapes === "areas", `${name} is closed`);
      }
    }
  });
}

test("a class without an area look is never filled, and what lies outside is not said to be painted", () => {
  const tile = { water: [[[0, 0, 100, 0, 0, 100]]], street: [[0, 0, 100, 100]], railway: [[1900, 1900, 50, 50]] };
  const classes = [{ name: "water", shapes: "areas" }, { name: "street", shapes: "lines" }, { name: "railway", shapes: "lines" }];
  const context = canvas();
  const painted = paint(context, [[prepared(tile, classes, path), 0, 0, 1, 2048]], classes, 16, [300, 300]);
  assert.deepEqual([...painted], ["water", "street"]);
  assert.equal(context.done.filter(([name]) => name === "fill").length, 1);
  assert.equal(context.done.filter(([name]) => name === "stroke").length, 3); // the shore, and a street's edge and middle
});

test("every class of the standard's file has a look, and only areas are filled", () => {
  const listed = readFileSync(join(ROOT, "standards/layers.toml"), "utf8").split("[[ground.class]]").slice(1).map((text) => [/name = "(\w+)"/.exec(text)[1], /shapes = "(\w+)"/.exec(text)[1]]);
  assert.ok(listed.length > 5);
  for (const [name, shapes] of listed) {
    const tile = { [name]: shapes === "areas" ? [[[0, 0, 9, 0, 0, 9]]] : [[0, 0, 9, 9]] };
    const classes = [{ name, shapes }];
    const context = canvas();
    assert.deepEqual([...paint(context, [[prepared(tile, classes, path), 0, 0, 1, 2048]], classes, 16, [99, 99])], [name], name);
    assert.equal(context.done.some(([call]) => call === "fill"), shapes === "areas", name);
  }
});

test("tiles around a place hold it, and are few", () => {
  const levels = [{ level: 12, from_zoom: 11 }, { level: 14, from_zoom: 14 }, { level: 16, from_zoom: 16 }];
  const here = [106.15, -6.12];
  assert.ok(tilesAround(here, 16, 600).includes(tileAt(here, 16)));
  assert.ok(tilesAround(here, 16, 600).length <= 9);
  assert.deepEqual(tilesAround(here, 16, 0), [tileAt(here, 16)]);
  assert.deepEqual([10, 11, 13.9, 14, 15.5, 16, 20].map((zoom) => levelFor(levels, zoom)), [null, 12, 12, 14, 14, 16, 16]);
});
