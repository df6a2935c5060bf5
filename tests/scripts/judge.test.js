// The judge of the browser gives what Python gives: the same codes, outcomes and conclusions, cell by cell, for any answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { conclude, encode, joined, judge, leftOut, standingOf } from "../../static/judge.js";
import { asTyped, exact, number, read } from "../../static/phone/numbers.js";
import { cases, SEEDS } from "./cases.js";

const EMPTY = { status: "not_audited", red: [], must_fix: [], before_audit: [] };

// The cases of a seed are fetched in its test and forgotten after it: ten of them would fill the memory.
for (const seed of SEEDS) {
  test(`seed ${seed}`, async (t) => {
    const { judging, numbers } = cases(seed, "judging", "numbers");

    for (const [edition, { table, sites, codes, numbers: stored, expected, standing, measured, conclusions }] of Object.entries(judging)) {
      await t.test(`${edition}: every answer becomes the same code and the same whole number`, () => {
        sites.forEach((answers, site) => {
          const found = encode(table, answers);
          assert.deepEqual(found.codes, codes[site], `codes of site ${site}`);
          let next = 0;
          table.questions.forEach(({ id, kind }, row) => {
            if (kind !== "number" && kind !== "set") return;
            const [ours, theirs] = [found.numbers[next], stored[site][next]];
            next += 1;
            if (codes[site][row] === table.codes.given) assert.equal(String(ours), theirs, `${id} of site ${site}`);
          });
        });
      });

      await t.test(`${edition}: random sets of answers are judged alike, cell by cell`, () => {
        assert.ok(sites.length >= 1000);
        sites.forEach((answers, site) => assert.deepEqual(judge(table, answers), expected[site], `site ${site}`));
      });

      await t.test(`${edition}: the same questions are asked, wait, are not asked, or count more than their whole`, () => {
        const reached = new Set();
        sites.forEach((answers, site) => {
          const found = standingOf(table, encode(table, answers));
          assert.deepEqual(found, standing[site], `site ${site}`);
          for (const state of Object.values(found)) reached.add(state);
        });
        assert.deepEqual([...reached].sort(), ["above", "asked", "not_asked", "waiting"]);
        measured.sites.forEach(({ answers, ...beside }, site) => {
          const found = standingOf(table, joined(table, encode(table, answers), beside));
          // A sum of ranges is not worked out here: what it would hide is asked.
          for (const [id, state] of Object.entries(measured.standing[site])) {
            if (found[id] !== state) assert.ok(["not_asked", "above"].includes(state) && ["asked", "waiting"].includes(found[id]), `${id} of site ${site}: ${found[id]}, not ${state}`);
          }
        });
      });

      await t.test(`${edition}: what is left out are the outcomes that do not apply, and none that may`, () => {
        sites.forEach((answers, site) => {
          const left = leftOut(table, answers);
          const { codes: said } = encode(table, answers);
          table.requirements.forEach(({ id, registers: [, , , notApplicable] }, index) => {
            const applies = table.outcomes[expected[site].outcomes[index]] !== "not_applicable";
            if (applies) assert.ok(!left.has(id), `${id} of site ${site} is left out and applies`);
            else if (!left.has(id)) assert.equal(table.questions[notApplicable] && said[notApplicable], 2, `${id} of site ${site} is asked and does not apply`);
          });
        });
      });

      await t.test(`${edition}: answers and measurements are laid together alike, and a range leaves only more open`, () => {
        assert.ok(measured.sites.length >= 150);
        measured.sites.forEach(({ answers, ...beside }, site) => {
          const found = judge(table, answers, beside);
          assert.deepEqual(found, measured.expected[site], `site ${site}`);
          const ranged = measured.ranged[site];
          assert.equal(found.score === null, ranged === null, `site ${site}`);
          if (ranged) assert.ok(found.score[0] <= ranged[0] && ranged[1] <= found.score[1], `site ${site}: ${found.score} is not as wide as ${ranged}`);
        });
      });

      await t.test(`${edition}: the same follows from the same outcomes, up to the top rung`, () => {
        const asked = table.questions.findIndex(({ fact }) => !fact);
        conclusions.expected.forEach(({ outcomes, ...wanted }, site) => {
          const codes = table.questions.map((_, row) => (row === asked && conclusions.audited[site] ? table.codes.given : 0));
          assert.deepEqual(conclude(table, outcomes, { codes }), wanted, `site ${site}`);
        });
        const statuses = new Set(conclusions.expected.map(({ status }) => status));
        assert.deepEqual([...statuses].sort(), [...table.statuses].sort(), "every status occurs");
      });

      await t.test(`${edition}: without any answer everything is open`, () => {
        const { score, undetermined, outcomes, rank, ...rest } = judge(table, {});
        assert.deepEqual(rest, EMPTY);
        assert.deepEqual(score, [0, table.maximum]);
        assert.deepEqual(rank, [null, table.rungs.at(-1)[0]]);
        assert.equal(undetermined.length, table.requirements.filter(({ counts }, index) => counts && outcomes[index] === 0).length);
      });
    }

    await t.test(`a typed number is read alike, in steps and exactly`, () => {
      assert.ok(numbers.length >= 1000);
      const seen = { steps: 0, ambiguous: 0, refused: 0 };
      for (const { text, decimals, steps, ambiguous, refused, unit, units, exact: value } of numbers) {
        const found = number(text, decimals, units ?? undefined);
        const shown = found.steps === undefined ? found : { steps: String(found.steps) };
        const wanted = steps === undefined ? (ambiguous ? { ambiguous } : unit ? { refused, unit } : { refused }) : { steps };
        assert.deepEqual(shown, wanted, JSON.stringify(text));
        assert.equal(exact(text, units ?? undefined), value === undefined ? undefined : value, JSON.stringify(text));
        seen[Object.keys(wanted)[0]] += 1;
      }
      for (const [kind, times] of Object.entries(seen)) assert.ok(times > 100, `only ${times} texts are ${kind}`);
    });

    await t.test(`a number written for a reader means the same when it is typed back, in both languages`, () => {
      const values = numbers.map(({ exact: value }) => value).filter((value) => value !== undefined && Math.abs(value) < 1e12);
      assert.ok(values.length > 1000);
      for (const language of ["id", "en"]) {
        for (const value of values) {
          // Twelve decimals are written at most; a large number holds fewer.
          assert.equal(exact(asTyped(value, language)), Number(value.toFixed(12)), `${value} as ${asTyped(value, language)}`);
        }
      }
    });
  });
}

