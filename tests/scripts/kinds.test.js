// What static/kinds.js says of every kind of answer that Python has; how each reads answers is tried in judge.test.js.

import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_CHOICE, GIVEN, KINDS, NOT_APPLICABLE, NOT_SEEN, SYNONYMS, UNREADABLE } from "../../static/generated/terms.js";
import { kindOf } from "../../static/kinds.js";

test("a kind that is typed, or whose column holds more than the code, has a row of its own here", () => {
  const word = kindOf({ kind: "yes_no" });
  for (const [kind, { storage, widget }] of Object.entries(KINDS)) {
    const row = kindOf({ kind });
    assert.equal(row.numeric, storage !== "word", kind);
    if (row.numeric) assert.notEqual(row.encodeGiven, word.encodeGiven, kind);
    for (const own of ["exact", "read", "shown", "asTyped"]) assert.equal(typeof row[own], widget === "typed" ? "function" : "undefined", `${kind}.${own}`);
    assert.equal(typeof row.attributes, widget === "typed" ? "object" : "undefined", kind);
  }
});

test("every spelling of an answer word is read alike, by every kind", () => {
  const choices = ["yes", "partial", "no"];
  const states = { not_seen: NOT_SEEN, not_applicable: NOT_APPLICABLE };
  for (const [spelling, name] of Object.entries(SYNONYMS)) {
    for (const kind of Object.keys(KINDS)) {
      if (!(name in states)) continue;
      assert.deepEqual(kindOf({ kind }).encode({ kind, choices }, ` ${spelling.toUpperCase()} `), [states[name]], `${kind} ${spelling}`);
    }
    const [code] = kindOf({ kind: "yes_partial_no" }).encode({ choices }, spelling);
    assert.equal(code, states[name] ?? (choices.includes(name) ? FIRST_CHOICE + choices.indexOf(name) : UNREADABLE), spelling);
  }
  assert.deepEqual(kindOf({ kind: "set" }).encode({ choices }, "tidak_ada"), [GIVEN, 0n]);
});
