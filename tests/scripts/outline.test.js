// The browser reckons outlines as the server does: the same size, and the same ones taken or refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { area_m2, faultsOf, geometryOf, perimeter_m } from "../../static/drawing/outline.js";
import { cases, SEEDS } from "./cases.js";

const KINDS = { few: /fewer|encloses/, crosses: /crosses or touches itself|encloses/, outside: /wholly inside|along a line/, touches: /along a line|wholly inside/, overlap: /over one another/ };

for (const seed of SEEDS) {
  test(`seed ${seed}`, async (t) => {
    const { outlines } = cases(seed, "outlines");

    await t.test("what is taken here is taken there, and what is refused is refused for the same reason", () => {
      assert.ok(outlines.filter(({ told }) => told.length).length > 50);
      assert.ok(outlines.filter(({ told }) => !told.length).length > 50);
      for (const { geometry, told } of outlines) {
        const faults = faultsOf(geometry);
        assert.equal(faults.length > 0, told.length > 0, JSON.stringify({ geometry, told, faults }));
        for (const { fault } of faults.slice(0, 1)) assert.ok(told.some((each) => KINDS[fault].test(each)), JSON.stringify({ geometry, told, faults }));
      }
    });

    await t.test("areas and edges are as long and large", () => {
      for (const outline of outlines) {
        const length = perimeter_m(outline.geometry);
        assert.ok(Math.abs(length - outline.perimeter_m) <= 1e-5 * outline.perimeter_m, `${length} ${outline.perimeter_m}`);
        if (outline.area_m2 === null) continue;
        const area = area_m2(outline.geometry);
        assert.ok(Math.abs(area - outline.area_m2) <= 1e-9 * outline.area_m2 + 1e-3, `${area} ${outline.area_m2}`);
      }
    });
  });
}

test("one area is a Polygon, several are a MultiPolygon, none is nothing", () => {
  const ring = [[0, 0], [1, 0], [0, 1], [0, 0]];
  assert.equal(geometryOf([]), null);
  assert.deepEqual(geometryOf([[ring]]), { type: "Polygon", coordinates: [ring] });
  assert.deepEqual(geometryOf([[ring], [ring]]).type, "MultiPolygon");
});

test("an outline of many corners is looked through in a moment", () => {
  const count = 5000;
  const ring = Array.from({ length: count }, (_, at) => [Math.cos((2 * Math.PI * at) / count), Math.sin((2 * Math.PI * at) / count)]);
  assert.deepEqual(faultsOf(geometryOf([[[...ring, ring[0]]]])), []);
});
