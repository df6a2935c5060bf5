// @ts-check
// Play equipment of a site, item by item: each has its own answers, which are folded into the answers of the site (see fold.js).
// An item that is gone, or merged into another, stays in the list with that state. This file contains no texts and no rules of a standard.

import { isThere } from "./fold.js";
import { itemStanding } from "./item_body.js";
import { ItemList } from "./item_list.js";

/** @type {ItemList | null} */
let list = null;

/**
 * Show the list of items in `root`; `onChange(items)` is called after each change.
 * `known` are the known items of the site, without answers; they are not in the list until they are taken over (see known_items.js).
 * `at` is the last position of the surveyor: an item's id, a dash, and a question's id.
 * @param {HTMLElement} root
 * @param {{ table: Table, equipment?: EquipmentWords, items?: Item[], known?: KnownItem[], at?: string, onChange?: (items: Item[]) => void, onPhoto?: ((item: string, gallery: boolean) => void) | null }} options
 */
export function mountItems(root, { table, equipment = JSON.parse(root.dataset.equipment), items = [], known = [], at = "", onChange = () => {}, onPhoto = null }) {
  list = new ItemList(root, { table, equipment, items: structuredClone(items), onChange, onPhoto });
  list.show();
  list.goTo(at);
  list.aim();
  if (known.length) knowItems(known);
}

/** Set the known items of the site, once they are loaded, and the target of each merged item. */
export async function knowItems(known, same = {}) {
  if (!known.length && !location.hash.startsWith("#item-")) return;
  const { Known } = await import("./known_items.js");
  if (!list) return;
  list.known = new Known(list, known, same);
  list.known.show();
}

/** Add the known items that counted before to the list. */
export function takeListed() {
  list?.known?.takeListed();
}

/** Restrict the questions of each item; without an argument all are asked. */
export function limitItems(only) {
  if (!list) return;
  list.only = only;
  list.entries = new WeakMap();
  list.show(list.open);
}

/** Replace the items by those of another draft. */
export function showItems(items) {
  if (!list) return;
  list.items = structuredClone(items);
  list.show();
}

/** Return the questions asked of each item that is not gone: [{item, id, open}] with the ids of item and question. */
export function itemSteps() {
  const shown = list;
  if (!shown) return [];
  return shown.items.filter(isThere).flatMap((item) => {
    const { asked, given } = itemStanding(shown, item, shown.judge(item, shown.answers));
    return asked.map((id) => ({ item: item.id, id, open: !given.includes(id) }));
  });
}

/** Open an item, if it is not open. */
export function openItem(id) {
  if (list?.open !== id) list?.show(id);
}

/** Go to a question of an item, given as the item's id, a dash, and the question's id. */
export function goToItem(at) {
  list?.goTo(at);
}

/** Return the number of questions of the items: [answered, asked]. */
export function itemTally() {
  const sums = (list?.items ?? []).filter(isThere).map(({ id }) => list?.sums.get(id) ?? [0, 0]);
  return [0, 1].map((at) => sums.reduce((sum, each) => sum + each[at], 0));
}

/**
 * Return the items as stored in a visit. Unusable answers are left out and reported by `itemFaults`.
 * @returns {Item[]}
 */
export function itemsNow() {
  return (list?.items ?? []).map(({ id, kind, name, gone, same_as, answers, note }) => ({ id, kind, name: name.trim() || (list?.kindWords(kind) ?? ""), gone, ...(same_as && { same_as }), answers, note }));
}

/** Return the unusable typed answers as {target, where, told}: the id of the field, its location and a message. */
export function itemFaults() {
  return list?.faults() ?? [];
}

/** Return the answers of the site, overridden by those of its items; hide the questions that items answer. */
export function foldItems(answers) {
  return list ? list.fold(answers) : answers;
}
