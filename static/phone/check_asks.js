// @ts-check
// Contents of a check: the requirements it was opened for, the questions they depend on, and of the prefilled answers only the touched ones.

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Return the {requirements, questions} (sets) to show for some requirement ids, out of [{id, questions, needs}]; null shows all. */
export function shownFor(ids, all) {
  const asked = all.filter(({ id }) => ids.includes(id));
  if (!asked.length) return null;
  const needs = new Set(asked.flatMap(({ needs: names }) => names));
  const shown = all.filter((each) => asked.includes(each) || each.questions.some((name) => needs.has(name)));
  return { requirements: new Set(shown.map(({ id }) => id)), questions: new Set([...needs, ...shown.flatMap(({ questions }) => questions)]) };
}

/** Return the item questions that these requirements need; empty if none of them is asked of items. */
export function itemQuestions({ each, facts, tallies, every, when, questions: counted }, { requirements, questions }) {
  const own = each.requirements.filter(({ id }) => requirements.has(id)).flatMap(({ questions: names }) => names);
  const tallied = each.counted.filter(({ id }) => requirements.has(id)).flatMap(({ questions: names }) => names);
  const of = [...tallies, ...every].filter(([name]) => tallied.includes(name)).map(([, name]) => name);
  const found = [...own, ...of, ...of.map((name) => when[name])].filter(Boolean);
  // If items are only counted, ask all questions that are counted.
  if (tallied.length && !found.length) found.push(...counted);
  return new Set(found.length ? [...found, ...facts.filter((fact) => questions.has(fact))] : []);
}

/**
 * Return the document of a check without untouched prefilled facts and without known items that were not looked at.
 * @param {Visit} document
 * @param {{ facts: Set<string>, known: Answers, items: KnownItem[], touched?: string[] }} beginning
 * @returns {Visit}
 */
export function trimmed(document, { facts, known, items, touched = [] }) {
  const filledIn = ([id, answer]) => facts.has(id) && !touched.includes(id) && same(answer, known[id]);
  const used = new Set(document.items.map(({ same_as: under }) => under));
  /** @param {Item} item */
  const asKnown = ({ id, kind, name, gone, same_as: under, answers, note }) =>
    !gone && !under && !note && !Object.keys(answers).length && !used.has(id) && items.some((item) => item.id === id && item.kind === kind && item.name === name);
  return {
    ...document,
    answers: Object.fromEntries(Object.entries(document.answers).filter((each) => !filledIn(each))),
    items: document.items.filter((item) => !asKnown(item)),
  };
}
