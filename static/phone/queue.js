// @ts-check
// The page of a surveyor's work: what is to be corrected, to be sent, begun and to be visited, all from what this phone keeps.
// It works with the server dead; what it asks the server for is kept before it is shown.

import { element, fill, showAll } from "../dom.js";
import { VISIT_HAS_ISSUES } from "../generated/terms.js";
import { buttons, documentOf, item } from "./entries.js";
import { day, formOf, language, when } from "./formatting.js";
import { answersIn, blankItem, ghostItem, isBlank } from "./ghosts.js";
import { handOver } from "./handover.js";
import { fetchOpening } from "./opening.js";
import { lateDays, placesToSend } from "./outbox_states.js";
import { prepare, showPlaces } from "./places.js";
import { showProposals } from "./proposals.js";
import { namesOfPlaces } from "./proposed_places.js";
import { keptEdition } from "./readiness.js";
import { bringBack, take } from "./removed.js";
import { saveQueue } from "./saving.js";
import { drain, fetchWork } from "./send.js";
import { keptOf } from "./sent_photos.js";
import { keeping, onKept } from "./start.js";
import { steady } from "./steady.js";
import { all, get, keys, onChange } from "./store.js";

const REPAINT_MS = 60_000;
const { words: text, person: who, edition, kept: keptText, marks } = document.getElementById("work").dataset;
const words = JSON.parse(text);
const surveys = document.getElementById("work").dataset.surveys === "yes";
const person = JSON.parse(who);
const kept = JSON.parse(keptText);
const told = document.getElementById("told");
const lists = Object.fromEntries(["fixes", "outbox", "drafts", "deleted", "sent", "own"].map((id) => [id, document.getElementById(id)]));

/* --- showing --- */

let showing = null;
let again = false;
let sentBefore = Infinity; // the first look is no news

function show() {
  again = true;
  return (showing ??= showAgain().finally(() => (showing = null)));
}

async function showAgain() {
  while (again) {
    again = false;
    const [entries, drafts, work, removed] = await steady(() => Promise.all([all("outbox"), all("drafts"), get("work", "work"), all("removed")]));
    showOutbox(entries);
    tellKept(entries, await keys("photos"));
    const mine = work?.person?.id === person.id ? work : null;
    await showDrafts(drafts, mine);
    showDeleted(removed);
    showFixes(mine, entries, drafts);
    showOwn(mine);
    await showProposals(entries, mine, person, (name, undo) => tell(fill(words.deleted, { name }), { undo }));
    if (surveys) await showPlaces(mine, await opensUnder(), { words, edition, marks, none: words[listState] });
  }
}

function showOutbox(entries) {
  const newest = (one, other) => (one.since < other.since ? 1 : -1);
  const rank = ({ kind }) => ["danger", "place", kind].indexOf(kind);
  const places = placesToSend(entries);
  const held = ({ kind, site }) => kind !== "place" && places.has(site);
  const waiting = entries.filter(({ state }) => state !== "sent").sort((one, other) => rank(one) - rank(other) || -newest(one, other));
  const sent = entries.filter(({ state }) => state === "sent").sort(newest);
  const build = (entry) => item(entry, { words, person, held: held(entry), told: tell, erase: (each) => erase("outbox", [each.id], each.siteName || each.site) });
  const depends = (entry) => [entry.state, entry.told, entry.problem, entry.photos, entry.last_try, entry.retry_at, lateDays(entry, Date.now()), entry.refusal?.error, held(entry)];
  showAll(lists.outbox.querySelector("ul"), waiting, depends, build);
  lists.outbox.querySelector(".summary-line").textContent = waiting.length ? fill(words.tally, { count: waiting.length }) : words.none;
  lists.outbox.querySelector("[data-do=send]").hidden = !waiting.some(({ state, author }) => state !== "refused" && author === person.id);
  lists.outbox.querySelector("[data-do=save]").hidden = !waiting.length;
  lists.sent.hidden = !sent.length;
  // What was just sent changes how one's visits stand.
  if (sent.length > sentBefore) fetchWork().catch(() => undefined);
  sentBefore = sent.length;
  showAll(lists.sent.querySelector("ul"), sent, depends, build);
}

