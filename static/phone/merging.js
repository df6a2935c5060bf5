// @ts-check
// Merges two entries of the same item. The answers of both are combined; where they differ, both readings are evaluated
// (the server does the same: rba_audit/equipment/item_history.py).

import { element, fill } from "../dom.js";
import { STATES } from "../generated/terms.js";
import { isThere, said } from "./fold.js";
import { endOf, missingIn } from "./known_items.js";

const given = (answers) => Object.fromEntries(Object.entries(answers ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== ""));

// Copy an answer to one question of a group, which all ask for the same measurement, to the others.
function whole(answers, groups) {
  const all = given(answers);
  for (const group of groups) {
    const names = group.filter((name) => name in all);
    const first = names.find((name) => said(all[name]) !== STATES[0]) ?? names[0];
    if (first !== undefined) for (const name of group) all[name] = all[first];
  }
  return all;
}

/** Return the items for evaluation: an item into which others are merged occurs once for each reading of its answers. */
export function readings(items, groups = []) {
  const known = new Map(items.map((item) => [item.id, item]));
  const same = Object.fromEntries(items.filter(({ same_as }) => same_as && known.has(same_as)).map(({ id, same_as }) => [id, same_as]));
  const found = new Map(items.map(({ id, answers }) => [id, Object.keys(given(answers)).length ? [whole(answers, groups)] : []]));
  for (const { id } of items) {
    const end = endOf(id, same);
    if (end === id || !found.get(id).length) continue;
    const each = [...found.get(end), ...found.get(id)];
    found.set(end, distinct(each.map((own) => Object.assign({}, ...[...each].reverse(), own))));
    found.set(id, []);
  }
  // A merge into an unknown item, or in a cycle, is ignored.
  const there = (item) => (item.same_as && endOf(item.id, same) === item.id ? { ...item, same_as: null } : item);
  return items.map(there).flatMap((item) => (isThere(item) ? (found.get(item.id).length ? found.get(item.id) : [{}]).map((answers) => ({ ...item, answers })) : [item]));
}

function distinct(all) {
  const texts = new Set();
  return all.filter((answers) => {
    const text = JSON.stringify(Object.entries(answers).sort(([one], [other]) => (one < other ? -1 : 1)));
    return !texts.has(text) && texts.add(text);
  });
}

/** Ask below an item of `list` into which other item it is to be merged. */
export function ask(list, item) {
  const entry = document.getElementById(`item-${item.id}`);
  const old = entry.querySelector(".item-same");
  if (old) return old.remove();
  const left = missingIn(list.items, list.known?.all ?? []);
  const others = [...list.items.filter((other) => other !== item && isThere(other)), ...left];
  const box = element("div", { className: "item-same" });
  entry.querySelector(".item-actions").after(box);
  if (!others.length) return box.append(element("p", { className: "muted", role: "status", text: list.words.no_other }));
  const id = `i-${item.id}-same`;
  const choice = element("select", { id }, ...others.map((other) => element("option", { value: other.id, text: `${other.name} (${list.kindWords(other.kind)})` })));
  const button = element("button", { type: "button", className: "button second", text: list.words.merge });
  button.addEventListener("click", () => merge(list, item, others[choice.selectedIndex]));
  box.append(element("p", { className: "field" }, element("label", { for: id, text: fill(list.words.same_which, { name: item.name }) }), choice), button);
  return choice.focus();
}

function merge(list, item, other) {
  const before = [...list.items];
  if (!before.includes(other)) list.known.put([other]);
  item.same_as = other.id;
  list.entries.delete(item);
  list.show();
  list.changed();
  list.say(fill(list.words.merged, { name: item.name, names: other.name }), () => {
    delete item.same_as;
    list.entries.delete(item);
    list.replace(before);
  });
  list.notice.querySelector("button").focus();
}
