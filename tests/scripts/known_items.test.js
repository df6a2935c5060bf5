// What the phone knows of items and of a check without a page: which are left out, which go on under another one, and what is sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { itemQuestions, shownFor, trimmed } from "../../static/phone/check_asks.js";
import { endOf, missingIn } from "../../static/phone/known_items.js";
import { readings } from "../../static/phone/merging.js";
import { cases } from "./cases.js";

const item = (id, answers = {}, more = {}) => ({ id, kind: "swing", name: id, gone: false, answers, note: "", ...more });

test("an item goes on under the last one of a chain, and a circle leads nowhere", () => {
  assert.equal(endOf("a", { a: "b", b: "c" }), "c");
  assert.equal(endOf("a", { a: "b", b: "a" }), "a");
  assert.equal(endOf("x", { a: "b" }), "x");
});

test("what is known and not in the list is missing, unless it is gone for certain", () => {
  const known = [item("a"), item("b", {}, { gone: true }), item("c", {}, { gone: true, listed: true }), item("d")];
  assert.deepEqual(missingIn([item("d")], known).map(({ id }) => id), ["a", "c"]);
});

test("two entries that do not agree are two readings of one item, each filled in from the other", () => {
  const found = readings([item("a", { x: "yes", y: 1 }), item("b", { x: "no", z: 2 }, { same_as: "a" })]);
  assert.deepEqual(found.filter(({ same_as }) => !same_as).map(({ id, answers }) => [id, answers]), [
    ["a", { x: "yes", y: 1, z: 2 }],
    ["a", { x: "no", y: 1, z: 2 }],
  ]);
});

test("two entries that agree, or of which one says nothing, are one reading", () => {
  for (const [one, other] of [[{ x: "yes" }, { x: "yes" }], [{ x: "yes" }, {}], [{}, { x: "yes" }]]) {
    const [first, ...rest] = readings([item("a", one), item("b", other, { same_as: "a" })]).filter(({ same_as }) => !same_as);
    assert.deepEqual([first.answers, rest], [{ x: "yes" }, []]);
  }
  const alone = [item("a", { x: 1 }), item("b", {}, { gone: true }), item("c", { x: 2 }, { same_as: "nowhere" })];
  assert.deepEqual(readings(alone), [alone[0], alone[1], { ...alone[2], same_as: null }]); // what leads nowhere is no merge
});

test("a check shows what it was opened for and what decides about it, and all of it where nothing of that is asked", () => {
  const all = [
    { id: "A", questions: ["A.1", "A.2"], needs: ["fact"] },
    { id: "B", questions: ["B"], needs: ["A.2"] },
    { id: "C", questions: ["C"], needs: [] },
  ];
  assert.deepEqual(shownFor(["A"], all), { requirements: new Set(["A"]), questions: new Set(["fact", "A.1", "A.2"]) });
  assert.deepEqual([...shownFor(["B"], all).requirements], ["A", "B"]);
  assert.equal(shownFor(["Z"], all), null);
  assert.equal(shownFor([], all), null);
});

test("of an item a check asks no more than its requirements come down to, for every requirement of an edition", () => {
  for (const { table } of Object.values(cases(0, "folding").folding)) {
    const { each, tallies, every, complete, facts } = table.equipment;
    if (!complete) continue;
    for (const requirement of table.requirements) {
      const { id, questions } = requirement;
      const asked = itemQuestions(table.equipment, shownFor([id], [{ id, questions, needs: facts.slice(0, 1) }]));
      const own = each.requirements.find((other) => other.id === id);
      const of = [...tallies, ...every].filter(([question]) => questions.includes(question));
      if (own) for (const question of own.questions) assert.ok(asked.has(question), id);
      else if (of.length) for (const [, question] of of) assert.ok(question === null || asked.has(question), id);
      else assert.equal(asked.size, 0, id);
      if (own || of.length) assert.ok(asked.has(facts[0]) && asked.size <= questions.length + table.equipment.questions.length + 1, id);
    }
  }
});

test("a check is sent without facts that only stood there and known items at which nobody looked", () => {
  const document = {
    answers: { scale: "rw", typology: "rth", shade: "yes", "A.1": "no" },
    items: [item("a"), item("b", { x: "yes" }), item("c", {}, { gone: true }), item("d"), item("new"), item("e", {}, { name: "Renamed" }), item("f", {}, { same_as: "d" })],
  };
  const known = { scale: "rw", typology: "rth", shade: "no" };
  const items = ["a", "b", "c", "d", "e", "f"].map((id) => item(id));
  const sent = trimmed(document, { facts: new Set(["scale", "typology", "shade"]), known, items, touched: ["typology"] });
  assert.deepEqual(sent.answers, { typology: "rth", shade: "yes", "A.1": "no" });
  assert.deepEqual(sent.items.map(({ id }) => id), ["b", "c", "d", "new", "e", "f"]);
});
