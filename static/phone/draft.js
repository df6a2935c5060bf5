// @ts-check
// Stores the current visit as a draft after each answer, and restores it automatically.
// A draft is never deleted here; starting over sets it aside.

import { fill } from "../dom.js";
import { fillIn, written } from "./answers.js";
import { goTo } from "./chapters.js";
import { edition, form, questions, words } from "./form_page.js";
import { tell, untell } from "./notices.js";
import { steady } from "./retry.js";
import { all, get, put } from "./store.js";

/**
 * The current visit. Code that changes it must call `save`.
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
    carried: null, // the version whose answers, photos and items were merged
    sure: false, // whether the surveyor, far from the site, confirmed that it is the right one
    aside: false,
  };
}

/* --- saving --- */

let dirty = false;
/** @type {Promise<void> | null} */
let writing = null;
let left = false;

/** Stop writing, because the draft continues elsewhere. */
export function letGo() {
  left = true;
}
/** @type {(found?: unknown) => void} */
let begin;
// Changes wait until the stored draft of the site was looked up: until then the visit has no site and may be replaced by that draft.
const begun = new Promise((resolve) => (begin = resolve));

/** Resolves when the stored draft was looked up; changes to the visit are safe from then on. */
export function isBegun() {
  return looked;
}
let looked = false;
begun.then(() => (looked = true));

/** Write the visit to disk; resolves when done. Changes during a write are combined into the next write. */
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

/** Wait for the current write with a time limit, so that the camera opens even if the disk is slow. */
export function saved(most = 500) {
  return Promise.race([save(), new Promise((resolve) => setTimeout(resolve, most))]);
}

/* --- one tab at a time --- */

const PATIENCE_MS = 1000;

/**
 * Wait until no other tab has the form of this site open, because two tabs would overwrite each other's draft.
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
      return new Promise(() => {}); // held until the page is closed
    });
  });
}

/* --- restoring the draft --- */

/**
 * Restore the draft of this site into the form; resolves to whether there was one. Later saves are stored under this site.
 * `changed()` is called whenever the fields were filled again. If the page contains `refused` answers, these are the draft.
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
    // A draft keeps the edition it was begun with, unless another edition was requested by name.
    const elsewhere = !check && !query.has("edition") && mine.find((draft) => draft.edition !== edition && !draft.aside && !draft.moved);
    if (elsewhere) {
      location.replace(`?edition=${encodeURIComponent(elsewhere.edition)}`);
      return new Promise(() => {});
    }
  }
  aside = here.find((draft) => draft !== open && (draft.aside || !open)) ?? null;
  if (open) take(open);
  // An untouched check does not prevent another kind of visit.
  if (open?.check && !check && open.id !== wanted && isEmpty(open)) {
    visit.check = null;
    fillIn({ "visit.scope": ["full"] });
  }
  if (open) tellContinued();
  else if (aside) say(fill(words.aside, { count: countOf(aside) }), words.back, swap);
  return Boolean(open);
}

/** Record the current fields as the initial state of a new visit of this site. */
export function beginsLikeThis() {
  pristine = written();
}

/** Whether nothing was answered yet; an automatic position is not an answer. */
export function isUntouched() {
  return !visit.at && JSON.stringify(written()) === JSON.stringify(pristine);
}

function isEmpty({ at, photos, notes, items, values }) {
  const told = items.some(({ answers, note }) => note || Object.keys(answers).length) || values["visit.note"]?.some(Boolean);
  return !at && !told && !photos.length && !Object.keys(notes).length;
}

/** The initial value of a field of this visit. */
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

/** Scroll to the last question of the surveyor, unless the URL has a fragment; with `again` only if that question still has the focus. */
export function resume(again = false) {
  if (location.hash || !visit.at) return;
  if (!again || questions.get(visit.at)?.contains(document.activeElement)) goTo(visit.at);
}

// Migrate a draft that an earlier version of this page stored in localStorage, once.
async function migrate(site) {
  const key = `rba-audit draft ${edition} ${site}`;
  const recorded = form.dataset.recorded?.split(" ");
  let old = null;
  try {
    old = recorded && JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    // Access is denied, or it is not a draft.
  }
  if (!old) return;
  const { "visit.id": [id] = [], ...values } = old;
  const same = JSON.stringify(values) === JSON.stringify(pristine);
  if (id && !same && !recorded.includes(id) && !(await get("drafts", id)) && !(await get("outbox", id))) {
    await put("drafts", { ...blank(site), id, siteName: visit.siteName, author: visit.author, values, changed_at: new Date().toISOString() });
  }
  localStorage.removeItem(key);
}

/* --- starting over, and undoing that --- */

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
  // The visit begun meanwhile is set aside in turn, unless it is empty.
  const begun = JSON.stringify(written()) !== JSON.stringify(pristine) || visit.photos.length || visit.items.length || Object.keys(visit.notes).length;
  aside = begun ? { ...visit, values: written(), aside: true } : null;
  if (aside) await put("drafts", aside);
  take(other);
  await save();
  afterwards();
  tellContinued();
}

/** Show a notice about the draft above the form, with an optional button. */
export function say(text, label, act) {
  tell("draft", text, { label, act });
}
