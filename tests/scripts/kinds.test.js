// What static/kinds.js says of every kind of answer that Python has; how each reads answers is tried in judge.test.js.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CODES, KINDS, STATES, SYNONYMS } from "../../static/generated/terms.js";
import { encodeAnswer, kindOf } from "../../static/kinds.js";

test("a kind that is typed, or whose column holds more than the code, has a row of its own here", () => {
  const word = kindOf({ kind: "yes_no" });
  for (const [kind, { numeric, widget }] of Object.entries(KINDS)) {
    const row = kindOf({ kind });
    assert.equal(row.encode !== word.encode, numeric === true, kind);
    for (const own of ["exact", "read", "shown", "asTyped"]) assert.equal(typeof row[own], widget === "typed" ? "function" : "undefined", `${kind}.${own}`);
    assert.equal(typeof row.attributes, widget === "typed" ? "object" : "undefined", kind);
  }
});

test("every spelling of an answer word is read alike, by every kind", () => {
  const choices = ["yes", "partial", "no"];
  for (const [spelling, name] of Object.entries(SYNONYMS)) {
    for (const kind of Object.keys(KINDS)) {
      if (!STATES.includes(name)) continue;
      assert.deepEqual(encodeAnswer({ kind, choices }, ` ${spelling.toUpperCase()} `), [CODES[name]], `${kind} ${spelling}`);
    }
    const [code] = encodeAnswer({ kind: "yes_partial_no", choices }, spelling);
    assert.equal(code, choices.includes(name) ? CODES.first_choice + choices.indexOf(name) : CODES[STATES.includes(name) ? name : "unreadable"], spelling);
  }
  assert.deepEqual(encodeAnswer({ kind: "set", choices }, "tidak_ada"), [CODES.given, 0n]);
});
