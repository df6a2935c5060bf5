// @ts-check
// The play equipment of a site, item by item: each has its own answers, and together they answer for the place (see fold.js).
// An item that is gone, or is the same as another one, stays in the list and says so. No text and nothing of a standard stands in this file.

import { isThere } from "./fold.js";
import { itemStanding } from "./item_body.js";
import { ItemList } from "./item_list.js";

/** @type {ItemList | null} */
let list = null;

/**
 * Show the list of items in `root` and keep it; `onChange(items)` is called after each change.
 * `known` are items the site is known to have, with no answers: nobody's until they are taken over (see known_items.js).
 * `at` is where the surveyor was: an item's id, a dash, and the question's.
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

/** Tell which items the site is known to have, once that is known, and under which one each merged item goes on. */
export async function knowItems(known, same = {}) {
  if (!known.length && !location.hash.startsWith("#item-")) return;
  const { Known } = await import("./known_items.js");
  if (!list) return;
  list.known = new Known(list, known, same);
  list.known.show();
}

/** Take the known items into the list that counted before. */
export function takeListed() {
  list?.known?.takeListed();
}

/** Ask of each item no more than some questions; of all of them where none are given. */
export function limitItems(only) {
  if (!list) return;
  list.only = only;
  list.entries = new WeakMap();
  list.show(list.open);
}

/** Put another draft's items into the list. */
export function showItems(items) {
  if (!list) return;
  list.items = structuredClone(items);
  list.show();
}

/** What is asked of each item that is there: [{item, id, open}], both by their ids. */
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

/** Go to a question of an item: its id, a dash, and the question's. */
export function goToItem(at) {
  list?.goTo(at);
}

/** How many questions of the items are answered, and how many are asked: [answered, asked]. */
export function itemTally() {
  const sums = (list?.items ?? []).filter(isThere).map(({ id }) => list?.sums.get(id) ?? [0, 0]);
  return [0, 1].map((at) => sums.reduce((sum, each) => sum + each[at], 0));
}

/**
 * The items as a visit carries them. What cannot be used is left to `itemFaults`.
 * @returns {Item[]}
 */
export function itemsNow() {
  return (list?.items ?? []).map(({ id, kind, name, gone, same_as, answers, note }) => ({ id, kind, name: name.trim() || (list?.kindWords(kind) ?? ""), gone, ...(same_as && { same_as }), answers, note }));
}

/** What cannot be used as it was typed: {target, where, told}, the target being the id of its field. */
export function itemFaults() {
  return list?.faults() ?? [];
}

/** The answers of the place with what its items say laid over them; questions that items answer are put away. */
export function foldItems(answers) {
  return list ? list.fold(answers) : answers;
}
