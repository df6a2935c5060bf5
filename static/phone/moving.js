// @ts-check
// A draft that goes on at another site: with what was answered there, and without what was only known of the place before. Pure.

/**
 * The draft as it goes on at `site` {id, name}; `before` and `after` are the openings of both ({known, items}), `asTyped` writes an
 * answer as the form has it, `fresh()` makes the id of an item.
 */
export function movedTo(draft, site, before, after, { asTyped, fresh }) {
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const onlyKnown = ([name, value]) => name in (before.known ?? {}) && same(value, asTyped(before.known[name]));
  const known = Object.fromEntries(Object.entries(after.known ?? {}).map(([name, value]) => [name, asTyped(value)]));
  const there = new Set((before.items ?? []).map(({ id }) => id));
  const looked = ({ id, gone, answers, note, typed }) => !gone && (!there.has(id) || Object.keys(answers).length || note || typed);
  const named = new Map(draft.items.filter(looked).map(({ id }) => [id, there.has(id) ? fresh() : id]));
  const items = draft.items.filter(looked).map(({ same_as: under, ...item }) => ({ ...item, id: named.get(item.id), ...(named.has(under) && { same_as: named.get(under) }) }));
  return {
    ...draft,
    site: site.id,
    siteName: site.name,
    values: { ...known, ...Object.fromEntries(Object.entries(draft.values).filter((each) => !onlyKnown(each))) },
    items,
    photos: draft.photos.map((photo) => ({ ...photo, item: named.get(photo.item) ?? "" })),
    at: "",
    sure: false,
  };
}

/** The sites of `sites` [{id, name, point}] that are nearer to `point` than `metres`, with how far each is, nearest first. */
export function nearer(sites, own, point, metres, distance, most) {
  return sites
    .filter(({ id, point: place }) => id !== own && place)
    .map((site) => ({ ...site, metres: distance(point, site.point) }))
    .filter((site) => site.metres < metres)
    .sort((one, other) => one.metres - other.metres)
    .slice(0, most);
}
