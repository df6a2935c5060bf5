// @ts-check
// Audit form on a phone: stores every answer at once, hides what does not apply, and sends the visit when there is a network.
// The form also works without scripts. This file contains no texts and no rules of a standard.

import { fill } from "./dom.js";
import { estimating } from "./live.js";
import { clear, fillIn, keepAlone, learn, reread, showReading } from "./phone/answers.js";
import { showChapters, showChaptersSoon } from "./phone/chapters.js";
import { alone, find, resume, save, say, visit } from "./phone/draft.js";
import { edition, form, words } from "./phone/form_page.js";
import { send, tell } from "./phone/freeze.js";
import { foldItems, itemTally, knowItems, mountItems, showItems } from "./phone/items.js";
import { beginLateScripts, beginOneByOne, knowOpening, loadDanger, redraw, tellDangerPosition } from "./phone/late_scripts.js";
import { beside, knowMeasured, weigh } from "./phone/measured.js";
import { showNotes, toggleNote } from "./phone/notes.js";
import { tell as notify } from "./phone/notices.js";
import { fetchOpening, keptOpening } from "./phone/opening.js";
import { choosePhotos, showPhotos, takeItemPhotos } from "./phone/photos.js";
import { beginPosition, knowSite, settle as showPosition } from "./phone/position.js";
import { compare, introduce, showBefore, showIssues } from "./phone/previous_answers.js";
import { count, countAlso } from "./phone/progress.js";
import { steady } from "./phone/retry.js";
import { beginStage } from "./phone/stage.js";
import { get } from "./phone/store.js";

document.documentElement.dataset.begun = "";
form.inert = true; // until the draft is restored: earlier answers would be overwritten by it
for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;

// The shell is cached without a site: its URL names the site.
const shell = !form.dataset.site;
const site = shell ? siteOfAddress() : form.dataset.site;
let author = form.dataset.author ? JSON.parse(form.dataset.author) : null;
/** @type {Partial<Opening>} */
let opening = {};
let live = null;
const PAUSES_MS = [300, 1000, 3000];
const tableComing = steady(async () => (await fetch(form.dataset.table)).json(), PAUSES_MS);
tableComing.catch(() => {}); // the error is reported where the promise is awaited

function siteOfAddress() {
  const parts = location.pathname.split("/").slice(2, -1);
  return parts.map(decodeURIComponent).join("/");
}

/* --- functions of every question --- */

const DO = {
  photo: (id) => choosePhotos(id, false),
  gallery: (id) => choosePhotos(id, true),
  note: toggleNote,
  clear: (id, button) => {
    clear(id);
    changed();
    save();
    button.closest(".question").querySelector("input").focus();
  },
};

form.addEventListener("click", (event) => {
  const button = event.target.closest(".tools [data-do]");
  if (button) DO[button.dataset.do](button.closest(".question").id.slice(2), button);
});

let checking = null;

async function showScope() {
  if (!live || (!checking && form.elements["visit.scope"].value !== "check")) return;
  checking ??= await import("./phone/check.js");
  checking.show(live.table, changed);
}

/* --- answering --- */

let waiting = false;
let typing = "";

function changed() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    refresh();
  });
}

function refresh() {
  live?.showWhatApplies();
  count();
  if (live) form.dispatchEvent(new Event("applied"));
  // In the mode of one question at a time, the next question is shown before the estimate is computed.
  if (visit.one) setTimeout(estimate);
  else estimate();
}

function estimate() {
  compare();
  if (live) weigh(live.table, typing);
  live?.show();
}

form.addEventListener("input", ({ target }) => {
  if (!target.name) return;
  typing = target.type === "text" ? target.name : "";
  keepAlone(target);
  reread(target.name);
  const box = target.closest(".question");
  if (box?.id) visit.at = box.id.slice(2);
  save();
  if (target.type === "text" && box) showReading(box.id.slice(2));
  if (target.name === "visit.scope") showScope();
  changed();
});
form.addEventListener("change", ({ target }) => {
  if (target.type !== "text" || !target.closest(".question")) return;
  showReading(target.name, true);
  typing = "";
  changed();
});
form.addEventListener("focusin", ({ target }) => {
  const box = target.closest(".question");
  if (box?.id) visit.at = box.id.slice(2);
});

/* --- sending --- */

let sending = false;

form.addEventListener("submit", async (event) => {
  if (!live) return; // the browser submits the form, as it does without scripts
  event.preventDefault();
  if (sending) return;
  sending = true;
  try {
    sending = await send(live.table, opening, author);
  } catch (fault) {
    sending = false;
    tell([{ target: "send", where: "", told: fill(words.failed, { fault: fault.message || fault.name }) }]);
  }
});
// A page restored from the back/forward cache after sending would send old contents.
addEventListener("pageshow", (event) => event.persisted && location.reload());

