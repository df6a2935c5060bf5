// @ts-check
// Shows the measurements of a site next to the answers, and which of the two counts, by the same rule as the server.

import { element, fill } from "../dom.js";
import { encode, measurementCounts } from "../judge.js";
import { typedAnswers } from "./answers.js";
import { visit } from "./draft.js";
import { extras, questions, words } from "./form_page.js";
import { askReason } from "./notes.js";

/** @type {Record<string, Measurement>} */
let measured = {};

/**
 * Return the measurements and the reasons for overriding them, as input for judge.js.
 * @param {Answers} answers
 * @returns {Beside}
 */
export function beside(answers) {
  const reasons = Object.entries(visit.notes).filter(([id, note]) => id in answers && note.trim());
  return { measured, reasons: Object.fromEntries(reasons) };
}

/** Set the measurements by question, and show those that the page does not show yet. */
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

/** Show where an answer differs from its measurement, and ask for the reason; not for the question being typed. */
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

// State of an answer: "" (nothing to show), "differs" (the measurement counts), "stands" (the answer counts because of its reason), "inside" a range.
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