function tellKept(entries, held) {
  const { count, bytes, dropped } = keptOf(entries, held, person.id);
  const size = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1e6);
  const line = [count && fill(words.kept_photos, { count, size }), dropped && fill(words.dropped_photos, { count: dropped })].filter(Boolean).join(" ");
  const place = document.getElementById("kept-photos");
  place.textContent = line;
  place.hidden = !line;
}

async function showDrafts(found, work) {
  const names = namesOf(work);
  const drafts = found.map((draft) => ({ ...draft, siteName: draft.siteName || names.get(draft.site) || "" }));
  const facts = new Map();
  for (const each of new Set(drafts.map((draft) => draft.edition))) facts.set(each, await factsOf(each));
  const blank = (draft) => !draft.site && isBlank(draft, facts.get(draft.edition));
  const ghosts = drafts.filter(blank);
  const shown = drafts.filter((draft) => !blank(draft)).sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1));
  if (ghosts.length) shown.push({ id: "ghosts", ghosts });
  const sites = work?.sites ?? [];
  lists.drafts.hidden = !shown.length;
  showAll(
    lists.drafts.querySelector("ul"),
    shown,
    (draft) => [draft.changed_at, draft.ghosts?.length, draft.given, draft.site, draft.siteName, sites.length, facts.get(draft.edition)?.size],
    (draft) => {
      if (draft.ghosts) return blankItem(ghosts, { words, buttons, erase: () => erase("drafts", ghosts.map(({ id }) => id), fill(words.ghosts, { count: ghosts.length })) });
      if (draft.site) return draftItem(draft, facts.get(draft.edition));
      const erased = () => erase("drafts", [draft.id], words.ghost);
      return ghostItem(draft, answersIn(draft, facts.get(draft.edition)), { words, buttons, erase: erased, sites, drafts });
    },
  );
}

function showDeleted(removed) {
  const newest = [...removed].sort((one, other) => (one.removed_at < other.removed_at ? 1 : -1)).map((each) => ({ ...each, id: each.key }));
  lists.deleted.hidden = !newest.length;
  showAll(
    lists.deleted.querySelector("ul"),
    newest,
    () => [],
    ({ key, record, removed_at }) => {
      const about = [words[record.kind] ?? words.draft, fill(words.deleted_at, { when: when(removed_at) })];
      return element("li", { className: "card entry" }, element("h3", { text: record.siteName || record.site || words.ghost }), element("p", { className: "muted small", text: about.join(" · ") }), buttons({ undo: () => bringBack(key).then(show) }));
    },
  );
}

function draftItem(draft, facts) {
  const name = draft.siteName || draft.site;
  const mine = !draft.author || draft.author === person.id;
  const answers = answersIn(draft, facts);
  const about = [
    draft.values["visit.scope"]?.[0] === "check" && words.check,
    fill(words.answers, { count: answers }),
    draft.photos.length && fill(words.pictures, { count: draft.photos.length }),
    fill(words.changed, { when: when(draft.changed_at || draft.begun_at) }),
    draft.edition !== edition && draft.edition,
    draft.given_by && words.half_begun_by,
    draft.given && fill(words.half_given_at, { when: when(draft.given.at) }),
    draft.given?.sent_by && fill(words.half_sent_by, { name: draft.given.sent_by }),
    !mine && fill(words.owner, { name: words.someone }),
  ];
  const form = formOf(draft.site, { edition: draft.edition === edition ? "" : draft.edition, draft: draft.id });
  const remove = { delete: () => erase("drafts", [draft.id], name) };
  return element(
    "li",
    { className: "card entry" },
    element("h3", { text: name }),
    element("p", { className: "muted small", text: about.filter(Boolean).join(" · ") }),
    mine && !surveys && element("p", { className: "small", text: words.no_form }),
    mine ? buttons(draft.given ? { back: !draft.given.sent_by && (() => half(draft, "takeBack")), ...remove } : { form: surveys && form, give: surveys && !draft.replaces && (() => half(draft, "give")), ...remove }) : null,
  );
}

