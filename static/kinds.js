// @ts-check
// Kinds of answer: how each reads what was typed, chosen or stored, as rba_audit/standard/kinds does on the server. Pure.
// What a column holds and how a form asks comes from there (generated/terms.js); a kind whose answer is a word needs no row here.

import { FIRST_CHOICE, GIVEN, KINDS, MISSING, NONE_WORD, NOT_APPLICABLE, NOT_SEEN, OTHER, OUT_OF_RANGE, STATES, SYNONYMS, UNREADABLE } from "./generated/terms.js";
import { asTyped, exact, read, withUnit } from "./phone/numbers.js";
import { isWhole, number, stored } from "./typed_numbers.js";

// What a kind whose answer is typed does besides: `exact(text, question)` is the answer that a visit carries, `read` tells what a text means,
// `shown` writes one for people, and `asTyped` as somebody would type it.
const OWN = {
  number: {
    encodeGiven: encodeNumber,
    exact: (text, { units }) => exact(text, units),
    read,
    shown: (value, { unit, unit_first }, language) => withUnit(typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value, unit, unit_first),
    asTyped: (answer, language) => (typeof answer === "number" ? asTyped(answer, language) : ""),
  },
  set: { encodeGiven: encodeSet },
};
const ROWS = Object.fromEntries(
  Object.entries(KINDS).map(([name, kind]) => {
    const own = { encodeGiven: encodeWord, ...OWN[name] };
    return [name, { ...kind, ...own, numeric: kind.storage !== "word", encode: (question, answer) => encode(own, question, answer) }];
  }),
);

/** What a kind of answer does: that of a question. */
export const kindOf = ({ kind }) => ROWS[kind];

/** An answer word in its one spelling. */
export function word(text) {
  const plain = String(text).trim().toLowerCase();
  return Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : plain;
}

// An answer (as typed, chosen, or stored) as a code and, where the kind keeps one, a whole number.
function encode({ encodeGiven }, question, answer) {
  if (answer === undefined || answer === null || answer === "" || (Array.isArray(answer) && !answer.length)) return [MISSING];
  if (typeof answer === "string" && !answer.trim()) return [MISSING];
  const state = typeof answer === "string" ? STATES.indexOf(word(answer)) : -1;
  return state < 0 ? encodeGiven(question, answer) : [[NOT_SEEN, NOT_APPLICABLE][state]];
}

function encodeWord(question, answer) {
  if (typeof answer !== "string" && typeof answer !== "boolean") return [UNREADABLE];
  const place = question.choices.indexOf(word(answer));
  if (place >= 0) return [FIRST_CHOICE + place];
  return [question.open ? OTHER : UNREADABLE];
}

function encodeNumber(question, answer) {
  if (typeof answer === "boolean") return [UNREADABLE];
  // A stored number has a point before its decimals and no groups; typed text is read as people type.
  const read = typeof answer === "number" ? stored(answer, question.decimals) : number(answer, question.decimals, question.units);
  if (read.steps === undefined) return [UNREADABLE];
  const whole = !question.counts || isWhole(answer, question.units);
  const inside = read.steps >= BigInt(question.low) && read.steps <= BigInt(question.high);
  return [!inside ? OUT_OF_RANGE : whole ? GIVEN : UNREADABLE, read.steps];
}

function encodeSet(question, answer) {
  const names = (Array.isArray(answer) ? answer : String(answer).replace(/[,;|{}[\]"']/g, " ").split(/\s+/).filter(Boolean)).map(word);
  const places = names.filter((name) => name !== NONE_WORD).map((name) => question.choices.indexOf(name));
  if (places.includes(-1) || (names.includes(NONE_WORD) && new Set(names).size > 1)) return [UNREADABLE];
  return [GIVEN, [...new Set(places)].reduce((mask, place) => mask | (1n << BigInt(place)), 0n)];
}
