// @ts-check
// Proposed places in the queue: begun on this phone, proposed, and the planners' decisions.

import { element, fill } from "../dom.js";
import { PLACE_MERGED } from "../generated/terms.js";
import { buttons } from "./entries.js";
import { formOf } from "./form_address.js";
import { when } from "./formatting.js";
import { showAll } from "./keyed_list.js";
import { auditedAs, documentIn, namesOfPlaces, proposals } from "./proposed_places.js";
import { all, keys, put, remove, within } from "./store.js";

const section = document.getElementById("proposals");
const words = section && JSON.parse(section.dataset.words);
const FEW = 3;
const list = (name) => section.querySelector(`[data-list=${name}]`);

/** Show the places `person` has begun or proposed, by the outbox and the server's work list; `deleted(name, undo)` is called after one was deleted. */
export async function showProposals(entries, work, person, deleted) {
  if (!section) return;
  const drafts = (await all("places")).filter(({ author }) => !author || author === person.id).sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1));
  const counts = new Map();
  for (const [place] of await keys("fixes")) counts.set(place, (counts.get(place) ?? 0) + 1);
  const waits = new Set(entries.map(({ id }) => id));
  const shown = drafts.filter(({ id }) => !waits.has(id)); // a frozen place is shown as an entry of the outbox
  showAll(list("begun"), shown, ({ id, changed_at }) => [changed_at, counts.get(id)], (draft) => begunItem(draft, counts.get(draft.id) ?? 0, deleted));
  const names = new Map([...(work?.sites ?? []).map(({ id, name }) => [id, name]), ...namesOfPlaces(work)]);
  const mine = proposals(entries, work, person.id);
  const decided = mine.filter(({ state }) => state in words.decisions);
  const show = (name, shown) => showAll(list(name), shown, ({ state, into, reason }) => [state, into, reason], (each) => proposedItem(each, names));
  show("proposed", mine.filter((each) => !decided.includes(each)));
  show("decided", decided);
  const fold = section.querySelector("details");
  if (fold.hidden) fold.open = decided.length <= FEW; // after that the user decides whether it is open
  fold.hidden = !decided.length;
  fold.querySelector("summary").textContent = fill(words.decided, { count: decided.length });
  await keepOpenings(entries);
}

function begunItem(draft, count, deleted) {
  const name = draft.name.trim() || words.unnamed;
  const about = [words.begun, count && fill(words.fixes, { count }), when(draft.changed_at || draft.begun_at)];
  const erase = async () => {
    const fixes = await all("fixes", draft.id);
    await within("fixes", "readwrite", (transaction) => void transaction.objectStore("fixes").delete(IDBKeyRange.bound([draft.id], [draft.id, []])));
    await remove("places", draft.id);
    deleted(name, async () => {
      document.getElementById("told").hidden = true;
      await bring(fixes);
      await put("places", draft);
    });
  };
  return element(
    "li",
    { className: "card entry" },
    element("h3", { text: name }),
    element("p", { className: "muted small", text: about.filter(Boolean).join(" · ") }),
    buttons({ form: `/places/propose?place=${draft.id}`, delete: erase }),
  );
}

function proposedItem(each, names) {
  const { state, name, into, reason } = each;
  const other = names.get(into) ?? words.another;
  const line = { waiting: words.waits_to_be_sent, refused: words.not_taken }[state] ?? fill(words.decisions[state] ?? words.proposed, { name: other });
  const site = auditedAs(each);
  return element(
    "li",
    { className: `card entry ${{ accepted: "sent", merged: "sent", declined: "refused", refused: "refused" }[state] ?? "waiting"}` },
    element("h3", { text: name }),
    element("p", { className: "proposed", text: line }),
    reason && element("p", { text: fill(words.reason, { reason }) }),
    state === PLACE_MERGED && element("p", { className: "small", text: fill(words.visits_stay, { name: other }) }),
    site && element("p", {}, element("a", { className: "button second", href: formOf(site), text: words.audit })),
  );
}

/**
 * @param {WalkFix[]} fixes
 * @param {(transaction: IDBTransaction) => void} [also]
 */
function bring(fixes, also = () => {}) {
  return within(["places", "fixes", "outbox"], "readwrite", (transaction) => {
    for (const each of fixes) transaction.objectStore("fixes").put(each);
    also(transaction);
  });
}

/** Open a refused place for correction, under the same id, so that its visits stay with it. */
export async function correctPlace(entry) {
  const { begunAgain } = await import("./place_document.js");
  const { place, fixes } = begunAgain(documentIn(entry));
  await bring(fixes, (transaction) => {
    transaction.objectStore("places").put(place);
    transaction.objectStore("outbox").delete(entry.id);
  });
  location.assign(`/places/propose?place=${place.id}`);
}

// Copy the opening of a proposed place to the form of a newer edition.
async function keepOpenings(entries) {
  const blank = JSON.parse(section.dataset.blank);
  const kept = new Set((await keys("openings")).map(([site, edition]) => `${edition} ${site}`));
  const without = entries.filter(({ kind, site }) => kind === "place" && !kept.has(`${blank.edition} ${site}`));
  if (!without.length) return;
  const { openingOf } = await import("./place_document.js");
  for (const entry of without) await put("openings", openingOf(documentIn(entry), blank));
}
