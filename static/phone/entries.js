// @ts-check
// Card of an entry of the outbox with its actions: every entry can at least be opened, saved or deleted.

import { element, fill } from "../dom.js";
import { day } from "./days.js";
import { formOf } from "./form_address.js";
import { language, when } from "./formatting.js";
import { asTyped } from "./numbers.js";
import { drain } from "./outbox_sender.js";
import { lateDays, revived } from "./outbox_states.js";
import { saveAs } from "./saving.js";
import { all, change, onResult, photosOf, within } from "./store.js";

const SHOWN = 8;
// A correction of a decided visit, or of another author's visit, becomes a new visit.
const OF_ITS_OWN = ["closed", "other_visit"];

const acts = /** @type {HTMLElement} */ (document.getElementById("acts").content.firstElementChild);
const sides = /** @type {HTMLElement} */ (document.getElementById("sides").content.firstElementChild);

const AGAIN = { visit: openAgain, place: async (entry) => (await import("./proposals.js")).correctPlace(entry) };

/** Return the buttons in `wanted` ({name: function or URL}), in the order of the template. */
export function buttons(wanted) {
  const row = /** @type {HTMLElement} */ (acts.cloneNode(true));
  for (const button of /** @type {NodeListOf<HTMLElement & { href: string }>} */ (row.querySelectorAll(":scope > *"))) {
    const act = wanted[button.dataset.do];
    if (!act) button.remove();
    else if (typeof act === "string") button.href = act;
    else button.addEventListener("click", act);
  }
  return row;
}

export function documentOf(entry) {
  return JSON.parse(new TextDecoder().decode(entry.bytes));
}

/** Return an entry as a list item. `person` is signed in, `told(text)` shows a result, `erase(entry)` deletes; a `held` entry waits for its proposed place. */
export function item(entry, { words, person, held = false, told, erase }) {
  const foreign = entry.author !== person.id;
  const late = lateDays(entry, Date.now());
  const name = entry.siteName || entry.site;
  const state = foreign && entry.state !== "sent" ? "waiting" : entry.state;
  return element(
    "li",
    { className: `card entry ${state}${late ? " late" : ""}` },
    element("div", { className: "row spread" }, element("h3", { text: name }), element("strong", { className: "state", text: words[state] })),
    ...about(entry, words),
    late > 0 && element("p", { className: "error-text", text: fill(words.late, { days: late }) }),
    ...standing(entry, words, reason(entry, words, foreign) || (held && words.problem.place_first)),
    entry.state !== "sent" &&
      buttons({
        "sign-in": entry.state === "signed_out" || foreign ? "/sign-in?next=/queue" : null,
        ...(entry.state === "refused" && !foreign && secondAttempts(entry)),
        export: () => saveAs([entry], `${words.file}-${entry.id.slice(0, SHOWN)}.zip`, words, told),
        delete: entry.state === "refused" && (() => erase(entry)),
      }),
  );
}

// Kind, day and waiting time; for a danger also its note.
function about(entry, words) {
  const content = documentOf(entry);
  const kind = element("span", { className: `kind-${entry.kind}`, text: content.scope === "check" ? words.check : words[entry.kind] });
  const since = fill(entry.kind === "danger" ? words.noted : words.since, { when: when(entry.since) });
  const line = element("p", { className: "muted small" }, kind, ` · ${[content.day && day(content.day), since].filter(Boolean).join(" · ")}`);
  return [line, entry.kind === "danger" && element("p", { text: content.note })];
}

// Progress, and the current problem.
function standing(entry, words, wrong) {
  const sent = entry.photos.filter((photo) => photo.sent).length;
  return [
    entry.photos.length > 0 && element("p", { className: "number", text: fill(words.photos, { sent, count: entry.photos.length }) }),
    entry.state === "sent" && receipt(entry, words),
    wrong && element("p", { className: entry.state === "refused" ? "error-text" : "", text: wrong }),
    entry.state === "refused" && refusal(entry, words),
    entry.state === "waiting" && entry.last_try && element("p", { className: "muted small", text: attempts(entry, words) }),
  ];
}

// Actions for the user's own refused entry. An entry that a colleague has sent is not sent again.
function secondAttempts(entry) {
  const compared = entry.refusal?.kept?.id && (() => compare(entry));
  if (entry.refusal?.error === "handed_over") return { compare: compared };
  return { version: AGAIN[entry.kind] && (() => AGAIN[entry.kind](entry)), retry: () => retry(entry), compare: compared };
}

function reason(entry, words, foreign) {
  if (entry.state === "sent") return "";
  if (foreign) return fill(words.problem.other_author, { name: entry.authorName || words.someone });
  if (entry.state === "signed_out") return words.nothing_lost;
  return entry.told || words.problem[entry.problem] || "";
}

