// @ts-check
// Stores the place that is being proposed: its fields, and each fix of its walk before the next one is taken.
// Nothing is stored before the first input, and nothing is deleted: fixes that are undone stay in the trace.

import { documentOf, openingOf, siteOf } from "./place_document.js";
import { all, freeze, get, put, within } from "./store.js";

/**
 * The place that is being proposed; code that changes it must call `save`.
 * @type {PlaceDraft}
 */
export const place = { ...blank() };
/**
 * The fixes of its walk, in the order of their arrival.
 * @type {WalkFix[]}
 */
export const fixes = [];

/** @type {(fault: Error) => void} */
let failed = () => {};

/** @returns {PlaceDraft} */
function blank() {
  const id = crypto.randomUUID();
  return { id, site: siteOf(id), author: "", name: "", kind: "", note: "", how: "", walk: "", as_middle: false, point: null, pin: null, begun_at: new Date().toISOString(), changed_at: "" };
}

/** Return the places that this person has begun on this phone, newest first. */
export async function begun(author) {
  const mine = (await all("places")).filter((each) => !each.author || each.author === author);
  return mine.sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1));
}

/** Continue a place that was begun, by the id `wanted` or the newest; resolves to whether there is one. `fault(error)` is called on storage errors. */
export async function find(author, wanted, fault) {
  failed = fault;
  place.author = author;
  const mine = await begun(author);
  const found = wanted === "" ? undefined : (mine.find(({ id }) => id === wanted) ?? (wanted ? undefined : mine[0]));
  if (!found) return false;
  // The place was frozen, but the browser was killed before the draft was deleted.
  if (await get("outbox", found.id)) {
    await forget(found.id);
    return false;
  }
  Object.assign(place, found, { author });
  fixes.push(...(await all("fixes", place.id)));
  return true;
}

function forget(id) {
  return within(["places", "fixes"], "readwrite", (transaction) => {
    transaction.objectStore("places").delete(id);
    transaction.objectStore("fixes").delete(IDBKeyRange.bound([id], [id, []]));
  });
}

/* --- storing, strictly in order --- */

let last = Promise.resolve();

function keep(write) {
  last = last.then(write).catch((fault) => failed(fault));
  return last;
}

/** Write the place to disk; resolves when it and all earlier writes are done. */
export function save() {
  place.changed_at = new Date().toISOString();
  return keep(() => put("places", { ...place }));
}

/** Store a fix; it is on disk when this resolves, and counts from then on. */
export function add(fix) {
  const kept = { place: place.id, number: fixes.length, corner: false, undone: false, ...fix };
  fixes.push(kept);
  return keep(() => put("fixes", kept));
}

/** Undo fixes by their indices in the list: they stay stored, but no longer count. */
export function takeBack(positions) {
  for (const at of positions) fixes[at].undone = true;
  const taken = positions.map((at) => ({ ...fixes[at] }));
  return keep(() =>
    within("fixes", "readwrite", (transaction) => {
      for (const fix of taken) transaction.objectStore("fixes").put(fix);
    }),
  );
}

/* --- proposing --- */

/** Freeze the place into the outbox and store the opening of its form, in one transaction; resolves to its document. */
export async function propose(author, near, blankOpening) {
  await last;
  const document = documentOf(place, fixes, { author, near });
  await freeze(document, {
    kind: "place",
    siteName: document.name,
    stores: ["openings", "places", "fixes"],
    also: (transaction) => {
      transaction.objectStore("openings").put(openingOf(document, blankOpening));
      transaction.objectStore("places").delete(place.id);
      transaction.objectStore("fixes").delete(IDBKeyRange.bound([place.id], [place.id, []]));
    },
  });
  return document;
}
