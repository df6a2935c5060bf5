// @ts-check
// Reads and writes the fields of the form: as typed, and as stored in a visit.
// Nothing is guessed: the user is asked about an ambiguous number and warned of one out of range.

import { element, fill } from "../dom.js";
import { STATES } from "../generated/terms.js";
import { kindOf } from "../kinds.js";
import { form, questions, words } from "./form_page.js";
import { amount, language } from "./formatting.js";
import { read } from "./item_fields.js"; // the messages about numbers are the same in a chapter and in an item
import * as numbers from "./numbers.js";

const fields = new Map();
for (const field of form.elements) {
  if (!field.name || field.type === "hidden") continue;
  if (fields.has(field.name)) fields.get(field.name).push(field);
  else fields.set(field.name, [field]);
}

const values = {};
for (const name of fields.keys()) reread(name);

/** Read a field again after it changed. */
export function reread(name) {
  const found = [];
  for (const field of fields.get(name) ?? []) {
    if (field.type === "radio" || field.type === "checkbox" ? field.checked && field.value : field.value !== "") found.push(field.value);
  }
  if (found.length) values[name] = found;
  else delete values[name];
}

/** All non-empty fields as typed, by name. */
export function written() {
  return { ...values };
}

export function has(name) {
  return name in values && values[name].some((value) => value.trim());
}

/** Fill these fields; with `whole`, clear all others. */
export function fillIn(given, whole = false) {
  for (const [name, list] of fields) {
    if (!whole && !(name in given)) continue;
    const wanted = given[name] ?? [];
    for (const field of list) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = wanted.includes(field.value);
      else field.value = wanted[0] ?? "";
    }
    reread(name);
    if (questions.has(name)) showReading(name);
  }
}

/** Format a known or earlier answer as it would be typed. */
export function asTyped(answer) {
  if (Array.isArray(answer)) return answer;
  if (typeof answer !== "number") return [String(answer)];
  return [numbers.asTyped(answer, language)];
}

/**
 * The answers as input for judge.js, straight from the fields.
 * @param {Table} table
 * @returns {Answers}
 */
export function typedAnswers(table) {
  /** @type {Answers} */
  const given = {};
  for (const question of table.questions) {
    const { id } = question;
    const list = values[id];
    if (!list || !has(id)) continue;
    given[id] = list.find((value) => STATES.includes(value)) ?? (kindOf(question).widget === "several" ? list : list[0]);
  }
  return given;
}

/** The answers as stored in a visit: canonical words, names and numbers. Unusable ones are left out and reported by `faultsOf`. */
export function answers(table) {
  const given = typedAnswers(table);
  for (const question of table.questions) {
    const { id } = question, { exact } = kindOf(question);
    if (exact && id in given && !STATES.includes(String(given[id]))) given[id] = exact(String(given[id]), question) ?? given[id];
  }
  return given;
}

/* --- typed answers: show how they were understood, ask about ambiguous ones --- */

let asks = new Map();

/** Set the questions with typed answers, once the edition's table is loaded. */
export function learn(table) {
  asks = new Map(table.questions.filter((question) => kindOf(question).read).map((question) => [question.id, question]));
  for (const id of asks.keys()) if (has(id)) showReading(id);
}

/** The error message about a number, or null. */
export function faultOf(id) {
  const question = asks.get(id);
  const text = question && values[id]?.find((value) => !STATES.includes(value))?.trim();
  if (!text) return null;
  const { told, choices } = read(text, { ...question, unit: unitOf(id) }, words);
  return told === undefined ? null : { told, choices };
}

/** All questions whose number cannot be used. */
export function faultyNumbers() {
  return [...asks.keys()].map((id) => ({ id, fault: faultOf(id) })).filter(({ fault }) => fault);
}

function unitOf(id) {
  return document.getElementById(`u-${id}`)?.textContent ?? "";
}

/** Show next to a number how it was understood; with `complain`, also its error message. */
export function showReading(id, complain = false) {
  const question = asks.get(id);
  if (!question) return;
  const box = questions.get(id), field = document.getElementById(id);
  const fault = faultOf(id);
  const line = box?.querySelector(".reading");
  const wrong = fault && (complain || line?.classList.contains("error-text"));
  const text = field.value.trim();
  if (!wrong) {
    field.removeAttribute("aria-invalid");
    const understood = !fault && /[.,\s]/.test(text) ? (numbers.exact(text, question.units) ?? null) : null;
    if (understood === null) return line?.remove();
    const reading = ready(box, line, id);
    reading.className = "reading muted";
    reading.textContent = fill(words.reads, { value: numbers.withUnit(amount(understood, numbers.DECIMALS), unitOf(id), question.unit_first) });
    return undefined;
  }
  const reading = ready(box, line, id);
  reading.className = "reading error-text";
  reading.textContent = fault.told;
  field.setAttribute("aria-invalid", "true");
  if (fault.choices) reading.append(element("span", { className: "row" }, ...fault.choices.map((choice) => meant(id, choice))));
  return undefined;
}

/**
 * @param {HTMLElement | undefined} box
 * @param {HTMLElement | undefined} line
 * @param {string} id
 */
function ready(box, line, id) {
  if (line) return line;
  const made = element("p", { className: "reading", id: `n-${id}`, role: "status" });
  box?.querySelector(".amount").after(made);
  const field = document.getElementById(id);
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  if (!described.includes(made.id)) field.setAttribute("aria-describedby", [...described, made.id].join(" "));
  return made;
}

// A button for one of two readings; pressing it writes the number unambiguously.
function meant(id, choice) {
  const value = Number(choice.replace(",", "."));
  const button = element("button", { type: "button", className: "button second", text: choice.includes(",") ? amount(value, numbers.DECIMALS) : choice });
  button.addEventListener("click", () => {
    const field = document.getElementById(id);
    [field.value] = asTyped(value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  return button;
}

/* --- exclusive answers --- */

/** Clear answers that exclude the new one; return whether any was cleared. */
export function keepAlone(input) {
  const box = input.closest(".question");
  if (!box || input.type === "radio" || (input.type === "checkbox" ? !input.checked : !input.value.trim())) return;
  for (const other of fields.get(input.name) ?? []) {
    if (other === input || !("alone" in input.dataset || "alone" in other.dataset)) continue;
    if (other.type === "text") other.value = "";
    else other.checked = false;
  }
}

/** Clear an answer. */
export function clear(id) {
  fillIn({ [id]: [] });
}
