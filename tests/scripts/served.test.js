// What is served of a script is the same program: its syntax tree is that of the file, comments and blanks aside; in a pack too,
// but for how a module imports and exports.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PYTHON, ROOT } from "./cases.js";

test("every script as served parses, links, and is the program of its file", () => {
  const folder = mkdtempSync(join(tmpdir(), "served-"));
  try {
    execFileSync(PYTHON.program, ["-m", "helpers.served_scripts", folder], { cwd: ROOT, env: PYTHON.env });
    // The parser is that of Node.js itself, which it keeps for its own use.
    const compare = ["--expose-internals", "--no-warnings", join(ROOT, "tests/scripts/same_program.cjs"), join(ROOT, "static")];
    for (const [what, least] of [[folder, 50], [`${folder}.pack`, 30]]) {
      const compared = JSON.parse(execFileSync(process.execPath, [...compare, what], { encoding: "utf8" }));
      assert.deepEqual(compared.different, []);
      assert.ok(compared.same > least);
    }
    const link = ["--experimental-vm-modules", "--no-warnings", join(ROOT, "tests/scripts/link.js"), folder];
    assert.ok(Object.keys(JSON.parse(execFileSync(process.execPath, link, { encoding: "utf8" }))).length > 30);
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(`${folder}.pack`, { force: true });
  }
});
