// @ts-check
// Shows what was measured of a place beside what is answered there, and says which of the two counts; the server decides by the same rule.

import { element, fill } from "../dom.js";
import { encode, measurementCounts } from "../judge.js";
import { typedAnswers } from "./answers.js";
import { visit } from "./draft.js";
import { extras, questions, words } from "./form_page.js";
import { askReason } from "./notes.js";

/** @type {Record<string, Measurement>} */
let measured = {};

/**
 * What was measured, and the reasons that stand against it, for a judge.
 * @param {Answers} answers
 * @returns {Beside}
 */
export function beside(answers) {
  const reasons = Object.entries(visit.notes).filter(([id, note]) => id in answers && note.trim());
  return { measured, reasons: Object.fromEntries(reasons) };
}

/** Tell what was measured, by question; where the page does not show it yet, it is shown. */
export function knowMeasured(found = {}) {
  measured = found;
  for (const [id, box] of questions) {
    if (!Object.hasOwn(found, id) || document.getElementById(`m-${id}`)) continue;
    box.querySelector(".segments, .rows, .amount").before(told(`m-${id}`, found[id]));
    const described = box.querySelector("input[type=text]") ?? box;
    described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") ?? ""} m-${id}`.trim());
  }
}

function told(id, { value, how, origin }) {
  const folded = (look, line, ...texts) => element("details", { className: look }, element("summary", {}, line), ...texts.map((text) => element("p", { className: "sentence", text })));
  if (!value) return folded("measured unmeasured", element("span", { id, text: fill(words.unmeasured, { why: how }) }), words.unmeasured_rule);
  return folded("measured", element("span", { id, text: words.measured }, " ", element("strong", { text: value })), how, origin, words.measured_rule);
}

/** Say where an answer differs from what was measured, and ask for the reason; not while it is being typed. */
export function weigh(table, typing) {
  const answers = typedAnswers(table);
  const { reasons } = beside(answers);
  for (const question of table.questions) {
    const { id } = question;
    if (!measured[id]?.code || id === typing || !questions.has(id)) continue;
    const { codes, numbers } = encode({ ...table, questions: [question] }, answers);
    say(id, standing(table, measured[id], codes[0], numbers[0] ?? 0n, reasons[id]));
  }
}

// What is to be said of an answer: nothing, that it differs and does not count, that it differs and does, that it lies inside a range.
function standing(table, found, said, number, reason) {
  if (said < table.codes.given) return "";
  const same = said === found.code && found.low === found.high && number === BigInt(found.low);
  if (same) return "";
  if (measurementCounts(table, found, said, number, reason)) return "differs";
  return measurementCounts(table, found, said, number, "") ? "stands" : "inside";
}

function say(id, state) {
  let line = document.getElementById(`w-${id}`);
  if (!line && !state) return;
  if (!line) extras(id).prepend((line = element("p", { id: `w-${id}`, role: "status" })));
  const text = state && words[`measured_${state}`];
  if (line.textContent !== text) line.textContent = text;
  line.className = `weighs ${state}`;
  line.hidden = !state;
  askReason(id, state === "differs" || state === "stands" ? line.id : "");
}
