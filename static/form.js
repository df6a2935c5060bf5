// The audit form on a phone: every answer is kept at once, what does not apply goes, and the visit is sent when there is a network.
// Everything here is a comfort: the form works without it. No text and nothing of a standard stands in this file.

import { estimating } from "./live.js";
import { clear, fillIn, keepAlone, learn, reread, showReading } from "./phone/answers.js";
import { compare, showBefore } from "./phone/before.js";
import { showChapters, showChaptersSoon } from "./phone/chapters.js";
import { beginDanger, tellPosition } from "./phone/danger.js";
import { alone, find, resume, save, say, visit } from "./phone/draft.js";
import { foldItems, itemTally, knowItems, mountItems, showItems } from "./phone/items.js";
import { beside, knowMeasured, weigh } from "./phone/measured.js";
import { showNotes, toggleNote } from "./phone/notes.js";
import { fetchOpening, keptOpening } from "./phone/opening.js";
import { edition, fill, form, words } from "./phone/page.js";
import { choosePhotos, showPhotos, takeItemPhotos } from "./phone/photos.js";
import { beginPosition, knowSite, show as showPosition } from "./phone/position.js";
import { send, tell } from "./phone/sending.js";
import { beginStage } from "./phone/stage.js";
import { count, countAlso } from "./phone/steer.js";
import { get } from "./phone/store.js";

document.documentElement.dataset.begun = "";
form.inert = true; // until the draft is back: what is answered before it would be overwritten
for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;

// A shell is kept on the phone without a site: its address says which one it is.
const shell = !form.dataset.site;
const site = shell ? siteOfAddress() : form.dataset.site;
let author = form.dataset.author ? JSON.parse(form.dataset.author) : null;
let opening = {};
let live = null;
const tableComing = fetch(form.dataset.table).then((answer) => answer.json());
tableComing.catch(() => {}); // it is told where it is waited for

function siteOfAddress() {
  const parts = location.pathname.split("/").slice(2, -1);
  return parts.map(decodeURIComponent).join("/");
}

/* --- what every question can do --- */

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

/* --- what only some visits need is fetched where it is needed --- */

const pin = document.getElementById("pin").closest("details");
let sketch = null;

pin.addEventListener("toggle", async () => {
  if (!pin.open || sketch) return;
  sketch = await import("./phone/pin.js");
  sketch.beginPin();
  sketch.knowSiteOnMap(opening);
});

function redraw() {
  sketch?.redraw();
}

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
  if (!live) return; // the form sends itself, as it does without scripts
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
// A page that comes back from memory after it was sent would send the past.
addEventListener("pageshow", (event) => event.persisted && location.reload());

/* --- beginning --- */

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
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

async function begin() {
  countAlso(() => ({ equipment: itemTally() }));
  count();
  beginPosition(() => {
    redraw();
    tellPosition();
  });
  beginDanger(() => author);
  author ??= (await get("work", "work").catch(() => null))?.person ?? null;
  if (shell) fillIn({ "visit.auditor": [author?.name ?? ""], "visit.day": [today()] }); // a shell may be days old
  beginStage(author);
  let continued = false;
  await alone(site);
  try {
    if (document.getElementById("errors")) await save(); // what was sent and refused is the draft now
    else continued = await find(site, form.dataset.siteName, author, showVisit);
  } catch (fault) {
    say(fill(words.not_kept, { fault: fault.message || fault.name }));
  }
  beginStage(author); // a draft may be from before it was known
  form.inert = false;
  if (continued || location.hash) showChapters();
  showVisit();
  if (continued) {
    history.scrollRestoration = "manual"; // the place that is gone to must not be left again
    resume();
    if (edition !== form.dataset.newest && !visit.given_by && !visit.was_given) (await import("./phone/editions.js")).offerMove();
    if (visit.begun_under && visit.begun_under !== edition) say(fill(words.moved, { edition: visit.begun_under }));
  }
  const table = await tableComing;
  learn(table);
  const at = continued && !location.hash ? visit.at : "";
  mountItems(document.getElementById("items"), { table, items: visit.items, at, onChange: keepItems, onPhoto: takeItemPhotos });
  live = { table, ...estimating(table, foldItems, beside) };
  await showScope();
  refresh();
  if (continued) resume(true); // what does not apply went, and moved the rest
  showChaptersSoon();
  await openSite();
}

// Online the page is fresher than what is kept; a shell goes by what is kept, and only then asks.
async function openSite() {
  const kept = await keptOpening(site, edition).catch(() => undefined);
  const found = shell ? (kept ?? (await fetchOpening(site, edition))) : ((await fetchOpening(site, edition)) ?? kept);
  if (shell && kept) fetchOpening(site, edition);
  if (!found) {
    if (shell) say(words.not_ready);
    return void knowItems([]);
  }
  opening = found;
  showBefore(opening, { whole: shell, changed, shown: showVisit });
  await knowItems(opening.items, opening.same);
  await showScope();
  knowMeasured(opening.measured);
  knowSite(opening);
  sketch?.knowSiteOnMap(opening);
  changed();
}

begin();
