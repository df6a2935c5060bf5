// @ts-check
// Evaluates one site in the browser with a table of operations that the server compiled from an edition.
// It contains no rules or limits of a standard, only an interpreter of eleven operations in three-valued logic.

import { CODES, OUTCOME } from "./generated/terms.js";
import { encodeAnswer, kindOf } from "./kinds.js";

// Encode answers by question id (as typed, chosen or stored): a code each and, for numbers and sets, an integer.
export function encode(table, answers) {
  const codes = [], numbers = [];
  for (const question of table.questions) {
    const [code, value] = encodeAnswer(question, answers[question.id]);
    codes.push(code);
    if (kindOf(question).numeric) numbers.push(value ?? 0n);
  }
  return { codes, numbers };
}

// Merge measurements into answers, as the server does (rba_audit/evidence/precedence.py): a measurement counts unless the answer
// has a reason. Ranges are not evaluated here: a question that is only known as a range, and that no answer settles, stays
// unknown, which can only make the estimate wider than the server's.
export function joined(table, { codes, numbers }, { measured = {}, reasons = {} } = {}) {
  const both = { codes: [...codes], numbers: [...numbers], surveyed: codes, upper: new Map() };
  let next = 0;
  table.questions.forEach((question, row) => {
    const { id } = question;
    const place = kindOf(question).numeric ? next++ : -1;
    const found = measured[id];
    if (!found?.code || !measurementCounts(table, found, codes[row], numbers[place], reasons[id])) return;
    both.codes[row] = found.low === found.high ? found.code : CODES.missing;
    if (place >= 0) both.numbers[place] = BigInt(found.low);
    if (found.low !== found.high) both.upper.set(row, [place, BigInt(found.high)]);
  });
  return both;
}

// Whether the measurement of a question counts instead of the answered code and number. A code that is no usable answer to a
// measured question ("not applicable", unreadable, out of range) is treated as missing. So is an answer inside the range of a
// layer with several features, since it does not state which feature it is about.
export function measurementCounts({ codes: { given } }, { low, high, several }, said, number, reason) {
  if (said >= given && reason) return false;
  if (several) return true;
  return !(said === given && low < high && number >= BigInt(low) && number <= BigInt(high));
}

// Ids of the requirements that certainly do not apply, by the known facts of the site; an unknown fact excludes none.
export function leftOut(table, answers, beside) {
  const { codes, numbers } = joined(table, encode(table, answers), beside);
  const { registers } = registersOf(table, codes, numbers);
  return new Set(table.requirements.filter(({ registers: [applies] }) => applies >= 0 && registers[applies] < 0).map(({ id }) => id));
}

// The outcome of every requirement, as an index into table.outcomes.
export function outcomes(table, evidence) {
  const { registers, codes } = registersOf(table, evidence.codes, evidence.numbers);
  return table.requirements.map(({ registers: [applies, conforms, partial, notApplicable] }) => {
    if (applies >= 0 && registers[applies] <= 0) return registers[applies] < 0 ? OUTCOME.not_applicable : OUTCOME.undetermined;
    if (notApplicable >= 0 && codes[notApplicable] === CODES.not_applicable) return OUTCOME.not_applicable;
    const partly = partial >= 0 ? registers[partial] : -1;
    if (registers[conforms] > 0) return OUTCOME.conforms;
    if (partly > 0) return OUTCOME.partial;
    return registers[conforms] < 0 && partly < 0 ? OUTCOME.does_not_conform : OUTCOME.undetermined;
  });
}

// Status of each question that depends on others or counts a part of a whole: {question: "asked" | "waiting" | "not_asked" | "above"}.
// A question waits while a question that decides it has no answer; an answer to a waiting question still counts. A measured range is
// an answer: `upper` maps its row to its upper end.
export function standingOf(table, { codes: certain, numbers, upper = new Map() }) {
  const given = certain.map((code, row) => (upper.has(row) ? table.codes.given : code));
  const { registers } = registersOf(table, given, numbers, new Map(upper.values()));
  const found = {}, byRow = new Map();
  for (const { question, row, register, parents, whole } of table.guards) {
    const value = registers[register];
    if (whole !== null) {
      found[question] ??= "asked";
      if (value < 0 && found[question] !== "not_asked") found[question] = "above";
      continue;
    }
    const open = (parent) => given[parent] === CODES.missing && byRow.get(parent) !== "not_asked";
    found[question] = value < 0 ? "not_asked" : value === 0 && parents.some(open) ? "waiting" : "asked";
    byRow.set(row, found[question]);
  }
  return found;
}

// The value of every condition, and the codes without answers to questions that are not asked or count more than their whole.
function registersOf(table, given, numbers, upper) {
  const codes = [...given], registers = [];
  let start = 0, first = 0;
  for (const [end, last] of table.stages) {
    run(table, table.ops.slice(start, end), registers, codes, numbers, upper);
    for (const { row, register } of table.guards.slice(first, last)) if (registers[register] < 0) codes[row] = CODES.missing;
    [start, first] = [end, last];
  }
  run(table, table.ops.slice(start), registers, codes, numbers, upper);
  return { registers, codes };
}

