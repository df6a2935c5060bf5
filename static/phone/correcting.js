// @ts-check
// Correction of a sent visit: begins with the whole sent version, and asks before anything of it is removed.

import { element, fill } from "../dom.js";
import { VISIT_HAS_ISSUES } from "../generated/terms.js";
import { asTyped, fillIn, has, written } from "./answers.js";
import { carried, removals } from "./carrying.js";
import { beginsLikeThis, pristineOf, save, visit } from "./draft.js";
import { asked, form, questions, words } from "./form_page.js";
import { get, keys, put } from "./store.js";

const NAMED = 8;
const SHOWN_TO = 1e-11; // numbers closer than this are formatted the same
const panel = document.getElementById("fix");
const add = panel.querySelector(".add");
const taken = panel.querySelector(".taken");
/** @type {Record<string, any>} */
let sent = {};
let shown = () => {};

/**
 * Make this visit a correction of the version `{id, answers, notes, …}` in an opening; call `changed()` after filling the form.
 * If the draft was begun without that version, the user is asked whether to add it; `fresh` means that there was no draft.
 */
export async function correct(version, { fresh, changed }) {
  visit.replaces ??= version.id;
  if (visit.replaces !== version.id) return;
  sent = version;
  shown = changed;
  if (visit.carried === sent.id) return;
  if (fresh || isEmpty()) await begin();
  else ask();
}

/**
 * Return the version to correct at a site from this phone's storage: {replaces, last, issues} of the stored opening or of the sent entry.
 * The server has the photos of a sent entry.
 */
export async function openingHere(site, kept) {
  const own = ((await get("work", "work"))?.own ?? []).find((each) => each.site === site && each.state === VISIT_HAS_ISSUES);
  if (!own || kept?.replaces === own.visit) return kept;
  const entry = await get("outbox", own.visit);
  if (entry?.state !== "sent") return kept;
  const document = JSON.parse(new TextDecoder().decode(entry.bytes));
  const issues = Object.fromEntries((own.notes ?? []).map(({ question, told }) => [question, told]));
  return { replaces: own.visit, last: { ...document, version: own.version }, issues };
}

/** Merge the sent version again after the draft was restarted or replaced. */
export async function again() {
  add.hidden = true;
  if (sent.id && visit.replaces === sent.id && visit.carried !== sent.id) await (isEmpty() ? begin() : ask());
}

function isEmpty() {
  const answered = Object.keys(written()).some((id) => questions.has(id) && !questions.get(id)?.closest(".facts") && !untouched(id));
  return !answered && !visit.items.length && !visit.photos.length && !Object.keys(visit.notes).length;
}

const untouched = (id) => JSON.stringify(written()[id]) === JSON.stringify(pristineOf(id));

async function begin() {
  // A position that the phone took automatically is where the correction is written, not where the site is.
  if (visit.position?.how === "gps") visit.position = null;
  const before = written();
  const touched = new Set(Object.keys(before).filter((id) => !untouched(id)));
  await take((name) => !touched.has(name), { heads: true });
  beginsLikeThis();
  if (touched.size) fillIn(Object.fromEntries([...touched].map((id) => [id, before[id]])));
  await done(words.begins);
}

// Merge the sent version into the draft: fields for which `takes(name)` is true; with `heads` also auditor and day.
async function take(takes, { heads = false, whole = true } = {}) {
  const { day, auditor, stage, scope, note = "" } = sent;
  const given = Object.entries(sent.answers).filter(([id]) => questions.has(id) && takes(id));
  fillIn(Object.fromEntries(given.map(([id, answer]) => [id, asTyped(answer)])));
  const wanted = Object.entries({ "visit.stage": stage, "visit.note": note }).filter(([name]) => (heads ? takes(name) : !has(name)));
  if (heads) wanted.push(...Object.entries({ "visit.day": day, "visit.auditor": auditor }).filter(([name]) => takes(name)));
  if (heads ? takes("visit.scope") : whole) wanted.push(["visit.scope", scope]);
  fillIn(Object.fromEntries(wanted.filter(([, value]) => value).map(([name, value]) => [name, [value]])));
  // A check does not send untouched facts; mark those that the earlier version sent as touched.
  visit.touched = [...new Set([...(visit.touched ?? []), ...given.map(([id]) => id).filter((id) => questions.get(id)?.closest(".facts"))])];
  const found = await stillHere(sent.photos_missing ?? []);
  Object.assign(visit, carried({ ...sent, photos: [...(sent.photos ?? []), ...found] }, visit));
}