test("the numbers of the field guide mean what Indonesians mean by them", () => {
  const table = { "1,2": 1.2, "1.2": 1.2, "1 200": 1200, "1.200,5": 1200.5, "-3,5": -3.5, "−3,5": -3.5, "12.345.678": 12345678, "0,125": 0.125 };
  for (const [text, value] of Object.entries(table)) assert.equal(exact(text), value, text);
  for (const text of ["1.200", "1,200", "999,999", "12.500"]) assert.equal(exact(text), undefined, text);
  assert.deepEqual(number("1.200", 1), { ambiguous: ["1,200", "1200"] });
});

test("a question takes a number inside its range, and says its limits beside one outside", () => {
  const question = { decimals: 1, low: -5, high: 20 };
  assert.deepEqual(read("2,0", question), { value: 2 });
  assert.deepEqual(read("-0,5", question), { value: -0.5 });
  assert.deepEqual(read("2,04", question), { value: 2.04 }, "kept as typed, judged as rounded");
  assert.deepEqual(read("2,05", question), { outside: [-0.5, 2] });
  assert.deepEqual(read("-0,6", question), { outside: [-0.5, 2] });
  assert.deepEqual(read("1.200", question), { choices: ["1,200", "1200"] });
  assert.deepEqual(read("dua", question), { refused: true });
  const width = { ...question, high: 200, units: ["m", "m"] };
  assert.deepEqual(read("1,5 m", width), { value: 1.5 });
  assert.deepEqual(read("2.5cm", width), { unit: true });
  assert.deepEqual(read("1.200 m", width), { choices: ["1,200", "1200"] });
});

test("three decimals are written so that they cannot be thousands", () => {
  assert.equal(asTyped(1.2, "id"), "1,2");
  assert.equal(asTyped(1.2, "en"), "1.2");
  assert.equal(asTyped(1.125, "id"), "1,1250");
  assert.equal(asTyped(1.125, "en"), "1.1250");
  assert.equal(asTyped(1200, "id"), "1200");
  assert.equal(asTyped(0.1 + 0.2, "en"), "0.3");
  assert.equal(asTyped(1e-7, "en"), "0.0000001");
});