// Execute operations, each into the next register. `upper` holds the upper ends of numbers that are only known as a range.
function run(table, ops, registers, codes, numbers, upper = new Map()) {
  const { given } = table.codes, is = table.names;
  const both = (row, holds) => (holds(numbers[row]) === holds(upper.get(row) ?? numbers[row]) ? (holds(numbers[row]) ? 1 : -1) : 0);
  const met = (known, holds) => (known ? (holds ? 1 : -1) : 0);
  const limit = (place, chooser) => table.limits[place][codes[chooser]];
  for (const [op, a, b, c, d] of ops) {
    const known = codes[a] === given;
    let value;
    if (op === is.word) value = among(table.words[b], codes[a], given);
    else if (op === is.at_least) value = known ? both(b, (number) => number >= BigInt(c)) : 0;
    else if (op === is.at_most) value = known ? both(b, (number) => number <= BigInt(c)) : 0;
    else if (op === is.at_least_by || op === is.at_most_by) {
      const at = limit(c, d);
      value = known && at !== undefined ? both(b, (number) => (op === is.at_least_by ? number >= BigInt(at) : number <= BigInt(at))) : 0;
    } else if (op === is.not_negative || op === is.not_negative_by) {
      const start = op === is.not_negative ? c : limit(c, d);
      value = start === undefined ? 0 : sum(table, codes, numbers, a, b, BigInt(start), upper);
    } else if (op === is.includes) value = met(known, ones(numbers[b] & BigInt(c)) >= d);
    else {
      const parts = table.lists.slice(a, b).map((register) => registers[register]);
      if (op === is.all) value = Math.min(...parts);
      else if (op === is.any) value = Math.max(...parts);
      else value = counted(parts, Number(c), d);
    }
    registers.push(value);
  }
  return registers;
}

// Whether a choice is in a list (1, -1); 0 if no choice was given.
const among = ({ true: wanted, end }, code, given) => (code < given || code >= end ? 0 : wanted.includes(code) ? 1 : -1);

// Whether at least `least` and at most `most` of the parts hold (1, -1); 0 if unknown.
function counted(parts, least, most) {
  const sure = parts.filter((part) => part > 0).length;
  const possible = sure + parts.filter((part) => part === 0).length;
  return sure >= least && possible <= most ? 1 : possible < least || sure > most ? -1 : 0;
}

function sum(table, codes, numbers, first, last, start, upper) {
  let total = start;
  for (const [coefficient, from, to] of table.terms.slice(first, last)) {
    let product = BigInt(coefficient);
    for (const [code, row] of table.factors.slice(from, to)) {
      if (codes[code] !== table.codes.given || upper.has(row)) return 0;
      product *= numbers[row];
    }
    total += product;
  }
  return total >= 0n ? 1 : -1;
}

function ones(mask) {
  let count = 0;
  for (let left = mask; left; left &= left - 1n) count += 1;
  return count;
}

// Status, score range, rank range, red, must-fix and before-audit items, and undetermined requirements of one site.
export function conclude(table, found, { codes, surveyed = codes }) {
  const top = table.marks[OUTCOME.conforms], rungs = table.rungs.length;
  let earned = 0, open = 0, possible = 0, gateOpen = false, itemPossible = false;
  const red = [], must_fix = [], before_audit = [], undetermined = [];
  table.requirements.forEach((requirement, index) => {
    if (!requirement.counts || found[index] === OUTCOME.not_applicable) return;
    possible += top;
    earned += table.marks[found[index]];
    if (found[index] === OUTCOME.undetermined) {
      open += 1;
      undetermined.push(requirement.id);
      gateOpen ||= requirement.gate;
      itemPossible ||= requirement.must_fix;
    } else if (found[index] !== OUTCOME.conforms) {
      if (requirement.gate) red.push(requirement.id);
      if (requirement.must_fix && found[index] === OUTCOME.does_not_conform) must_fix.push(requirement.id);
      if (requirement.before_audit) before_audit.push(requirement.id);
    }
  });
  const items = { red, must_fix, before_audit, undetermined };
  const answered = table.questions.some((question, row) => !question.fact && surveyed[row] !== CODES.missing && surveyed[row] !== CODES.not_seen);
  if (!possible) return { status: answered ? "undetermined" : "not_audited", score: null, rank: null, ...items };
  const score = [earned, earned + top * open].map((marks) => Math.floor((2 * table.maximum * marks + possible) / (2 * possible)));
  let [low, high] = score.map((points) => table.rungs.filter(([, minimum]) => points >= minimum).length);
  if (red.length) high = Math.min(high, rungs - 1);
  if (red.length || gateOpen) low = Math.min(low, rungs - 1);
  let status = "undetermined";
  if (!answered) status = "not_audited";
  else if (low === rungs && !must_fix.length && !itemPossible) status = "standard";
  // "No rank" is not a rung: on a ladder with one rung, only that rung counts as nearly standard.
  else if (low >= Math.max(rungs - 1, 1) && (high < rungs || must_fix.length)) status = "nearly_standard";
  else if (high < rungs) status = "non_standard";
  const rank = [low, high].map((reached) => (reached ? table.rungs[reached - 1][0] : null));
  return { status, score, rank, ...items };
}

// Conclusion and outcomes, for the form after each answer; `beside` holds the measurements and the reasons for overriding them.
export function judge(table, answers, beside) {
  const evidence = joined(table, encode(table, answers), beside);
  const found = outcomes(table, evidence);
  return { ...conclude(table, found, evidence), outcomes: found };
}
