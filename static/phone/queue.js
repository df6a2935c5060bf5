// @ts-check
// Page of a surveyor's work: corrections, outbox, drafts and sites, all from this phone's storage.
// It works offline; data from the server is stored before it is shown.

import { element, fill } from "../dom.js";
import { showDrafts } from "./draft_list.js";
import { buttons, item } from "./entries.js";
import { language, when } from "./formatting.js";
import { handOver } from "./handover.js";
import { showAll } from "./keyed_list.js";
import { fetchOpening } from "./opening.js";
import { drain, fetchWork } from "./outbox_sender.js";
import { lateDays, placesToSend } from "./outbox_states.js";
import { prepare, showPlaces } from "./places.js";
import { showProposals } from "./proposals.js";
import { fixesOf, showFixes, showOwn } from "./own_visits.js";
import { edition, kept, lists, marks, person, surveys, tell, told, words } from "./queue_page.js";
import { keptEdition } from "./readiness.js";
import { keeping, onKept } from "./register_worker.js";
import { steady } from "./retry.js";
import { saveQueue } from "./saving.js";
import { keptOf } from "./sent_photos.js";
import { all, get, keys, onChange } from "./store.js";
import { bringBack, take } from "./trash.js";

const REPAINT_MS = 60_000;
/* --- rendering --- */

let showing = null;
let again = false;
let sentBefore = Infinity; // the first result is not a change

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
    await showDrafts(drafts, mine, { erase, half });
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
  // Sending an entry changes the states of the user's visits.
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

/* --- actions --- */

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

/* --- caching for offline use --- */

// The edition whose forms open offline; it differs from the server's while a newer version waits to be loaded.
async function opensUnder() {
  if (!("caches" in window)) return "";
  return keptEdition(caches, location.pathname, (each) => kept[each] ?? []);
}

// Cache the forms of older editions with a draft or a correction.
async function keepEditions(work) {
  const drafts = await all("drafts");
  const needed = new Set([edition, ...drafts.map((draft) => draft.edition), ...fixesOf(work).map((fix) => fix.edition ?? edition)]);
  // The worker may be late or missing, so the list and the openings do not wait for it.
  keeping.then((worker) => worker?.postMessage({ type: "keep", pages: [...needed].flatMap((each) => kept[each] ?? []) }));
}

const PAUSES_MS = [3_000, 10_000, 30_000];
let listState = "asking"; // the text if there is no list
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
  drain().catch(() => undefined); // entries that a restored register may lack
  if (!surveys) return; // only sending remains
  await keepEditions(work);
  for (const { site, visit, edition: own = edition } of fixesOf(work)) {
    const opening = await get("openings", [site, own]);
    if (opening?.last?.id !== visit) await fetchOpening(site, own); // including the whole version to be corrected
  }
  await prepare();
}

// Retry automatically if the network gives no response.
function askLater() {
  clearTimeout(asking);
  asking = setTimeout(renew, PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]);
  failed += 1;
}

const renew = () => refresh().catch((fault) => tell(fill(words.storage, { fault: fault.message || fault.name })));

// One failed file prevents caching of the pages; it is retried, and the readiness is then checked again.
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
