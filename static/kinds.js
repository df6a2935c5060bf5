// @ts-check
// Kinds of answer: parsing of typed, chosen or stored values, as in rba_audit/standard/kinds on the server. Pure.
// Columns and widgets are generated from there (generated/terms.js); a kind whose answer is a word needs no entry here.

import { CODES, KINDS, NONE_WORD, STATES, SYNONYMS } from "./generated/terms.js";
import { asTyped, exact, isWhole, number, read, stored, withUnit } from "./phone/numbers.js";

// Additional functions of a kind whose answer is typed: `exact(text, question)` returns the answer stored in a visit, `read` parses a text,
// `shown` formats an answer for display, and `asTyped` formats it as input.
const OWN = {
  number: {
    encode: encodeNumber,
    exact: (text, { units }) => exact(text, units),
    read,
    shown: (value, { unit, unit_first }, language) => withUnit(typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value, unit, unit_first),
    asTyped: (answer, language) => (typeof answer === "number" ? asTyped(answer, language) : ""),
  },
  set: { encode: encodeSet },
};
const ROWS = Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, { encode: encodeWord, ...kind, ...OWN[name] }]));

/** Return the kind of a question. */
export const kindOf = ({ kind }) => ROWS[kind];

/** Return the canonical spelling of an answer word. */
export function word(text) {
  const plain = String(text).trim().toLowerCase();
  return Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : plain;
}

/** Encode an answer (as typed, chosen or stored) as a code and, if the kind has one, an integer. */
export function encodeAnswer(question, answer) {
  if (answer === undefined || answer === null || (Array.isArray(answer) && !answer.length)) return [CODES.missing];
  if (typeof answer !== "string") return kindOf(question).encode(question, answer);
  if (!answer.trim()) return [CODES.missing];
  const said = word(answer);
  return STATES.includes(said) ? [CODES[said]] : kindOf(question).encode(question, answer);
}

function encodeWord(question, answer) {
  if (typeof answer !== "string" && typeof answer !== "boolean") return [CODES.unreadable];
  const place = question.choices.indexOf(word(answer));
  if (place >= 0) return [CODES.first_choice + place];
  return [question.open ? CODES.other : CODES.unreadable];
}

function encodeNumber(question, answer) {
  if (typeof answer === "boolean") return [CODES.unreadable];
  // A stored number has a decimal point and no group separators; typed text may have local separators.
  const read = typeof answer === "number" ? stored(answer, question.decimals) : number(answer, question.decimals, question.units);
  if (read.steps === undefined) return [CODES.unreadable];
  const whole = !question.counts || isWhole(answer, question.units);
  const inside = read.steps >= BigInt(question.low) && read.steps <= BigInt(question.high);
  return [!inside ? CODES.out_of_range : whole ? CODES.given : CODES.unreadable, read.steps];
}

function encodeSet(question, answer) {
  const names = (Array.isArray(answer) ? answer : String(answer).replace(/[,;|{}[\]"']/g, " ").split(/\s+/).filter(Boolean)).map(word);
  const places = names.filter((name) => name !== NONE_WORD).map((name) => question.choices.indexOf(name));
  if (places.includes(-1) || (names.includes(NONE_WORD) && new Set(names).size > 1)) return [CODES.unreadable];
  return [CODES.given, [...new Set(places)].reduce((mask, place) => mask | (1n << BigInt(place)), 0n)];
}