// Facts that are filled in by themselves are no answers of the surveyor.
async function factsOf(each) {
  try {
    const table = await (await fetch(kept[each][1])).json();
    return new Set(table.questions.filter(({ fact }) => fact).map(({ id }) => id));
  } catch {
    return new Set();
  }
}

function showFixes(work, entries, drafts) {
  const fixes = (work?.own ?? []).filter(({ state }) => state === VISIT_HAS_ISSUES);
  const waits = new Set(entries.filter(({ kind, state }) => kind === "visit" && state !== "sent").map((entry) => documentOf(entry).replaces));
  const begun = new Map(drafts.map((draft) => [draft.replaces, draft.id]));
  const names = namesOf(work);
  lists.fixes.hidden = !fixes.length;
  showAll(
    lists.fixes.querySelector("ul"),
    fixes.map((receipt) => ({ ...receipt, id: receipt.visit })),
    ({ site, visit, notes }) => [names.get(site), notes, waits.has(visit), begun.get(visit)],
    (receipt) => fixItem(receipt, names.get(receipt.site), waits.has(receipt.visit), begun.get(receipt.visit)),
  );
}

function fixItem({ site, visit, edition: own = edition, day: of, version, scope, notes = [] }, name, waits, draft) {
  const link = surveys && name && !waits && buttons({ form: formOf(site, { edition: own === edition ? "" : own, draft: draft ?? "", fix: draft ? "" : "1" }) }); // a check that is begun there is no correction
  if (link) link.firstElementChild.textContent = draft ? words.fix_goes_on : words.fix;
  return element(
    "li",
    { className: "card entry fix", id: `fix-${visit}` },
    element("h3", { text: name ?? site }),
    element("p", { className: "muted small", text: [scope === "check" && words.check, of && day(of), fill(words.version, { number: version })].filter(Boolean).join(" · ") }),
    element("ul", {}, ...notes.map(({ question, told: note }) => element("li", {}, element("strong", { text: `${question || words.whole}: ` }), note))),
    waits && element("p", { text: words.fix_waits }),
    !surveys && element("p", { className: "small", text: words.no_form }),
    surveys && !name && element("p", { className: "small", text: words.no_area }),
    link,
  );
}

function showOwn(work) {
  const own = (work?.own ?? []).map((receipt) => ({ ...receipt, id: receipt.visit }));
  const names = namesOf(work);
  lists.own.hidden = !own.length;
  showAll(
    lists.own.querySelector("ul"),
    own,
    ({ site, state, missing, lost }) => [names.get(site), state, missing, lost],
    ({ site, day: of, version, scope, state, missing = [], lost = [], handed_over: by = "" }) =>
      element(
        "li",
        { className: "row spread own" },
        element("span", {}, element("strong", { text: names.get(site) ?? site }), element("span", { className: "muted small", text: ` ${[scope === "check" && words.check, of && day(of), version > 1 && fill(words.version, { number: version })].filter(Boolean).join(" · ")}` })),
        element("span", { text: [words.state[state] ?? state, missing.length && fill(words.misses, { count: missing.length }), lost.length && words.lost, by && fill(words.handed_over, { name: by })].filter(Boolean).join(" · ") }),
      ),
  );
}

function namesOf(work) {
  return new Map([...namesOfPlaces(work), ...(work?.sites ?? []).map(({ id, name }) => [id, name])]);
}

/* --- doing --- */

/** Say something at the top of the page, with buttons or without. */
function tell(line, acts) {
  told.replaceChildren(element("span", { text: line }), acts ? buttons(acts) : "");
  told.hidden = false;
}

async function erase(store, ids, name) {
  const ask = document.getElementById("ask");
  if (store === "outbox") {
    ask.querySelector("p").textContent = fill(words.ask_delete, { name });
    ask.returnValue = "";
    ask.showModal();
    await new Promise((resolve) => ask.addEventListener("close", resolve, { once: true }));
    if (ask.returnValue !== "delete") return;
  }
  const taken = [];
  for (const id of ids) taken.push(await take(store, id));
  await show();
  const undo = async () => {
    told.hidden = true;
    for (const key of taken) await bringBack(key);
    await show();
  };
  tell(fill(words.deleted, { name }), { undo });
  told.querySelector("button").focus();
}