// The server's time, because the phone's clock may be wrong.
function receipt({ receipt: kept, sha256, sent_at }, words) {
  const remarks = (kept?.remarks ?? []).map((text) => element("p", { className: "small", text }));
  return element("div", {}, element("p", { className: "number", text: fill(words.receipt, { code: sha256.slice(0, SHOWN), when: when(kept?.recorded_at ?? sent_at) }) }), ...remarks);
}

function attempts({ last_try }, words) {
  return fill(words.tried, { when: when(last_try) });
}

function refusal({ told: whole, refusal: found }, words) {
  // A single fault equals the reason, which is already shown.
  const problems = (found?.problems ?? []).filter(({ told }) => told !== whole).map(({ question, told }) => element("li", {}, question && element("strong", { text: `${question}: ` }), told));
  const list = problems.length > 0 && element("ul", {}, ...problems);
  if (!found?.differences?.length) return list;
  const shown = /** @type {HTMLElement} */ (sides.cloneNode(true));
  const [part, here, there] = [...shown.querySelectorAll("th")].map((head) => head.textContent);
  shown.querySelector("tbody").append(
    ...found.differences.map(({ path, kept, sent }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", text: path.replace(/^answers\./, ""), "data-label": part }),
        element("td", { text: asText(sent, words), "data-label": here }),
        element("td", { text: asText(kept, words), "data-label": there }),
      ),
    ),
  );
  return element("div", {}, list, shown);
}

function asText(value, words) {
  if (value === null || value === undefined) return words.absent;
  if (typeof value === "number") return new Intl.NumberFormat(language, { maximumFractionDigits: 12 }).format(value);
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/* --- actions --- */

async function retry({ id }) {
  await change("outbox", id, (kept) => ({ ...kept, ...revived() }));
  await drain({ force: true });
}

// The server knows the wording of every question: a form posts the frozen document there for display only.
function compare({ bytes, refusal: { kept } }) {
  const form = element("form", { method: "post", action: "/visits/difference", hidden: true });
  const given = { document: new TextDecoder().decode(bytes), kept: kept.id };
  form.append(...Object.entries(given).map(([name, value]) => element("input", { type: "hidden", name, value })));
  document.body.append(form);
  form.submit();
}

/** Turn a refused entry with its photos into a draft, in one transaction, and open it in the form. */
async function openAgain(entry) {
  const sent = documentOf(entry);
  const lost = await lostPhotos(entry);
  const id = crypto.randomUUID();
  const draft = {
    id,
    site: entry.site,
    siteName: entry.siteName,
    edition: sent.edition,
    author: entry.author,
    values: typed(sent),
    notes: sent.notes ?? {},
    items: sent.items ?? [],
    position: sent.position ?? null,
    photos: (sent.photos ?? []).filter(({ sha256 }) => !lost.has(sha256)),
    begun_at: sent.begun_at,
    ...(sent.given_by && { given_by: sent.given_by }),
    changed_at: new Date().toISOString(),
    at: "",
    replaces: corrects(entry, sent),
    aside: false,
  };
  await within(["drafts", "photos", "outbox"], "readwrite", (transaction) => {
    const photos = transaction.objectStore("photos");
    onResult(photos.getAll(photosOf(entry.id)), (taken) => {
      for (const photo of taken) photos.put({ ...photo, visit: id });
      photos.delete(photosOf(entry.id));
    });
    transaction.objectStore("drafts").put(draft);
    transaction.objectStore("outbox").delete(entry.id);
  });
  location.assign(formOf(entry.site, { edition: sent.edition, draft: id }));
}

// If the server has a version of it, the draft corrects that version.
function corrects({ id, receipt: stored, refusal: found }, sent) {
  if (stored?.visit === id) return id;
  if (OF_ITS_OWN.includes(found?.error)) return null;
  if (["differs", "not_current"].includes(found?.error)) return found.receipt?.visit ?? found.kept?.id ?? null;
  return sent.replaces ?? null;
}

// Photos that neither the server nor this phone has are dropped.
async function lostPhotos({ id, receipt: stored }) {
  const here = new Set((await all("photos", id)).map(({ sha256 }) => sha256));
  return new Set((stored?.missing ?? []).map(({ sha256 }) => sha256).filter((hash) => !here.has(hash)));
}

// The fields of the form, formatted as typed.
function typed(sent) {
  const fields = { "visit.auditor": sent.auditor, "visit.day": sent.day, "visit.stage": sent.stage, "visit.scope": sent.scope ?? "full", "visit.note": sent.note, ...sent.answers };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value : [typeof value === "number" ? asTyped(value, language) : String(value ?? "")]]));
}
