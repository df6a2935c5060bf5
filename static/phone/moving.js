// @ts-check
// Moves a draft to another site: keeps the surveyor's answers, drops those prefilled from the former site. Pure.

/**
 * Return the draft for `site` {id, name}; `before` and `after` are the openings of the two sites ({known, items}), `asTyped` formats an
 * answer for the form, `fresh()` returns a new item id.
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

/** Return the `sites` [{id, name, point}] nearer to `point` than `metres`, with their distance, nearest first, at most `most`. */
export function nearer(sites, own, point, metres, distance, most) {
  return sites
    .filter(({ id, point: place }) => id !== own && place)
    .map((site) => ({ ...site, metres: distance(point, site.point) }))
    .filter((site) => site.metres < metres)
    .sort((one, other) => one.metres - other.metres)
    .slice(0, most);
}