// Photos that the server lacks are added if this phone has their bytes; they are stored under this visit.
async function stillHere(photos) {
  if (!photos.length) return [];
  const held = await keys("photos");
  const found = [];
  for (const photo of photos) {
    const key = held.find(([, hash]) => hash === photo.sha256);
    const kept = key && (await get("photos", key));
    if (!kept) continue;
    await put("photos", { ...kept, visit: visit.id });
    found.push(photo);
  }
  return found;
}

async function done(text) {
  visit.carried = sent.id;
  add.hidden = true;
  await save();
  shown();
  const lost = (sent.photos_missing ?? []).filter(({ sha256 }) => !visit.photos.some((photo) => photo.sha256 === sha256)).length;
  const counts = { answers: Object.keys(sent.answers).length, photos: visit.photos.length, items: visit.items.length, lost };
  taken.textContent = [fill(text, counts), lost && fill(words.photos_gone, counts)].filter(Boolean).join(" ");
  taken.hidden = false;
}

// The draft was begun without the sent version: ask the user whether to add it.
function ask() {
  const button = (text, look, act) => {
    const made = element("button", { type: "button", className: look, text });
    made.addEventListener("click", act);
    return made;
  };
  const join = async () => {
    await take((id) => !has(id));
    await done(words.joined);
  };
  const leave = () => {
    add.hidden = true; // the user is asked again before sending
  };
  add.replaceChildren(element("p", { text: fill(words.join_why, { count: Object.keys(sent.answers).length }) }), element("p", { className: "row" }, button(words.join, "button", join), button(words.join_not, "button second", leave)));
  add.hidden = false;
}

/* --- before freezing --- */

/** Return the opening without the items of the sent version, because a corrected check lists these even if they are untouched. */
export function withoutSent(opening) {
  const listed = new Set((sent.items ?? []).map(({ id }) => id));
  return { ...opening, items: (opening.items ?? []).filter(({ id }) => !listed.has(id)) };
}

/**
 * Return the document with the numbers as sent before, where the form shows fewer digits.
 * @param {Visit} document
 * @returns {Visit}
 */
export function asSent(document) {
  const answers = { ...document.answers };
  for (const [id, was] of Object.entries(sent.answers ?? {})) {
    if (typeof was === "number" && typeof answers[id] === "number" && Math.abs(was - answers[id]) < SHOWN_TO) answers[id] = was;
  }
  return { ...document, answers };
}

/** Whether the document may be frozen: it removes nothing, or the user has confirmed the removals. */
export async function mayLeaveOut(document) {
  if (!sent.id || document.replaces !== sent.id) return true;
  const whole = { ...sent, photos: [...(sent.photos ?? []), ...(sent.photos_missing ?? [])] };
  const found = removals(whole, document);
  if (!found.length) return true;
  const answer = await askAbout(found.map(inWords));
  if (answer === "back") {
    await putBack(found);
    await done(words.put_back);
  }
  return answer === "leave";
}

function inWords({ kind, of, beside }) {
  const item = (id) => sent.items?.find((each) => each.id === id)?.name;
  const question = (id) => asked(id) || JSON.parse(document.getElementById("items").dataset.equipment).questions[id]?.ask || id;
  switch (kind) {
    case "answer":
      return question(of);
    case "note":
      return `${words.note}: ${question(of)}`;
    case "visit_note":
      return words.visit_note;
    case "position":
      return words.position;
    case "item":
      return fill(words.item_named, { name: item(of) });
    case "item_answer":
      return `${item(of)}: ${question(beside)}`;
    case "item_note":
      return `${item(of)}: ${words.note}`;
    default:
      return [words.photo, item(beside) ?? (beside && question(beside))].filter(Boolean).join(": ");
  }
}

// Answers that the surveyor changed stay; only missing ones are restored.
async function putBack(found) {
  const gone = new Set(found.filter(({ kind }) => kind === "answer").map(({ of }) => of));
  await take((id) => gone.has(id), { whole: false });
}

async function askAbout(lines) {
  const named = lines.slice(0, NAMED).map((text) => element("li", { text }));
  const more = lines.length > NAMED && element("p", { text: fill(words.lost_more, { count: lines.length - NAMED }) });
  const button = (value, look) => element("button", { className: look, value, text: words[`left_${value || "not"}`] });
  const dialog = element(
    "dialog",
    { id: "ask-left", "aria-labelledby": "h-left" },
    element("form", { method: "dialog", className: "stack" }, element("h2", { id: "h-left", text: fill(words.left, { version: sent.version ?? 1, count: lines.length }) }), element("ul", {}, ...named), more, button("back", "button"), button("leave", "button second"), button("", "quiet")),
  );
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  if (!dialog.returnValue) form.querySelector("#send button").focus();
  return dialog.returnValue;
}
