// @ts-check
// Opened part of an item of equipment: its questions, the hiding of those that do not apply, and its actions.

import { element, fill } from "../dom.js";
import { field } from "./item_fields.js";

/** @typedef {import("./item_list.js").ItemList} ItemList */

/**
 * Return the opened part of an item: name, kind, questions in groups, note and actions.
 * @param {ItemList} list
 * @param {Item} item
 * @param {HTMLElement} title
 */
export function itemBody(list, item, title) {
  const body = element("div", { className: "item-body" });
  const name = element("input", { type: "text", maxLength: 100, value: item.name, id: `i-${item.id}-name` });
  name.addEventListener("input", () => {
    item.name = name.value;
    title.textContent = name.value.trim() || list.kindWords(item.kind);
    list.onChange(list.items);
  });
  const note = element("textarea", { maxLength: 2000, rows: 2, value: item.note, id: `i-${item.id}-note` });
  note.addEventListener("input", () => {
    item.note = note.value;
    list.onChange(list.items);
  });
  // In the order of the edition, as where an item is added.
  const known = [...list.root.querySelector(".item-add select").options].map((option) => option.value);
  const kinds = [...new Set([...known, item.kind])].map((kind) => element("option", { value: kind, text: list.kindWords(kind), selected: kind === item.kind }));
  const kind = element("select", { id: `i-${item.id}-kind` }, ...kinds);
  kind.addEventListener("change", () => {
    item.kind = kind.value;
    list.show(item.id);
    document.getElementById(kind.id).focus();
    list.changed();
  });
  const labelled = (input, text) => element("p", { className: "field" }, element("label", { for: input.id, text: text }), input);
  body.append(labelled(name, list.words.name), labelled(kind, list.words.kind));
  const groups = groupsOf(list, item);
  body.append(...groups.filter(({ counts }) => counts).map((group) => groupBox(list, item, group)));
  const further = groups.filter(({ counts }) => !counts).map((group) => groupBox(list, item, group));
  if (further.length) body.append(element("details", { className: "more" }, element("summary", {}, element("span", { text: list.words.further })), ...further));
  body.append(labelled(note, list.words.note), actions(list, item));
  showWhatApplies(list, item, body);
  return body;
}

/**
 * Return the questions of an item in groups: its facts, each requirement, and what is counted.
 * @param {ItemList} list
 * @param {Item} item
 * @returns {ItemGroup[]}
 */
function groupsOf(list, item) {
  const { facts, each, questions, same, kinds } = list.table.equipment;
  const kind = kinds[item.kind] ?? { yes: [], no: [] };
  const follows = new Set(same.flatMap((group) => group.slice(1)));
  return [
    { title: list.words.about, counts: true, ids: facts.filter((fact) => !kind.yes.includes(fact) && !kind.no.includes(fact)) },
    { title: list.words.counted, counts: true, ids: questions },
    ...each.requirements.map((requirement, row) => ({ row, id: requirement.id, counts: list.counts.has(requirement.id), title: list.equipment.requirements[requirement.id], ids: requirement.questions.filter((id) => !follows.has(id)) })),
  ]
    .map((group) => ({ ...group, ids: group.ids.filter((id) => list.only?.has(id) ?? true) }))
    .filter(({ ids }) => ids.length);
}

/**
 * @param {ItemList} list
 * @param {Item} item
 * @param {ItemGroup} group
 */
function groupBox(list, item, { row, id, title, ids }) {
  const heading = element("h4", {}, element("span", { text: title }), id ? element("span", { className: "code", text: id }) : "", element("span", { className: "outcome", hidden: true }));
  const fields = ids.map((question) => field(item, askedOf(list, question), list.words, (answer, typed) => keepAnswer(list, item, question, answer, typed)));
  return element("section", { className: "item-group", "data-row": row }, heading, ...fields);
}

/**
 * Return a question as it is asked of an item: its kind of answer and its wording.
 * @param {ItemList} list
 * @param {string} id
 */
export function askedOf(list, id) {
  const { decimals, low, high, units, counts } = list.byId.get(id) ?? {};
  return { id, decimals, low, high, units, counts, ...list.equipment.questions[id] };
}

/**
 * @param {ItemList} list
 * @param {Item} item
 * @param {string} id
 * @param {Answer | undefined} answer
 * @param {string | undefined} typed
 */
