// @ts-check
// Merges the sent version of a visit into its correction, and lists what a version removes from the one before.
// Pure; the same rules as rba_audit/fieldwork/corrections.py.

const says = (text) => typeof text === "string" && text.trim() !== "";
const placeOf = ({ sha256, question, item }) => `${sha256} ${question ?? ""} ${item ?? ""}`;

/** Return what `before` contains and `after` does not, in the order of `before`: [{kind, of, beside}]. */
export function removals(before, after) {
  const found = [];
  const add = (kind, of = "", beside = "") => found.push({ kind, of, beside });
  for (const id of Object.keys(before.answers)) if (!(id in after.answers)) add("answer", id);
  for (const [id, text] of Object.entries(before.notes ?? {})) if (says(text) && !says(after.notes?.[id])) add("note", id);
  if (says(before.note) && !says(after.note)) add("visit_note");
  if (before.position && !after.position) add("position");
  const still = new Map((after.items ?? []).map((item) => [item.id, item]));
  for (const item of before.items ?? []) ofItem(item, still.get(item.id), add);
  const photos = new Set((after.photos ?? []).map(placeOf));
  for (const photo of before.photos ?? []) if (!photos.has(placeOf(photo))) add("photo", photo.sha256, photo.question || photo.item || "");
  return found;
}

function ofItem({ id, answers = {}, note }, now, add) {
  if (!now) return add("item", id);
  for (const question of Object.keys(answers ?? {})) if (!(question in (now.answers ?? {}))) add("item_answer", id, question);
  return says(note) && !says(now.note) && add("item_note", id);
}

/** Merge notes, items, photos and position of a sent version into those of a draft; the draft takes precedence. */
export function carried(sent, draft) {
  const notes = { ...sent.notes };
  for (const [id, text] of Object.entries(draft.notes)) if (says(text) || !says(notes[id])) notes[id] = text;
  const own = new Map(draft.items.map((item) => [item.id, item]));
  const under = (item) => {
    const mine = own.get(item.id);
    return mine ? { ...item, ...mine, answers: { ...item.answers, ...mine.answers }, note: says(mine.note) ? mine.note : (item.note ?? "") } : structuredClone(item);
  };
  const listed = new Set((sent.items ?? []).map(({ id }) => id));
  const here = new Set(draft.photos.map(placeOf));
  return {
    notes,
    items: [...(sent.items ?? []).map(under), ...draft.items.filter(({ id }) => !listed.has(id))],
    photos: [...(sent.photos ?? []).filter((photo) => !here.has(placeOf(photo))), ...draft.photos],
    position: draft.position ?? sent.position ?? null,
  };
}