const ACTS = {
  send: () => drain({ force: true }),
  save: async () => saveQueue(await all("outbox"), words, tell),
};
for (const button of lists.outbox.querySelectorAll(":scope > .acts [data-do]")) {
  button.addEventListener("click", () => ACTS[button.dataset.do]().catch((fault) => tell(fill(words.failed, { fault: fault.message || fault.name }))));
}

/* --- handing over a file --- */

handOver(words, person, async () => {
  await drain({ force: true });
  await refresh();
});

async function half(draft, what) {
  const made = await import("./half_done.js");
  tell(what === "give" ? await made.give(draft, person, words) : await made.takeBack(draft, words));
}

/* --- keeping --- */

// The edition whose forms open on this phone without signal; it is not the server's where a newer version waits to be loaded.
async function opensUnder() {
  if (!("caches" in window)) return "";
  return keptEdition(caches, location.pathname, (each) => kept[each] ?? []);
}

// The forms of older editions are kept where something was begun or sent back under them.
async function keepEditions(work) {
  const drafts = await all("drafts");
  const needed = new Set([edition, ...drafts.map((draft) => draft.edition), ...fixesOf(work).map((fix) => fix.edition ?? edition)]);
  // It may come late, or never: the list and what the forms begin with do not wait for it.
  keeping.then((worker) => worker?.postMessage({ type: "keep", pages: [...needed].flatMap((each) => kept[each] ?? []) }));
}

function fixesOf(work) {
  return (work?.own ?? []).filter(({ state }) => state === VISIT_HAS_ISSUES);
}

const PAUSES_MS = [3_000, 10_000, 30_000];
let listState = "asking"; // what is said where there is no list
let failed = 0;
let asking;

async function refresh() {
  const work = await fetchWork();
  listState = work === undefined && navigator.onLine ? "no_answer" : "no_list";
  await show();
  if (work === null) tell(words.come_in, { "sign-in": "/sign-in?next=/queue" });
  if (work === undefined && navigator.onLine) return askLater();
  failed = 0;
  if (!work) return;
  drain().catch(() => undefined); // what a restored register may lack
  if (!surveys) return; // nothing but sending is left to do here
  await keepEditions(work);
  for (const { site, visit, edition: own = edition } of fixesOf(work)) {
    const opening = await get("openings", [site, own]);
    if (opening?.last?.id !== visit) await fetchOpening(site, own); // with the version that is to be corrected, whole
  }
  await prepare();
}

// With a network that gives no answer it is asked again by itself.
function askLater() {
  clearTimeout(asking);
  asking = setTimeout(renew, PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]);
  failed += 1;
}

const renew = () => refresh().catch((fault) => tell(fill(words.storage, { fault: fault.message || fault.name })));

// A file that failed keeps the pages from being kept; it heals by itself, and what is ready is looked at anew.
onKept((whole) => {
  const place = document.getElementById("not-whole");
  place.textContent = whole ? "" : words.not_whole;
  place.hidden = whole;
  if (whole) navigator.serviceWorker.ready.then(() => show());
});

/* --- the phone's own storage, and the home screen --- */

async function keepSafe() {
  const safe = document.getElementById("safe");
  const sure = await navigator.storage?.persist?.().catch(() => false);
  safe.textContent = sure ? words.persisted : words.not_persisted;
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  const button = document.getElementById("install");
  button.hidden = false;
  button.onclick = async () => {
    button.hidden = true;
    await event.prompt();
  };
});

const paint = () => show().catch((fault) => tell(fill(words.storage, { fault: fault.message || fault.name })));
onChange((store) => ["outbox", "drafts", "work", "openings", "places"].includes(store) && paint());
setInterval(paint, REPAINT_MS);
addEventListener("online", renew);
await paint();
keepSafe();
await renew();