function keepAnswer(list, item, id, answer, typed) {
  if (answer === undefined) delete item.answers[id];
  else item.answers[id] = answer;
  item.typed = { ...item.typed, [id]: typed ?? "" };
  if (typed === undefined || answer !== undefined) delete item.typed[id];
  if (!Object.keys(item.typed).length) delete item.typed;
  const entry = document.getElementById(`item-${item.id}`);
  showWhatApplies(list, item, entry.querySelector(".item-body"));
  list.state(item, entry);
  list.onChange(list.items);
}

/**
 * Hide the questions that do not apply to this item by its answers, and show the state of each requirement.
 * @param {ItemList} list
 * @param {Item} item
 * @param {HTMLElement} body
 */
export function showWhatApplies(list, item, body) {
  const outcomes = list.judge(item, list.answers);
  for (const section of body.querySelectorAll("[data-row]")) {
    const outcome = outcomes[section.dataset.row];
    section.hidden = outcome === "not_applicable";
    const mark = section.querySelector(".outcome");
    mark.className = `outcome ${outcome}`;
    mark.textContent = list.equipment.outcomes[outcome];
    mark.hidden = outcome === "undetermined";
  }
  for (const more of body.querySelectorAll(".more")) more.hidden = !more.querySelector("section:not([hidden])");
  const standing = list.judge.standing(item, list.answers);
  for (const section of body.querySelectorAll(".item-group")) {
    const kept = [];
    for (const box of section.querySelectorAll("[data-asks]")) {
      const id = box.dataset.asks;
      box.hidden = !isAsked(item, id, standing[id]);
      if (box.hidden && item.answers[id] !== undefined) kept.push(askedOf(list, id).ask);
    }
    tellKept(list, section, kept);
  }
}

// Answers to questions that are no longer asked stay stored and are named in a note instead.
/**
 * @param {ItemList} list
 * @param {HTMLElement} section
 * @param {string[]} names
 */
function tellKept(list, section, names) {
  let line = section.querySelector(":scope > .kept");
  if (!line && !names.length) return;
  if (!line) section.append((line = element("p", { className: "kept muted", role: "status" })));
  line.textContent = names.length ? fill(list.words.kept, { questions: names.join(" · ") }) : "";
  line.hidden = !names.length;
}

/**
 * Return the counted questions that are asked of an item, and those with an answer.
 * @param {ItemList} list
 * @param {Item} item
 * @param {string[]} outcomes
 */
export function itemStanding(list, item, outcomes) {
  const { same } = list.table.equipment;
  const standing = list.judge.standing(item, list.answers);
  const asked = groupsOf(list, item).filter(({ row, counts }) => counts && (row === undefined || outcomes[row] !== "not_applicable")).flatMap(({ ids }) => ids).filter((id) => isAsked(item, id, standing[id]));
  const given = asked.filter((id) => item.answers[id] !== undefined || same.some((group) => group[0] === id && group.some((other) => item.answers[other] !== undefined)));
  return { asked, given };
}

// Whether a question of an item is shown and counted: also one with an answer that waits for its parent, or with a number to be corrected.
function isAsked(item, id, standing = "asked") {
  if (item.typed?.[id] !== undefined) return true;
  return standing === "waiting" ? item.answers[id] !== undefined : standing !== "not_asked";
}

/**
 * @param {ItemList} list
 * @param {Item} item
 */
function actions(list, item) {
  const button = (text, act, look = "quiet") => {
    const made = element("button", { type: "button", className: look, text: text });
    made.addEventListener("click", act);
    return made;
  };
  return element(
    "p",
    { className: "row item-actions" },
    list.onPhoto && button(list.words.photo, () => list.onPhoto?.(item.id, false)),
    list.onPhoto && button(list.words.gallery, () => list.onPhoto?.(item.id, true)),
    button(list.words.again, () => list.add(item.kind, "", factsGiven(list, item))),
    button(list.words.same, async () => (await import("./merging.js")).ask(list, item)),
    button(list.words.mark_gone, () => list.mark(item, true)),
  );
}

// Kind and facts of an item can be copied to the next one; its condition cannot.
/**
 * @param {ItemList} list
 * @param {Item} item
 */
function factsGiven(list, item) {
  return Object.fromEntries(list.table.equipment.facts.filter((fact) => item.answers[fact] !== undefined).map((fact) => [fact, item.answers[fact]]));
}
