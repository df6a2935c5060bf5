// Every script parses, and every import finds its file and its name.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./cases.js";

const LINK = ["--experimental-vm-modules", "--no-warnings", join(ROOT, "tests/scripts/link.js")];
const graph = JSON.parse(execFileSync(process.execPath, [...LINK, join(ROOT, "static")], { encoding: "utf8" }));

function reached(name, found = new Set()) {
  for (const next of graph[name]) {
    if (found.has(next)) continue;
    found.add(next);
    reached(next, found);
  }
  return found;
}

test("all scripts of static/ parse and link", () => {
  assert.ok(graph["form.js"].includes("judge.js") || reached("form.js").has("judge.js"));
  assert.ok(Object.keys(graph).length > 30);
});

test("a missing file, a missing name and a fault of syntax are each found", () => {
  const faults = {
    "import { a } from './nowhere.js';": /nowhere\.js.*does not exist/,
    "import { b } from './good.js';": /does not provide an export named 'b'/,
    "export { b } from './good.js';": /does not provide an export named 'b'/,
    "const a = ;": /SyntaxError/,
    "const late = () => import(\"./nowhere.js\");": /nowhere\.js.*does not exist/,
  };
  for (const [text, message] of Object.entries(faults)) {
    const folder = mkdtempSync(join(tmpdir(), "scripts-"));
    writeFileSync(join(folder, "good.js"), "export const a = 1;");
    writeFileSync(join(folder, "bad.js"), text);
    const { status, stderr } = spawnSync(process.execPath, [...LINK, folder], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    assert.notEqual(status, 0, text);
    assert.match(stderr, message, text);
  }
});

test("no module imports itself in a circle", () => {
  for (const name of Object.keys(graph)) assert.ok(!reached(name).has(name), name);
});

test("what is tried here without a page imports nothing that needs one", () => {
  const pure = ["dom.js", "drawing/model.js", "drawing/outline.js", "generated/terms.js", "judge.js", "kinds.js", "phone/alarm_states.js", "phone/check_asks.js", "phone/fold.js", "phone/ground.js", "phone/ground_paint.js", "phone/health_states.js", "phone/item_fields.js", "phone/known_items.js", "phone/merging.js", "phone/near_places.js", "phone/numbers.js", "phone/outbox_states.js", "phone/place_document.js", "phone/proposed_places.js", "phone/readiness.js", "phone/sent_photos.js", "phone/retry.js", "phone/walk_outline.js"];
  for (const name of pure) for (const imported of reached(name)) assert.ok(pure.includes(imported), `${name} imports ${imported}`);
});
