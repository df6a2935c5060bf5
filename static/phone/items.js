// @ts-check
// The play equipment of a site, item by item: each has its own answers, and together they answer for the place (see fold.js).
// An item that is gone, or is the same as another one, stays in the list and says so. No text and nothing of a standard stands in this file.

import { element, fill } from "../dom.js";
import { fold, isThere, itemJudge } from "./fold.js";
import { WORST_FIRST } from "../generated/terms.js";
import { field, read } from "./item_fields.js";
import { puttingAway } from "./items_put_away.js";

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
    const { asked, given } = shown.standing(item, shown.judge(item, shown.answers));
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

// Whether a question of an item is shown and counted: an answer that waits for its parent is, and a number to be corrected.
function isAsked(item, id, standing = "asked") {
  if (item.typed?.[id] !== undefined) return true;
  return standing === "waiting" ? item.answers[id] !== undefined : standing !== "not_asked";
}

class ItemList {
  /**
   * @param {HTMLElement} root
   * @param {{ table: Table, equipment: EquipmentWords, items: Item[], onChange: (items: Item[]) => void, onPhoto: ((item: string, gallery: boolean) => void) | null }} options
   */
  constructor(root, { table, equipment, items, onChange, onPhoto }) {
    this.root = root;
    this.table = table;
    this.equipment = equipment;
    this.items = items;
    this.onChange = onChange;
    this.onPhoto = onPhoto;
    this.words = equipment.words;
    this.judge = itemJudge(table);
    this.answers = {};
    this.around = "";
    /** @type {import("./known_items.js").Known | null} */
    this.known = null;
    /** @type {Set<string> | null} */
    this.only = null;
    /** @type {(all: Item[], groups: string[][]) => Item[]} */
    this.readings = (all) => all;
    /** @type {Promise<void> | null} */
    this.merging = null;
    this.entries = new WeakMap(); // by the item itself: another draft's item is another one, whatever its id
    /** @type {string | null} */
    this.open = null;
    this.putAway = puttingAway(table, this.words, this.judge);
    this.counts = new Set(table.requirements.filter(({ counts }) => counts).map(({ id }) => id));
    this.sums = new Map(); // [answered, asked] by the id of an item
    this.byId = new Map(table.questions.map((question) => [question.id, question]));
    this.box = root.querySelector(".item-list");
    this.notice = root.querySelector(".item-notice");
    const [kind, name] = [root.querySelector(".item-add select"), root.querySelector(".item-add input")];
    root.querySelector(".item-add button").addEventListener("click", () => {
      this.add(kind.value, name.value.trim());
      name.value = "";
    });
    name.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      root.querySelector(".item-add button").click();
    });
    // What is typed here is no field of the form around it.
    for (const part of [this.box, root.querySelector(".item-add")]) {
      for (const name of ["input", "change"]) part.addEventListener(name, (event) => event.stopPropagation());
    }
  }

  kindWords(kind) {
    return this.equipment.kinds[kind] ?? kind;
  }

  /* --- what the list holds --- */

  changed() {
    this.onChange(this.items);
    this.count();
  }

  newName(kind) {
    const stem = this.kindWords(kind).split(/[:(,]/)[0].trim();
    const taken = new Set(this.items.map((item) => item.name));
    let at = this.items.filter((item) => item.kind === kind).length + 1;
    while (taken.has(`${stem} ${at}`)) at += 1;
    return `${stem} ${at}`;
  }

  add(kind, name, facts = {}) {
    const item = { id: crypto.randomUUID(), kind, name: name || this.newName(kind), gone: false, answers: facts, note: "" };
    this.items.push(item);
    this.show(item.id);
    this.head(item.id).focus();
    this.changed();
    this.say(fill(this.words.added, { name: item.name }), () => this.replace(this.items.filter((each) => each !== item)));
  }

  replace(items) {
    this.items = items;
    this.show();
    this.changed();
    this.say("");
  }

  /** Open the item that the address names, if it is in the list. */
  aim() {
    const aimed = this.items.find(({ id }) => location.hash === `#item-${id}`);
    if (!aimed) return false;
    this.show(aimed.id);
    this.head(aimed.id).scrollIntoView({ block: "start" });
    this.head(aimed.id).focus({ preventScroll: true });
    return true;
  }

  /* --- showing it --- */

  // Only what was open and what is open now is built again: a long list must not cost more than a short one.
  /** @param {string | null} [open] */
  show(open = null) {
    const again = new Set([this.open, open]);
    this.open = open;
    const shown = this.items.map((item) => {
      if (again.has(item.id) || !this.entries.has(item)) this.entries.set(item, this.entry(item));
      return this.entries.get(item);
    });
    this.box.replaceChildren(...shown);
    this.count();
  }

  goTo(at) {
    const left = this.items.find((item) => isThere(item) && at.startsWith(`${item.id}-`));
    if (!left) return;
    this.show(left.id);
    const place = document.getElementById(`i-${at}`) ?? this.head(left.id);
    place.scrollIntoView({ block: "center" });
    (place.querySelector("input:checked, input") ?? place).focus({ preventScroll: true });
  }

  head(id) {
    return document.getElementById(`item-${id}`).querySelector("button");
  }

  entry(item) {
    const away = !isThere(item);
    const opened = this.open === item.id && !away;
    const name = element("strong", { textContent: item.name });
    const head = element("button", { type: "button", className: "item-head", "aria-expanded": String(opened), disabled: away }, element("span", {}, name, element("span", { className: "muted", textContent: this.kindWords(item.kind) })), element("span", { className: "item-state" }));
    const entry = element("li", { className: away ? "item gone" : "item", id: `item-${item.id}` }, head);
    head.addEventListener("click", () => {
      const again = this.open === item.id;
      this.show(again ? null : item.id);
      this.head(item.id).focus();
      if (!again) document.getElementById(`item-${item.id}`).scrollIntoView({ block: "nearest" });
    });
    if (away) {
      const text = this.words[item.gone ? "back" : "apart"];
      const back = element("button", { type: "button", className: "quiet", textContent: text, "aria-label": `${text}: ${item.name}` });
      back.addEventListener("click", () => {
        delete item.same_as;
        this.mark(item, false);
      });
      entry.append(back);
    }
    if (opened) entry.append(this.body(item, name));
    this.state(item, entry);
    return entry;
  }

  body(item, title) {
    const body = element("div", { className: "item-body" });
    const name = element("input", { type: "text", maxLength: 100, value: item.name, id: `i-${item.id}-name` });
    name.addEventListener("input", () => {
      item.name = name.value;
      title.textContent = name.value.trim() || this.kindWords(item.kind);
      this.onChange(this.items);
    });
    const note = element("textarea", { maxLength: 2000, rows: 2, value: item.note, id: `i-${item.id}-note` });
    note.addEventListener("input", () => {
      item.note = note.value;
      this.onChange(this.items);
    });
    // As where an item is added: in the order of the edition.
    const known = [...this.root.querySelector(".item-add select").options].map((option) => option.value);
    const kinds = [...new Set([...known, item.kind])].map((kind) => element("option", { value: kind, textContent: this.kindWords(kind), selected: kind === item.kind }));
    const kind = element("select", { id: `i-${item.id}-kind` }, ...kinds);
    kind.addEventListener("change", () => {
      item.kind = kind.value;
      this.show(item.id);
      document.getElementById(kind.id).focus();
      this.changed();
    });
    const labelled = (input, text) => element("p", { className: "field" }, element("label", { for: input.id, textContent: text }), input);
    body.append(labelled(name, this.words.name), labelled(kind, this.words.kind));
    const groups = this.groups(item);
    body.append(...groups.filter(({ counts }) => counts).map((group) => this.group(item, group)));
    const further = groups.filter(({ counts }) => !counts).map((group) => this.group(item, group));
    if (further.length) body.append(element("details", { className: "more" }, element("summary", {}, element("span", { textContent: this.words.further })), ...further));
    body.append(labelled(note, this.words.note), this.actions(item));
    this.applies(item, body);
    return body;
  }

  // What is asked of an item, in groups: what it is, each requirement, and what is counted.
  /**
   * @param {Item} item
   * @returns {ItemGroup[]}
   */
  groups(item) {
    const { facts, each, questions, same, kinds } = this.table.equipment;
    const kind = kinds[item.kind] ?? { yes: [], no: [] };
    const follows = new Set(same.flatMap((group) => group.slice(1)));
    return [
      { title: this.words.about, counts: true, ids: facts.filter((fact) => !kind.yes.includes(fact) && !kind.no.includes(fact)) },
      { title: this.words.counted, counts: true, ids: questions },
      ...each.requirements.map((requirement, row) => ({ row, id: requirement.id, counts: this.counts.has(requirement.id), title: this.equipment.requirements[requirement.id], ids: requirement.questions.filter((id) => !follows.has(id)) })),
    ]
      .map((group) => ({ ...group, ids: group.ids.filter((id) => this.only?.has(id) ?? true) }))
      .filter(({ ids }) => ids.length);
  }

  /**
   * @param {Item} item
   * @param {ItemGroup} group
   */
  group(item, { row, id, title, ids }) {
    const heading = element("h4", {}, element("span", { textContent: title }), id ? element("span", { className: "code", textContent: id }) : "", element("span", { className: "outcome", hidden: true }));
    const fields = ids.map((question) => field(item, this.asked(question), this.words, (answer, typed) => this.answer(item, question, answer, typed)));
    return element("section", { className: "item-group", "data-row": row }, heading, ...fields);
  }

  asked(id) {
    const { decimals, low, high, units, counts } = this.byId.get(id) ?? {};
    return { id, decimals, low, high, units, counts, ...this.equipment.questions[id] };
  }

  answer(item, id, answer, typed) {
    if (answer === undefined) delete item.answers[id];
    else item.answers[id] = answer;
    item.typed = { ...item.typed, [id]: typed };
    if (typed === undefined || answer !== undefined) delete item.typed[id];
    if (!Object.keys(item.typed).length) delete item.typed;
    const entry = document.getElementById(`item-${item.id}`);
    this.applies(item, entry.querySelector(".item-body"));
    this.state(item, entry);
    this.onChange(this.items);
  }

  // Put away what does not apply to this item by what is known of it, and say how each requirement stands.
  applies(item, body) {
    const outcomes = this.judge(item, this.answers);
    for (const section of body.querySelectorAll("[data-row]")) {
      const outcome = outcomes[section.dataset.row];
      section.hidden = outcome === "not_applicable";
      const mark = section.querySelector(".outcome");
      mark.className = `outcome ${outcome}`;
      mark.textContent = this.equipment.outcomes[outcome];
      mark.hidden = outcome === "undetermined";
    }
    for (const more of body.querySelectorAll(".more")) more.hidden = !more.querySelector("section:not([hidden])");
    const standing = this.judge.standing(item, this.answers);
    for (const section of body.querySelectorAll(".item-group")) {
      const kept = [];
      for (const box of section.querySelectorAll("[data-asks]")) {
        const id = box.dataset.asks;
        box.hidden = !isAsked(item, id, standing[id]);
        if (box.hidden && item.answers[id] !== undefined) kept.push(this.asked(id).ask);
      }
      this.tellKept(section, kept);
    }
  }

  // What was answered and is not asked any more is kept, and told in its stead.
  tellKept(section, names) {
    let line = section.querySelector(":scope > .kept");
    if (!line && !names.length) return;
    if (!line) section.append((line = element("p", { className: "kept muted", role: "status" })));
    line.textContent = names.length ? fill(this.words.kept, { questions: names.join(" · ") }) : "";
    line.hidden = !names.length;
  }

  // The questions that count and are asked of an item, and those of them that have an answer.
  standing(item, outcomes) {
    const { same } = this.table.equipment;
    const standing = this.judge.standing(item, this.answers);
    const asked = this.groups(item).filter(({ row, counts }) => counts && (row === undefined || outcomes[row] !== "not_applicable")).flatMap(({ ids }) => ids).filter((id) => isAsked(item, id, standing[id]));
    const given = asked.filter((id) => item.answers[id] !== undefined || same.some((group) => group[0] === id && group.some((other) => item.answers[other] !== undefined)));
    return { asked, given };
  }

  state(item, entry) {
    const place = entry.querySelector(".item-state");
    if (!isThere(item)) return place.replaceChildren(element("span", { className: "outcome undetermined", textContent: item.gone ? this.words.gone : fill(this.words.same_as, { name: this.named(item.same_as) }) }));
    const outcomes = this.judge(item, this.answers);
    const { asked, given } = this.standing(item, outcomes);
    this.sums.set(item.id, [given.length, asked.length]);
    const counted = outcomes.filter((_, row) => this.counts.has(this.table.equipment.each.requirements[row].id));
    const worst = WORST_FIRST.find((outcome) => counted.includes(outcome)) ?? "undetermined";
    const parts = [element("span", { className: "muted number", textContent: given.length ? fill(this.words.given, { given: given.length, asked: asked.length }) : this.words.untouched })];
    if (given.length && worst !== "undetermined") parts.unshift(element("span", { className: `outcome ${worst}`, textContent: this.equipment.outcomes[worst] }));
    return place.replaceChildren(...parts);
  }

  actions(item) {
    const button = (text, act, look = "quiet") => {
      const made = element("button", { type: "button", className: look, textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    return element(
      "p",
      { className: "row item-actions" },
      this.onPhoto && button(this.words.photo, () => this.onPhoto?.(item.id, false)),
      this.onPhoto && button(this.words.gallery, () => this.onPhoto?.(item.id, true)),
      button(this.words.again, () => this.add(item.kind, "", this.factsGiven(item))),
      button(this.words.same, async () => (await import("./merging.js")).ask(this, item)),
      button(this.words.mark_gone, () => this.mark(item, true)),
    );
  }

  // What an item is may be taken over to the next one; what was found on it may not.
  factsGiven(item) {
    return Object.fromEntries(this.table.equipment.facts.filter((fact) => item.answers[fact] !== undefined).map((fact) => [fact, item.answers[fact]]));
  }

  mark(item, gone) {
    item.gone = gone;
    this.show(gone ? null : item.id);
    this.changed();
    if (!gone) return this.head(item.id).focus();
    this.say(fill(this.words.marked_gone, { name: item.name }), () => {
      this.mark(item, false);
      this.say("");
    });
    return this.notice.querySelector("button").focus();
  }

  say(text, undo) {
    const button = undo && element("button", { type: "button", className: "button second", textContent: this.words.undo });
    button?.addEventListener("click", undo, { once: true });
    this.notice.replaceChildren(...(text ? [element("p", { textContent: text }), button] : []));
    this.notice.hidden = !text;
  }

  /** What an item is called, in the list or among the known ones. */
  named(id) {
    return [...this.items, ...(this.known?.all ?? [])].find((item) => item.id === id)?.name ?? "";
  }

  count() {
    const here = this.items.filter(isThere).length;
    this.root.querySelector(".item-count").textContent = here ? fill(this.words.count, { count: here }) : this.words.empty;
  }

  faults() {
    return this.items.filter((item) => isThere(item) && item.typed).flatMap((item) =>
      Object.keys(item.typed ?? {}).map((id) => {
        if (this.open !== item.id) this.show(item.id);
        return { target: `i-${item.id}-${id}-t`, where: `${item.name}: ${this.asked(id).ask}`, told: read(item.typed?.[id], this.asked(id), this.words).told ?? "" };
      }),
    );
  }

  /* --- what the place no longer has to answer itself --- */

  fold(answers) {
    const around = JSON.stringify(this.table.equipment.place.map((name) => answers[name]));
    this.answers = answers;
    if (this.items.some(({ same_as }) => same_as)) {
      this.merging ??= import("./merging.js").then(({ readings }) => {
        this.readings = readings;
        this.changed();
      });
    }
    this.known?.show();
    const folded = fold(this.table, [...this.readings(this.items, this.table.equipment.same), ...(this.known?.leftOut() ?? [])], answers, this.judge);
    if (around !== this.around) for (const item of this.items) this.refresh(item);
    this.around = around;
    this.putAway(this.items, answers, folded);
    return folded;
  }

  refresh(item) {
    const entry = document.getElementById(`item-${item.id}`);
    if (!entry) return;
    this.state(item, entry);
    const body = entry.querySelector(".item-body");
    if (body) this.applies(item, body);
  }
}
