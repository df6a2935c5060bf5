// @ts-check
// Keeps the visit that is being made: each answer is on the disk before the next one, and a draft is found again by itself.
// A draft is never thrown away here; beginning anew sets it aside.

import { fill } from "../dom.js";
import { fillIn, written } from "./answers.js";
import { goTo } from "./chapters.js";
import { edition, form, questions, words } from "./form_page.js";
import { tell, untell } from "./notices.js";
import { steady } from "./retry.js";
import { all, get, put } from "./store.js";

/**
 * The visit being made. Whoever changes it calls `save`.
 * @type {Draft}
 */
export const visit = blank("");

/** @type {Values | null} */
let pristine = null;
/** @type {Draft | null} */
let aside = null;
let afterwards = () => {};

/**
 * @param {string} site
 * @returns {Draft}
 */
function blank(site) {
  return {
    id: crypto.randomUUID(),
    site,
    siteName: "",
    edition,
    author: "",
    values: {},
    notes: {},
    items: [],
    position: null,
    photos: [],
    begun_at: new Date().toISOString(),
    changed_at: "",
    at: "",
    replaces: null,
    check: null, // the requirements that a check was opened for
    carried: null, // the version whose answers, photos and items were taken over
    sure: false, // whether somebody far from the site said that it is the right one
    aside: false,
  };
}

/* --- saving --- */

let dirty = false;
/** @type {Promise<void> | null} */
let writing = null;
let left = false;

/** From now on nothing is written: the draft goes on elsewhere. */
export function letGo() {
  left = true;
}
/** @type {(found?: unknown) => void} */
let begin;
// Whoever changes the visit before the draft of its site was looked for waits: it has no site yet, and may not be the one that goes on.
const begun = new Promise((resolve) => (begin = resolve));

/** Whether the draft was looked for, so that what is written into the visit stays in it. */
export function isBegun() {
  return looked;
}
let looked = false;
begun.then(() => (looked = true));

/** Put the visit on the disk; resolves when it is there. While one write is under way, the next takes all that came since. */
export function save() {
  if (left) return Promise.resolve();
  dirty = true;
  return (writing ??= begun.then(write));
}

async function write() {
  try {
    while (dirty) {
      dirty = false;
      visit.changed_at = new Date().toISOString();
      visit.values = written();
      await put("drafts", visit);
    }
    untell("storage");
  } catch (fault) {
    tell("storage", fill(words.not_kept, { fault: fault.message || fault.name }), { error: true });
  } finally {
    writing = null;
  }
}

/** Wait for what is being written, but not for ever: the camera must open even where the disk is slow. */
export function saved(most = 500) {
  return Promise.race([save(), new Promise((resolve) => setTimeout(resolve, most))]);
}

/* --- one tab at a time --- */

const PATIENCE_MS = 1000;

/**
 * Wait until no other tab has the form of this site open: two of them would write over each other.
 * @param {string} site
 * @returns {Promise<void>}
 */
export function alone(site) {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    const patience = setTimeout(() => tell("tab", words.elsewhere), PATIENCE_MS);
    navigator.locks.request(`form ${site}`, () => {
      clearTimeout(patience);
      untell("tab");
      resolve();
      return new Promise(() => {}); // until the page goes
    });
  });
}

/* --- finding it again --- */

/**
 * Find the draft of this site and put it into the form; true where there was one. What is saved from then on has this site.
 * `changed()` is called whenever the fields were filled anew. A page that holds `refused` answers is the draft itself.
 */
export async function find(site, siteName, author, changed, refused = false) {
  afterwards = changed;
  try {
    return await found(site, siteName, author, refused);
  } finally {
    begin();
  }
}

