// @ts-check
// Known items of a site that are not in the list: each is assumed to exist until a visit states that it is gone. Scanning a label opens
// its item, also one that another surveyor listed; the answers of other surveyors are not available here.

import { element, fill } from "../dom.js";

/** Resolve the merges of an item to the final one; the item itself if it is not merged or the merges form a cycle. */
export function endOf(id, same) {
  const passed = new Set();
  let at = id;
  while (Object.hasOwn(same, at)) {
    if (passed.has(at)) return id;
    passed.add(at);
    at = same[at];
  }
  return at;
}

/** Return the known items missing in a list; an item that is gone is included only while an approved visit still counts it. */
export function missingIn(items, known) {
  const here = new Set(items.map(({ id }) => id));
  return known.filter(({ id, gone, listed }) => !here.has(id) && (!gone || listed));
}

function asListed({ id, kind, name }) {
  return { id, kind, name, gone: false, answers: {}, note: "" };
}

export class Known {
  constructor(list, all, same) {
    this.list = list;
    this.all = all;
    this.same = same;
    this.words = list.words;
    this.offer = list.root.querySelector(".item-offer");
    const [title, warning] = this.offer.querySelectorAll("p");
    this.title = title;
    this.warning = warning;
    this.rows = this.offer.querySelector("ul");
    this.offer.querySelector("button").onclick = () => this.take(this.missing());
    list.root.onchange = ({ target }) => target.name === list.table.equipment.complete && this.askAbout(target);
    addEventListener("hashchange", () => this.aim());
    this.aim();
  }

  missing() {
    return missingIn(this.list.items, this.all);
  }

  /** Return the missing items that a full visit leaves undetermined, as items without answers. */
  leftOut() {
    if (document.querySelector('[name="visit.scope"]:checked')?.value === "check") return [];
    return this.missing().filter(({ listed }) => listed).map((item) => ({ ...item, gone: false, answers: {} }));
  }

  /** Open the item of the scanned label, or show a message if it is unknown. */
  aim() {
    if (!location.hash.startsWith("#item-") || this.list.aim()) return;
    const scanned = decodeURIComponent(location.hash.slice("#item-".length));
    const merged = Object.fromEntries(this.list.items.filter(({ same_as }) => same_as).map(({ id, same_as }) => [id, same_as]));
    const id = endOf(scanned, { ...this.same, ...merged });
    const known = this.all.find((item) => item.id === id);
    if (!this.list.items.some((item) => item.id === id)) {
      if (!known) {
        this.list.say(this.words.unknown);
        return this.list.notice.scrollIntoView({ block: "center" });
      }
      this.put([known]);
    }
    this.list.show(id);
    this.list.head(id).scrollIntoView({ block: "start" });
    return this.list.head(id).focus({ preventScroll: true });
  }

  /** Add known items to the list, without answers. */
  put(items, gone = false) {
    const before = [...this.list.items];
    this.list.items.push(...items.map((item) => ({ ...asListed(item), gone })));
    this.list.changed();
    return () => this.list.replace(before);
  }

  /** Add the items that counted before, for a check; those without a look are not sent. */
  takeListed() {
    const left = this.missing().filter(({ listed }) => listed);
    if (!left.length) return;
    this.list.items.push(...left.map(asListed)); // only looking must not begin a draft
    this.list.show();
  }

  take(items) {
    const undo = this.put(items);
    this.list.show();
    this.list.head(items[0].id).focus();
    this.list.say(fill(this.words.taken, { count: items.length }), undo);
  }

  markGone(item) {
    const undo = this.put([item], true);
    this.list.show();
    this.list.say(fill(this.words.marked_gone, { name: item.name }), undo);
    this.list.notice.querySelector("button").focus();
  }

  // A list without some of the known items is probably incomplete.
  askAbout({ value, checked }) {
    const left = checked && value === "yes" ? this.leftOut() : [];
    if (!left.length) return;
    this.warning.textContent = fill(this.words.ask_complete, { names: namesOf(left) });
    this.offer.querySelector("details").open = true;
    this.offer.scrollIntoView({ block: "start" });
    this.offer.querySelector("summary").focus({ preventScroll: true });
  }

  show() {
    const missing = this.missing(), left = this.leftOut();
    const told = JSON.stringify([missing, left.length]);
    if (told === this.told) return;
    this.told = told;
    this.offer.hidden = !missing.length;
    this.title.textContent = fill(this.words.known, { count: missing.length, names: namesOf(missing) });
    this.warning.textContent = left.length ? this.words.left_out : "";
    this.warning.hidden = !left.length;
    this.rows.replaceChildren(...missing.map((item) => this.row(item)));
    for (const place of document.querySelectorAll("#missing .requirement, #send")) tellLeft(place, left.length ? fill(this.words.still_left, { names: namesOf(left) }) : "");
  }

  row(item) {
    const button = (text, act) => {
      const made = element("button", { type: "button", className: "quiet", text: text, "aria-label": `${text}: ${item.name}` });
      made.addEventListener("click", act);
      return made;
    };
    const name = element("span", {}, element("strong", { text: item.name }), " ", element("span", { className: "muted", text: this.list.kindWords(item.kind) }));
    const acts = element("span", { className: "row" }, button(this.words.take_one, () => this.take([item])), button(this.words.not_there, () => this.markGone(item)));
    return element("li", { className: "row spread" }, name, acts);
  }
}

function namesOf(items) {
  return items.map(({ name }) => name).join(", ");
}

function tellLeft(place, text) {
  let line = place.querySelector(".items-left");
  if (!text) return line?.remove();
  if (!line) {
    line = element("p", { className: "items-left warn-text" }, element("a", { href: "#items" }));
    place.querySelector(":scope > h2")?.after(line) ?? place.prepend(line);
  }
  line.firstElementChild.textContent = text;
  return line;
}
