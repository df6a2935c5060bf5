// @ts-check
// Fields of an item of equipment: built when the item is opened, read on input. This file contains no texts.

import { element, fill } from "../dom.js";
import { NONE_WORD, STATES } from "../generated/terms.js";
import { kindOf } from "../kinds.js";

const [NOT_SEEN] = STATES;

/** Parse a typed number: {value}, {choices: [small, large]} if ambiguous, or {told} with an error message. */
export function read(text, question, words) {
  const kind = kindOf(question);
  const { value, choices, refused, unit: other, outside, broken } = kind.read(text, question);
  const shown = (value) => kind.shown(value, question, document.documentElement.lang);
  if (choices) return { told: fill(words.two_numbers, { text }), choices };
  if (other) return { told: fill(words.other_unit, { text, unit: question.unit }) };
  if (refused) return { told: fill(words.no_number, { text }) };
  if (broken) return { told: fill(words.not_whole, { value: shown(text) }) };
  if (!outside) return { value };
  const [low, high] = outside.map(shown);
  return { told: fill(words.implausible, { value: shown(text), low, high }) };
}

// The text of a typed answer's field: what was typed, or the answer formatted in this language.
function typed(item, question) {
  return item.typed?.[question.id] ?? kindOf(question).asTyped(item.answers[question.id], document.documentElement.lang);
}

/** Return the field of one question of an item; `changed(answer, typed)` is called with undefined when the answer is cleared. */
export function field(item, question, words, changed) {
  const id = `i-${item.id}-${question.id}`;
  const box = element("fieldset", { className: "question", id, "data-asks": question.id });
  box.append(element("legend", { id: `${id}-l`, textContent: question.ask }));
  const told = [];
  const tell = (key, ...content) => {
    told.push(`${id}-${key}`);
    box.append(element("p", { className: "hint", id: `${id}-${key}` }, ...content));
  };
  if (question.hint) tell("h", question.hint);
  if (question.partial) tell("p", element("strong", { text: `${words.partly}: ` }), question.partial);
  const { widget } = kindOf(question);
  if (widget === "typed") box.append(...amountOf(item, question, words, id, told, changed));
  else box.append(choicesOf(item, question, words, id, changed));
  if (told.length && widget !== "typed") box.setAttribute("aria-describedby", told.join(" "));
  if (widget === "one") box.setAttribute("role", "radiogroup");
  return box;
}

function choicesOf(item, question, words, id, changed) {
  const { rows, widget } = kindOf(question), several = widget === "several";
  const answer = item.answers[question.id];
  const options = [...question.choices, ...(several ? [[NONE_WORD, words.none]] : []), [NOT_SEEN, words.not_seen]];
  const states = several ? [NONE_WORD, NOT_SEEN] : [NOT_SEEN];
  const inputs = options.map(([value]) =>
    element("input", { type: several ? "checkbox" : "radio", name: several ? undefined : id, value, checked: [answer].flat().includes(value) }),
  );
  const clear = element("button", { type: "button", className: "clear", text: words.clear, "aria-describedby": `${id}-l`, hidden: answer === undefined });
  const told = (input) => {
    // An exclusive option clears the others.
    if (several && input.checked) for (const other of inputs) if (other !== input && (states.includes(input.value) || states.includes(other.value))) other.checked = false;
    const chosen = inputs.filter((each) => each.checked).map((each) => each.value);
    clear.hidden = !chosen.length;
    changed(!chosen.length ? undefined : several && chosen[0] !== NOT_SEEN ? chosen : chosen[0]);
  };
  for (const input of inputs) input.addEventListener("change", () => told(input));
  clear.addEventListener("click", () => {
    for (const input of inputs) input.checked = false;
    told(inputs[0]);
    inputs[0].focus();
  });
  const labels = inputs.map((input, at) => element("label", { className: states.includes(input.value) ? "state" : "" }, input, element("span", { text: options[at][1] })));
  const look = rows ? "rows" : options.length > 3 ? "segments many" : "segments";
  return element("div", {}, element("div", { className: look }, ...labels), clear);
}

function amountOf(item, question, words, id, told, changed) {
  const input = element("input", { id: `${id}-t`, "aria-labelledby": `${id}-l ${id}-u` });
  for (const [name, value] of Object.entries(kindOf(question).attributes)) input.setAttribute(name, value);
  input.value = typed(item, question);
  const line = element("p", { className: "reading", id: `${id}-e`, role: "status", hidden: true });
  input.setAttribute("aria-describedby", [...told, line.id].join(" "));
  const settle = (complain) => {
    const text = input.value.trim();
    const found = text ? read(text, question, words) : {};
    const wrong = found.told !== undefined && (complain || !line.hidden);
    line.hidden = !wrong;
    line.classList.toggle("error-text", wrong);
    line.textContent = wrong ? found.told : "";
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (wrong && found.choices) line.append(element("span", { className: "row" }, ...found.choices.map((choice) => meant(input, choice))));
    changed(found.value, text || undefined);
  };
  input.addEventListener("input", () => settle(false));
  input.addEventListener("change", () => settle(true));
  if (item.typed?.[question.id] !== undefined && item.answers[question.id] === undefined) setTimeout(() => settle(true));
  return [element("div", { className: "amount" }, element("span", { className: question.unit_first ? "typed first" : "typed" }, input, element("span", { className: "unit", id: `${id}-u`, textContent: question.unit }))), line];
}

// A button for one of two readings; pressing it writes the number unambiguously.
function meant(input, choice) {
  const button = element("button", { type: "button", className: "button second", text: choice });
  button.addEventListener("click", () => {
    input.value = choice.includes(",") ? `${choice}0` : choice;
    input.dispatchEvent(new Event("input"));
    input.focus();
  });
  return button;
}
