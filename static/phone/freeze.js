// @ts-check
// Freezes a visit: validates it by the server's rules, serialises it and puts it into the outbox.
// Errors are listed with a link to each field; a visit with errors stays a draft.

import { element } from "../dom.js";
import { EASTERN_HOURS, FORMAT } from "../generated/terms.js";
import { answers, faultyNumbers, has, showReading } from "./answers.js";
import { goTo } from "./chapters.js";
import { saved, visit } from "./draft.js";
import { asked, edition, form, questions, words } from "./form_page.js";
import { itemFaults, itemsNow } from "./items.js";
import { preparing, sweep } from "./photos.js";
import { positionFault, surelyHere } from "./position.js";
import { freeze } from "./store.js";

const problems = document.getElementById("problems");

/**
 * Return all faults, in the order of the form.
 * @param {Table} table
 * @param {Partial<Opening>} opening
 * @param {Person | null} author
 * @returns {Fault[]}
 */
function faults(table, { known = {} }, author) {
  /** @type {Fault[]} */
  const found = [];
  /** @type {(name: string, told: string) => unknown} */
  const head = (name, told) => found.push({ target: name, where: document.querySelector(`[for="${name}"]`).textContent, told });
  if (!value("visit.auditor")) head("visit.auditor", words.no_name);
  if (!value("visit.day")) head("visit.day", words.no_day);
  else if (value("visit.day") > today()) head("visit.day", words.future);
  if (!has("visit.stage")) found.push({ target: "visit.stage", where: "", told: words.no_stage });
  const position = positionFault();
  if (position) found.push({ target: "position-reason", where: document.getElementById("h-where").textContent, told: position });
  for (const { id, fault } of faultyNumbers()) {
    showReading(id, true);
    found.push({ target: id, where: asked(id), told: fault?.told ?? "" });
  }
  found.push(...itemFaults());
  if (!found.length && !saysSomething(table, known)) found.push({ target: "form", where: "", told: words.nothing });
  if (preparing()) found.push({ target: "send", where: "", told: words.photos_first });
  if (!author) found.push({ target: "form", where: "", told: words.no_person });
  return found;
}

/** @param {string} name */
function value(name) {
  return form.elements[name].value.trim();
}

function today() {
  return new Date(Date.now() + EASTERN_HOURS * 3600000).toISOString().slice(0, 10);
}

// A fact is an answer only if it differs from its prefilled value.
function saysSomething(table, known) {
  const given = answers(table);
  if (visit.items.length || visit.photos.length) return true;
  return table.questions.some(({ id, fact }) => id in given && (!fact || JSON.stringify(given[id]) !== JSON.stringify(known[id])));
}

/**
 * @param {Table} table
 * @param {Person} author
 * @returns {Visit}
 */
function documentOf(table, author) {
  const { id, site, notes, position, photos, begun_at, replaces } = visit;
  const given = answers(table);
  return {
    format: FORMAT,
    id,
    site,
    edition,
    ...(value("visit.scope") === "check" && { scope: "check" }),
    stage: form.elements["visit.stage"].value,
    author: author.id,
    auditor: value("visit.auditor"),
    day: value("visit.day"),
    begun_at,
    frozen_at: new Date().toISOString(),
    replaces,
    answers: given,
    notes: Object.fromEntries(Object.entries(notes).filter(([question]) => questions.has(question))),
    note: value("visit.note"),
    ...(visit.given_by && { given_by: visit.given_by }),
    position: position && { ...position, ...(visit.sure && { sure: true }) },
    items: itemsNow(),
    photos,
  };
}

/** Freeze the visit and go to the queue; resolves to whether it was frozen. `opening` is the opening of the site. */
export async function send(table, opening, author) {
  const found = faults(table, opening, author);
  tell(found);
  if (found.length || !(await surelyHere())) return false;
  /** @type {Visit | null} */
  let made = documentOf(table, author);
  const correction = visit.replaces ? await import("./correcting.js") : null;
  if (made.scope || opening.settled?.length) {
    const look = await import("./last_look.js").catch(() => null); // without this check only the receipt would tell, which is too late
    if (look) made = await look.lastLook(made, table, correction ? correction.withoutSent(opening) : opening, tell);
  }
  if (made && correction) made = correction.asSent(made);
  if (!made || (correction && !(await correction.mayLeaveOut(made)))) return false;
  await saved(5000);
  await sweep();
  await freeze(made, { siteName: visit.siteName, draft: visit.id });
  location.assign(form.dataset.queue);
  return true;
}

/** List the faults and scroll to the list; an empty list hides the block. */
export function tell(found) {
  problems.hidden = !found.length;
  problems.querySelector("ul").replaceChildren(...found.map(({ target, where, told }) => element("li", {}, link(target, where, told))));
  if (!found.length) return;
  problems.scrollIntoView({ block: "start" });
  problems.focus({ preventScroll: true });
}

function link(target, where, told) {
  const found = element("a", { href: `#${target}` }, where && element("span", { text: where }), element("strong", { text: told }));
  found.addEventListener("click", (event) => {
    event.preventDefault();
    if (questions.has(target) && goTo(target)) return;
    const place = document.getElementById(target);
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  });
  return found;
}