/* --- beginning --- */

// A correction begins with the version that was sent: from the page, or from this phone's storage.
let correcting = null;

async function correct(version, fresh) {
  if (!version || visit.check) return;
  correcting ??= await import("./phone/correcting.js");
  await correcting.correct(version, { fresh, changed: showVisit });
}

function showVisit() {
  showItems(visit.items);
  showNotes();
  showPhotos();
  showPosition();
  redraw();
  showScope();
  changed();
}

function keepItems(items) {
  visit.items = structuredClone(items);
  save();
  changed();
}

function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

async function begin() {
  beginLateScripts(() => author, () => live !== null);
  countAlso(() => ({ equipment: itemTally() }));
  count();
  beginPosition(() => {
    redraw();
    tellDangerPosition();
  });
  const work = shell ? await steady(() => get("work", "work")).catch(unread) : null;
  author ??= work?.person ?? null;
  const name = form.dataset.siteName || work?.sites.find(({ id }) => id === site)?.name || "";
  if (shell) fillIn({ "visit.auditor": [author?.name ?? ""], "visit.day": [today()] }); // a cached shell may be days old
  beginStage(author);
  let continued = false;
  await alone(site);
  try {
    // The refused answers in the page are the draft.
    continued = await find(site, name, author, () => (showVisit(), correcting?.again()), Boolean(document.getElementById("errors")));
    await correct(form.dataset.sent ? JSON.parse(form.dataset.sent) : shell && toCorrect(await correctionHere()), !continued);
  } catch (fault) {
    unread(fault);
  }
  beginStage(author); // a draft may be older than this information
  form.inert = false;
  if (shell && name) introduce({ name });
  if (continued || location.hash) showChapters();
  showVisit();
  if (continued) await goOn();
  await beginJudging(continued);
  await openSite();
}

async function goOn() {
  history.scrollRestoration = "manual"; // do not scroll away from the target
  resume();
  if (edition !== form.dataset.newest && !visit.given_by && !visit.was_given) (await import("./phone/editions.js")).offerMove();
  if (visit.begun_under && visit.begun_under !== edition) say(fill(words.moved, { edition: visit.begun_under }));
}

async function beginJudging(continued) {
  const table = await tableComing;
  learn(table);
  const at = continued && !location.hash ? visit.at : "";
  mountItems(document.getElementById("items"), { table, items: visit.items, at, onChange: keepItems, onPhoto: takeItemPhotos });
  live = { table, ...estimating(table, foldItems, beside) };
  await showScope();
  refresh();
  if (continued) resume(true); // hiding what does not apply has moved the rest
  showChaptersSoon();
  loadDanger().catch(() => {});
}

// From this phone's storage, in case the opening could not be fetched since the visit was sent back.
async function correctionHere() {
  const kept = await steady(() => keptOpening(site, edition));
  if (!kept?.replaces && !new URLSearchParams(location.search).has("fix")) return null;
  const here = await (await import("./phone/correcting.js")).openingHere(site, kept);
  if (here?.issues) showIssues(here);
  return here;
}

function toCorrect(known) {
  return known?.replaces ? { id: known.replaces, ...known.last } : null;
}

// The phone's storage failed repeatedly; this is not the same as an empty storage.
function unread(fault) {
  notify("reading", fill(words.not_read, { fault: fault.message || fault.name }), { label: words.again, act: () => location.reload(), error: true });
  return undefined;
}

// A page from the server is newer than the stored opening. A shell uses the stored opening first, and then asks the server.
async function openSite() {
  let sound = true;
  const faulty = (fault) => {
    sound = false;
    unread(fault);
    return fault.opening;
  };
  const fetched = () => fetchOpening(site, edition).catch(faulty);
  const kept = await steady(() => keptOpening(site, edition)).catch(faulty);
  const found = shell ? (kept ?? (await fetched())) : ((await fetched()) ?? kept);
  if (shell && kept) fetched();
  if (!found) {
    if (shell && sound) notify("opening", words.not_ready);
    return void knowItems([]);
  }
  opening = found;
  if (opening.standing) notify("standing", opening.standing);
  await correct(toCorrect(opening), false);
  showBefore(opening, { whole: shell, changed });
  await knowItems(opening.items, opening.same);
  await showScope();
  knowMeasured(opening.measured);
  knowSite(opening);
  knowOpening(opening);
  changed();
  if (visit.one) beginOneByOne();
}

begin();
