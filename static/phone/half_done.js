// @ts-check
// Hands an unfinished visit to a colleague as a file, and reads such a file; the visit keeps its id under another author. The given draft
// stays on this phone, marked, and can be taken back until the colleague has sent it. The second sender gets a message from the server.

import { element, fill } from "../dom.js";
import { zip } from "./parcel.js";
import { all, get, put, sha256, within } from "./store.js";
import { unzip } from "./unzip.js";

const FORMAT = 1;
const DRAFT = "draft.json";
const LONGEST = 1_000_000; // maximum characters of a draft, as for a visit on the server
const MINUTE_MS = 60_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH = /^[0-9a-f]{64}$/;

/* --- giving --- */

/** Write a draft to a file, mark the draft as given, and share or save the file; resolves to a message. */
export async function give(draft, person, words) {
  const at = new Date().toISOString();
  const kept = await all("photos", draft.id);
  const named = draft.photos.filter(({ sha256: hash }) => kept.some((photo) => photo.sha256 === hash));
  const { given, aside, at: place, ...rest } = draft;
  const told = { format: FORMAT, given_by: { author: person.id, name: person.name, at, begun_at: draft.begun_at }, draft: { ...rest, photos: named } };
  const files = [{ name: DRAFT, bytes: new TextEncoder().encode(JSON.stringify(told)) }, ...kept.map(({ sha256: hash, bytes }) => ({ name: `photos/${hash}.jpg`, bytes }))];
  const name = `${words.half_file}-${plain(draft.siteName || draft.site)}-${at.slice(0, 10)}.zip`;
  const file = new File([zip(files)], name, { type: "application/zip" });
  await put("drafts", { ...draft, given: { at } });
  await pass(file);
  return fill(words.half_given, { name });
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

async function pass(file) {
  if (navigator.canShare?.({ files: [file] })) {
    const shared = await navigator.share({ files: [file] }).then(() => true, () => false); // sharing failed: save it instead
    if (shared) return;
  }
  const link = element("a", { href: URL.createObjectURL(file), download: file.name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), MINUTE_MS);
}

/** Take back a given draft, unless the server knows that the colleague has sent it; resolves to a message. */
export async function takeBack(draft, words) {
  const answer = await fetch(`/api/visits/${draft.id}/colleague`, { cache: "no-store" }).catch(() => null);
  const name = answer?.ok ? (await answer.json()).name : undefined; // null: it was not sent
  if (name) {
    await put("drafts", { ...draft, given: { ...draft.given, sent_by: name } });
    return fill(words.half_sent, { name });
  }
  const { given, ...rest } = draft;
  await put("drafts", { ...rest, was_given: true }); // keeps the id, by which the server recognises the visit
  return name === null ? words.half_back : words.half_back_unsure;
}

/* --- taking --- */

/** Return {told, photos} of a file with unfinished work, null for any other file. */
export async function halfDone(file) {
  const entries = unzip(await file.arrayBuffer());
  const draft = entries?.find(({ name }) => name === DRAFT);
  return entries && draft ? { text: new TextDecoder().decode(draft.bytes), photos: entries.filter(({ name }) => name.startsWith("photos/")) } : null;
}

/** Import unfinished work for `person`; resolves to a message. */
export async function takeHalfDone({ text, photos }, person, words) {
  const told = read(text);
  if (!told) return words.half_broken;
  const { draft, given_by: giver } = told;
  const fill_in = { name: draft.siteName, giver: giver.name };
  if (giver.author === person.id) return words.half_own;
  if ((await get("drafts", draft.id)) || (await get("outbox", draft.id))) return fill(words.half_here, fill_in);
  const bytes = new Map();
  for (const { name, bytes: data } of photos) bytes.set(name.slice("photos/".length).split(".")[0], data);
  for (const { sha256: hash } of draft.photos) {
    if (!bytes.has(hash) || (await sha256(bytes.get(hash))) !== hash) return words.half_broken;
  }
  const now = new Date().toISOString();
  const { "visit.stage": stage, ...values } = draft.values;
  const mine = {
    ...draft,
    author: person.id,
    values: { ...values, "visit.auditor": [person.name] },
    given_by: { author: giver.author, at: giver.at, begun_at: giver.begun_at },
    begun_at: now,
    changed_at: now,
    replaces: null,
    aside: false,
  };
  await within(["drafts", "photos"], "readwrite", (transaction) => {
    for (const hash of new Set(draft.photos.map((photo) => photo.sha256))) transaction.objectStore("photos").put({ visit: draft.id, sha256: hash, bytes: bytes.get(hash), type: "image/jpeg" });
    transaction.objectStore("drafts").put(mine);
  });
  return fill(words.half_taken, fill_in);
}

/** Return the contents of such a file if every part has the expected type, else null. */
export function read(text) {
  if (text.length > LONGEST) return null;
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    return null;
  }
  const { draft, given_by: giver } = told ?? {};
  if (told?.format !== FORMAT || !isText(giver?.author) || !isText(giver.name) || !isMoment(giver.at)) return null;
  if (!isDraft(draft)) return null;
  const { id, site, siteName, edition, values, notes, items, photos, position, check, sure, begun_under, touched } = draft;
  const kept = { id, site, siteName, edition, values, notes, items: items.map(plainItem), photos, position: position ?? null, at: "", check: Array.isArray(check) ? check : null, sure: sure === true };
  const begun_at = isMoment(giver.begun_at) ? giver.begun_at : null;
  return {
    given_by: { author: giver.author, name: giver.name, at: giver.at, begun_at },
    draft: { ...kept, ...(isText(begun_under) && { begun_under }), ...(Array.isArray(touched) && { touched }) },
  };
}

// Whether every part of a draft has the expected type.
function isDraft(draft) {
  if (!UUID.test(draft?.id) || ![draft.site, draft.siteName, draft.edition].every(isText) || draft.replaces) return false;
  if (!isRecord(draft.values, (value) => Array.isArray(value) && value.every(isString)) || !isRecord(draft.notes, isString)) return false;
  if (!Array.isArray(draft.items) || !Array.isArray(draft.photos) || !isPoint(draft.position)) return false;
  return draft.items.every(isItem) && draft.photos.every(isPhoto);
}

const isString = (value) => typeof value === "string";
const isItem = (item) => isText(item?.id) && [item.kind, item.name, item.note].every(isString) && isRecord(item.answers, () => true);
const isPhoto = (photo) => HASH.test(photo?.sha256) && [photo.question, photo.item].every(isString) && photo.bytes > 0 && isPoint(photo.position);
// Typed text that could not be parsed is not an answer; the question is asked again.
const plainItem = ({ id, kind, name, gone, same_as: under, answers, note }) => ({ id, kind, name, gone: gone === true, ...(isText(under) && { same_as: under }), answers, note });
const isText = (value) => typeof value === "string" && value !== "" && value.length <= 500;
const isMoment = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));
const isRecord = (value, fits) => value !== null && typeof value === "object" && !Array.isArray(value) && Object.values(value).every(fits);
const isPoint = (value) => value === null || value === undefined || (Number.isFinite(value.lon) && Number.isFinite(value.lat));
