// @ts-check
// List of equipment on the form: stores the items, shows them, and folds their answers into those of the site.

import { WORST_FIRST } from "../generated/terms.js";
import { element, fill } from "../dom.js";
import { fold, isThere, itemJudge } from "./fold.js";
import { askedOf, itemBody, itemStanding, showWhatApplies } from "./item_body.js";
import { read } from "./item_fields.js";
import { puttingAway } from "./items_put_away.js";

export class ItemList {
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
    this.entries = new WeakMap(); // keyed by the item object, because an item of another draft may have the same id
    /** @type {string | null} */
    this.open = null;
    this.putAway = puttingAway(table, this.words, this.judge);
    this.counts = new Set(table.requirements.filter(({ counts }) => counts).map(({ id }) => id));
    this.sums = new Map(); // [answered, asked] by item id
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
    // The inputs in this list are not fields of the surrounding form.
    for (const part of [this.box, root.querySelector(".item-add")]) {
      for (const name of ["input", "change"]) part.addEventListener(name, (event) => event.stopPropagation());
    }
  }

  kindWords(kind) {
    return this.equipment.kinds[kind] ?? kind;
  }

  /* --- items of the list --- */

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

  /** Open the item named in the URL's fragment, if it is in the list. */
  aim() {
    const aimed = this.items.find(({ id }) => location.hash === `#item-${id}`);
    if (!aimed) return false;
    this.show(aimed.id);
    this.head(aimed.id).scrollIntoView({ block: "start" });
    this.head(aimed.id).focus({ preventScroll: true });
    return true;
  }

  /* --- rendering --- */

  // Only the items that were or are open are rendered again, so that the cost does not grow with the length of the list.
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
    const name = element("strong", { text: item.name });
    const head = element("button", { type: "button", className: "item-head", "aria-expanded": String(opened), disabled: away }, element("span", {}, name, element("span", { className: "muted", text: this.kindWords(item.kind) })), element("span", { className: "item-state" }));
    const entry = element("li", { className: away ? "item gone" : "item", id: `item-${item.id}` }, head);
    head.addEventListener("click", () => {
      const again = this.open === item.id;
      this.show(again ? null : item.id);
      this.head(item.id).focus();
      if (!again) document.getElementById(`item-${item.id}`).scrollIntoView({ block: "nearest" });
    });
    if (away) {
      const text = this.words[item.gone ? "back" : "apart"];
      const back = element("button", { type: "button", className: "quiet", text: text, "aria-label": `${text}: ${item.name}` });
      back.addEventListener("click", () => {
        delete item.same_as;
        this.mark(item, false);
      });
      entry.append(back);
    }
    if (opened) entry.append(itemBody(this, item, name));
    this.state(item, entry);
    return entry;
  }

  state(item, entry) {
    const place = entry.querySelector(".item-state");
    if (!isThere(item)) return place.replaceChildren(element("span", { className: "outcome undetermined", text: item.gone ? this.words.gone : fill(this.words.same_as, { name: this.named(item.same_as) }) }));
    const outcomes = this.judge(item, this.answers);
    const { asked, given } = itemStanding(this, item, outcomes);
    this.sums.set(item.id, [given.length, asked.length]);
    const counted = outcomes.filter((_, row) => this.counts.has(this.table.equipment.each.requirements[row].id));
    const worst = WORST_FIRST.find((outcome) => counted.includes(outcome)) ?? "undetermined";
    const parts = [element("span", { className: "muted number", text: given.length ? fill(this.words.given, { given: given.length, asked: asked.length }) : this.words.untouched })];
    if (given.length && worst !== "undetermined") parts.unshift(element("span", { className: `outcome ${worst}`, textContent: this.equipment.outcomes[worst] }));
    return place.replaceChildren(...parts);
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
    const button = undo && element("button", { type: "button", className: "button second", text: this.words.undo });
    button?.addEventListener("click", undo, { once: true });
    this.notice.replaceChildren(...(text ? [element("p", { text: text }), button] : []));
    this.notice.hidden = !text;
  }

  /** Return the name of an item in the list or among the known items. */
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
        return { target: `i-${item.id}-${id}-t`, where: `${item.name}: ${askedOf(this, id).ask}`, told: read(item.typed?.[id], askedOf(this, id), this.words).told ?? "" };
      }),
    );
  }

  /* --- questions of the site that its items answer --- */

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
    if (body) showWhatApplies(this, item, body);
  }
}
