// Whichever of satellites and storage is first, a form that is opened leaves no draft without its site and none beside the one that goes on.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./cases.js";

test("fifty openings with the fix before the storage and fifty after it", () => {
  const run = ["--experimental-vm-modules", "--no-warnings", join(ROOT, "tests/scripts/openings.js"), join(ROOT, "static"), "50"];
  const openings = JSON.parse(execFileSync(process.execPath, run, { encoding: "utf8", maxBuffer: 1e8 }));
  assert.equal(openings.length, 100);
  for (const { order, before, drafts, kept, visit } of openings) {
    assert.deepEqual(kept.filter(({ site }) => site !== "taman"), [], order);
    assert.equal(drafts.length, 1, order);
    if (before.length) assert.equal(drafts[0].id, "d", "the draft that was there goes on");
    // The fix is not lost either.
    assert.equal(visit.position?.accuracy_m, 5);
    assert.deepEqual(drafts[0].position, visit.position);
  }
});