async function found(site, siteName, author, refused) {
  const query = new URLSearchParams(location.search);
  const check = query.get("check")?.split(",").filter(Boolean) ?? null;
  if (check) fillIn({ "visit.scope": ["check"] });
  pristine = written();
  const told = { site, siteName, author: author?.id ?? "" };
  Object.assign(visit, told, { id: form.elements["visit.id"].value || visit.id });
  if (refused) return void save();
  await steady(() => migrate(site));
  const wanted = query.get("draft");
  const mine = (await steady(() => all("drafts"))).filter((draft) => draft.site === site && !draft.given && (!draft.author || !told.author || draft.author === told.author));
  mine.sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1));
  const here = mine.filter((draft) => draft.edition === edition);
  const open = here.find(({ id }) => id === wanted) ?? here.find((draft) => !draft.aside && (check ? String(draft.check) === String(check) : !draft.check || !query.has("fix")));
  if (!open) {
    visit.check = check;
    // A draft goes on under the edition it began with, unless another edition was asked for by name.
    const elsewhere = !check && !query.has("edition") && mine.find((draft) => draft.edition !== edition && !draft.aside && !draft.moved);
    if (elsewhere) {
      location.replace(`?edition=${encodeURIComponent(elsewhere.edition)}`);
      return new Promise(() => {});
    }
  }
  aside = here.find((draft) => draft !== open && (draft.aside || !open)) ?? null;
  if (open) take(open);
  // A check in which nothing was done yet holds nobody to it.
  if (open?.check && !check && open.id !== wanted && isEmpty(open)) {
    visit.check = null;
    fillIn({ "visit.scope": ["full"] });
  }
  if (open) tellContinued();
  else if (aside) say(fill(words.aside, { count: countOf(aside) }), words.back, swap);
  return Boolean(open);
}

/** What the form holds now is what a new visit of this site begins with. */
export function beginsLikeThis() {
  pristine = written();
}

/** Whether nothing was answered yet; a position that came by itself is no answer. */
export function isUntouched() {
  return !visit.at && JSON.stringify(written()) === JSON.stringify(pristine);
}

function isEmpty({ at, photos, notes, items, values }) {
  const told = items.some(({ answers, note }) => note || Object.keys(answers).length) || values["visit.note"]?.some(Boolean);
  return !at && !told && !photos.length && !Object.keys(notes).length;
}

/** What a field held when this visit began. */
export function pristineOf(name) {
  return pristine?.[name];
}

function take(draft) {
  for (const key of Object.keys(visit)) if (!(key in draft)) delete visit[key];
  Object.assign(visit, { ...blank(visit.site), ...draft, aside: false, author: draft.author || visit.author, siteName: visit.siteName || draft.siteName });
  form.elements["visit.id"].value = visit.id;
  visit.values["visit.scope"] ??= ["full"];
  fillIn(visit.values, true);
}

function countOf(draft) {
  return Object.keys(draft.values).filter((name) => questions.get(name)?.closest(".requirement:not(.facts, .items)")).length;
}

/** Go back to where the surveyor was, unless the address names a place; `again` only where the keyboard is still there. */
export function resume(again = false) {
  if (location.hash || !visit.at) return;
  if (!again || questions.get(visit.at)?.contains(document.activeElement)) goTo(visit.at);
}

// What an earlier form of this page kept in the browser's small storage becomes a draft like any other, once.
async function migrate(site) {
  const key = `rba-audit draft ${edition} ${site}`;
  const recorded = form.dataset.recorded?.split(" ");
  let old = null;
  try {
    old = recorded && JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    // It is forbidden, or was no draft.
  }
  if (!old) return;
  const { "visit.id": [id] = [], ...values } = old;
  const same = JSON.stringify(values) === JSON.stringify(pristine);
  if (id && !same && !recorded.includes(id) && !(await get("drafts", id)) && !(await get("outbox", id))) {
    await put("drafts", { ...blank(site), id, siteName: visit.siteName, author: visit.author, values, changed_at: new Date().toISOString() });
  }
  localStorage.removeItem(key);
}

/* --- beginning anew, and going back --- */

function tellContinued() {
  say(fill(words.continued, { count: countOf(visit) }), words.anew, anew);
}

async function anew() {
  aside = { ...visit, values: written(), aside: true };
  await put("drafts", aside);
  take({ ...blank(visit.site), values: pristine, author: visit.author, siteName: visit.siteName, replaces: visit.replaces, check: visit.check });
  afterwards();
  say(fill(words.fresh, { count: countOf(aside) }), words.undo, swap);
}

async function swap() {
  const other = aside;
  // What was begun meanwhile is set aside in turn, if there is anything in it.
  const begun = JSON.stringify(written()) !== JSON.stringify(pristine) || visit.photos.length || visit.items.length || Object.keys(visit.notes).length;
  aside = begun ? { ...visit, values: written(), aside: true } : null;
  if (aside) await put("drafts", aside);
  take(other);
  await save();
  afterwards();
  tellContinued();
}

/** Say something of the draft above the form, with a button or without. */
export function say(text, label, act) {
  tell("draft", text, { label, act });
}
