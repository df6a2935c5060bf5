// What is drawn keeps what nobody touched, digit by digit, and every step can be undone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, History, idFor, insertCorner, Known, moveCorner, nearestCorner, nearestEdge, positionsOf, removeCorner, ringOf } from "../../static/drawing/model.js";

const square = () => ({ type: "Polygon", coordinates: [[[106.123456789012, -6, 12.5], [107, -6], [107, -5], [106, -5], [106.123456789012, -6, 12.5]]] });

test("a corner that nobody moved keeps its digits and its height, a new one has seven decimals", () => {
  const known = new Known();
  known.learn(square());
  assert.deepEqual(known.at(106.123456789012, -6), [106.123456789012, -6, 12.5]);
  assert.deepEqual(known.at(106.123456789, -6.00000004), [106.1234568, -6]);
  assert.deepEqual(known.snapped([107.1, -5], ([x, y]) => Math.hypot(x - 107.1, y + 5), 0.2), [107, -5]);
  assert.deepEqual(known.snapped([120, -5], ([x, y]) => Math.hypot(x - 120, y + 5), 0.2), [120, -5]);
});

test("every step is undone and done again, and a new one forgets what was undone", () => {
  const history = new History({ geometry: null, parts: [] });
  for (const type of ["a", "b", "c"]) assert.ok(history.take({ geometry: { type }, parts: [] }));
  assert.ok(!history.take({ geometry: { type: "c" }, parts: [] }));
  history.undo();
  history.undo();
  assert.equal(history.now.geometry.type, "a");
  history.redo();
  assert.equal(history.now.geometry.type, "b");
  history.take({ geometry: { type: "d" }, parts: [] });
  assert.ok(!history.canRedo);
  for (let at = 0; at < 9; at++) history.undo();
  assert.equal(history.now.geometry, null);
});

test("corners are moved, added and taken away, and a ring stays closed", () => {
  const shape = square();
  moveCorner(shape, [0, 0], [105, -7]);
  assert.deepEqual(shape.coordinates[0].at(-1), [105, -7]);
  insertCorner(shape, [0, 3], [105.5, -5.5]);
  assert.equal(countOf(shape), 5);
  assert.ok(removeCorner(shape, [0, 0]));
  assert.deepEqual(shape.coordinates[0][0], shape.coordinates[0].at(-1));
  assert.ok(removeCorner(shape, [0, 1]));
  assert.ok(!removeCorner(shape, [0, 1]), "three corners are the least");
  const line = { type: "LineString", coordinates: [[0, 0], [1, 0]] };
  assert.ok(!removeCorner(line, [0, 0]));
  assert.deepEqual(nearestCorner(square(), ([x, y]) => Math.hypot(x - 107, y + 5.1), 1), [0, 2]);
  assert.equal(nearestCorner(square(), () => 9, 1), null);
  assert.deepEqual(nearestEdge(square(), ([x1], [x2]) => (x1 === 107 && x2 === 107 ? 0 : 1)), [0, 1]);
});

test("outlines run counterclockwise and holes clockwise, whichever way they were drawn", () => {
  const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
  const signed = (ring) => ring.slice(1).reduce((sum, [x, y], at) => sum + ring[at][0] * y - x * ring[at][1], 0);
  for (const drawn of [corners, [...corners].reverse()]) {
    assert.ok(signed(ringOf(drawn)) > 0);
    assert.ok(signed(ringOf(drawn, true)) < 0);
    assert.deepEqual(ringOf(drawn)[0], ringOf(drawn).at(-1));
  }
});

test("parts have ids of their own, and positions of every kind are found", () => {
  assert.equal(idFor([{ id: "taman-tree-1" }, { id: "taman-tree-3" }], "taman", "tree"), "taman-tree-2");
  assert.equal(idFor([], "", "tree"), "tree-1");
  assert.equal(positionsOf({ type: "Point", coordinates: [1, 2] }).length, 1);
  assert.equal(positionsOf({ type: "MultiPolygon", coordinates: [square().coordinates, square().coordinates] }).length, 10);
  assert.equal(positionsOf(null).length, 0);
});
