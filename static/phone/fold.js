// @ts-check
// Aggregates item answers into answers of the site: the worst item decides, and an incomplete list never makes a requirement met.
// A "not met" answered for the whole site counts until a complete list of fully answered items shows otherwise.
// The server has the same rules (rba_audit/equipment/aggregation.py); tests/scripts/fold.test.js compares the two. No rule of a standard is in here.

import { STATES, WORST_FIRST } from "../generated/terms.js";
import { encode, outcomes, standingOf } from "../judge.js";
import { word } from "../kinds.js";

const [FAILS, OPEN] = WORST_FIRST, [NOT_SEEN] = STATES;
const given = (value) => value !== undefined && value !== null && value !== "";

// An item that is gone, or merged into another, answers nothing by itself.
/** @type {(item: Pick<Item, "gone" | "same_as">) => boolean} */
export const isThere = ({ gone, same_as }) => !gone && !same_as;

export function said(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" && value.trim() ? word(value) : null;
}

// Facts of an item: by its kind, else by its answers.
export function factsOf(table, item) {
  const { kinds, facts } = table.equipment;
  const kind = Object.hasOwn(kinds, item.kind) ? kinds[item.kind] : { yes: [], no: [] };
  const found = {};
  for (const fact of facts) {
    const answer = said(item.answers?.[fact]);
    if (["yes", "no"].includes(answer)) found[fact] = answer;
  }
  for (const fact of kind.yes) found[fact] = "yes";
  for (const fact of kind.no) found[fact] = "no";
  return found;
}

// Answers of an item; an answer shared by several questions is copied to each.
function answersOf(table, item) {
  const answers = { ...item.answers };
  for (const group of table.equipment.same) {
    const names = group.filter((name) => given(answers[name]));
    const first = names.find((name) => said(answers[name]) !== NOT_SEEN) ?? names[0];
    if (first !== undefined) for (const name of group) answers[name] = item.answers[first];
  }
  return answers;
}

// Return a function that evaluates items with the answers of the site, and caches the results of unchanged items; its `standing`
// returns the status of each item question that depends on others.
export function itemJudge(table) {
  const { each, facts, place } = table.equipment;
  const small = { ...table, ...each };
  const whole = { ...small, requirements: [...each.requirements, ...(each.counted ?? [])] };
  const own = new Set([...facts, ...each.requirements.flatMap(({ questions }) => questions)]);
  let placed = "", remembered = new Map();
  const found = (item, answers) => {
    const around = Object.fromEntries(place.filter((name) => name in answers).map((name) => [name, answers[name]]));
    const now = JSON.stringify(around);
    if (now !== placed) [placed, remembered] = [now, new Map()];
    const key = JSON.stringify([item.kind, item.answers]);
    if (!remembered.has(key)) {
      const about = Object.entries(answersOf(table, item)).filter(([name]) => own.has(name));
      const all = { ...around, ...Object.fromEntries(about), ...factsOf(table, item) };
      const evidence = encode(table, all);
      remembered.set(key, {
        outcomes: outcomes(small, evidence).map((outcome) => table.outcomes[outcome]),
        standing: { ...standingOf(small, evidence), ...ownStanding(table, item) },
      });
    }
    return remembered.get(key);
  };
  const judge = (item, answers) => found(item, answers).outcomes;
  // Outcomes of the site's own answers, without items.
  judge.place = (answers) => outcomes(whole, encode(table, answers)).map((outcome) => table.outcomes[outcome]);
  judge.standing = (item, answers) => found(item, answers).standing;
  return judge;
}

// A question that is only asked of items may depend on one other question.
function ownStanding(table, item) {
  return Object.fromEntries(
    Object.entries(table.equipment.when).map(([id, first]) => {
      const answer = said(item.answers?.[first]);
      return [id, answer === null ? "waiting" : answer === "no" ? "not_asked" : "asked"];
    }),
  );
}

// Return the answers of the site, overridden by what its items answer.
export function fold(table, items, answers, judge = itemJudge(table)) {
  const { equipment } = table;
  const listed = Object.keys(equipment.kinds).length ? (items ?? []).filter(isThere) : [];
  const complete = said(answers[equipment.complete]) === "yes";
  const folded = { ...answers };
  if (!Object.keys(equipment.kinds).length || (!items?.length && !complete)) return folded;
  const facts = listed.map((item) => factsOf(table, item));
  for (const fact of equipment.facts) {
    const word = said(folded[fact]);
    const none = complete && listed.length > 0 && facts.every((item) => item[fact] === "no");
    if (facts.some((item) => item[fact] === "yes")) folded[fact] = "yes";
    else if (none && word !== "yes") folded[fact] = "no";
    else if (none || (word !== "yes" && !(word === "no" && complete && !listed.length))) delete folded[fact]; // they contradict each other, or the list is not complete
  }
  const counts = countsOf(equipment, listed, complete);
  const own = judge.place(answers);
  // The counts of the list are only evaluated if the site's own answers are not met.
  const ofList = own.slice(equipment.each.requirements.length).includes(FAILS) ? judge.place(counted(folded, counts)) : [];
  const found = listed.map((item) => judge(item, answers));
  equipment.each.requirements.forEach(({ questions }, row) => {
    const ranks = found.map((outcome) => WORST_FIRST.indexOf(outcome[row]));
    const at = ranks.indexOf(Math.min(...ranks));
    const worst = at < 0 ? OPEN : WORST_FIRST[ranks[at]];
    const settled = worst === FAILS || (complete && worst !== OPEN);
    if (own[row] === FAILS && !settled) return;
    for (const name of questions) delete folded[name];
    if (!settled || (own[row] === FAILS && worst !== FAILS)) return; // undetermined if the site and its list contradict each other
    const answered = answersOf(table, listed[at]);
    for (const name of questions) if (Object.hasOwn(answered, name)) folded[name] = answered[name];
  });
  (equipment.each.counted ?? []).forEach(({ questions }, row) => {
    const at = equipment.each.requirements.length + row;
    if (own[at] === FAILS && ofList[at] === OPEN) return; // the site's answer counts until the items are counted
    for (const name of questions.filter((question) => question in counts)) {
      delete folded[name];
      if (counts[name] !== null && (own[at] !== FAILS || ofList[at] === FAILS)) folded[name] = counts[name];
    }
  });
  return folded;
}

// The answers with the counts of the items instead of the site's own.
function counted(answers, counts) {
  const said = Object.entries(answers).filter(([name]) => !(name in counts));
  return Object.fromEntries([...said, ...Object.entries(counts).filter(([, count]) => count !== null)]);
}

// The answer of each question that counts items; null if the items do not determine it.
function countsOf({ tallies, every, when }, listed, complete) {
  const counts = {};
  const word = (item, name) => said(item.answers?.[name]);
  const settled = (value) => value === "yes" || value === "no";
  for (const [question, of, counted] of tallies) {
    const words = listed.map((item) => (of === null ? counted : word(item, of)));
    const ids = new Set(listed.filter((_, at) => words[at] === counted).map(({ id }) => id)); // a merged item can occur once per reading
    counts[question] = complete && words.length && words.every(settled) ? ids.size : null;
  }
  for (const [question, of] of every) {
    counts[question] = null;
    const first = when[of];
    const asked = listed.filter((item) => !first || word(item, first) === "yes").map((item) => word(item, of));
    const sure = complete && listed.every((item) => !first || settled(word(item, first)));
    if (asked.includes("no")) counts[question] = "no";
    else if (asked.length && sure && asked.every((value) => value === "yes")) counts[question] = "yes";
  }
  return counts;
}
