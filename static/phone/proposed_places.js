// @ts-check
// Which places somebody proposed from this phone, or proposed at all: what the outbox has and what the server said of it, as one list.
// Pure: entries and work are the caller's.

import { PLACE_DECLINED, PLACE_MERGED, PLACE_PROPOSED } from "../generated/terms.js";
import { middle } from "./ground.js";

/** The document in an entry of the outbox. */
export function documentIn({ bytes }) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** The proposed places in the outbox as places of a list: [{id, name, point, proposed}]. */
export function placesIn(entries) {
  return entries
    .filter(({ kind }) => kind === "place")
    .map((entry) => {
      const { site, name, geometry } = documentIn(entry);
      return { id: site, name, point: geometry.type === "Point" ? geometry.coordinates : middle(geometry), proposed: true };
    });
}

/**
 * One person's proposals, the newest first: [{site, name, state, into, reason, sent}]. `state` is the server's word, "waiting" until it has the
 * place, "refused" where it did not take it; the server's list counts before what the phone remembers of an earlier answer.
 */
export function proposals(entries, work, person) {
  const found = new Map();
  for (const { place, site, name, state, into = null, reason = "" } of work?.places ?? []) found.set(site, { id: place, site, name, state, into, reason });
  const mine = entries.filter(({ kind, author }) => kind === "place" && author === person).sort((one, other) => (one.since < other.since ? 1 : -1));
  for (const entry of mine) {
    const { id, site, siteName, state, receipt } = entry;
    const told = found.get(site);
    if (state === "sent" && told) continue;
    found.set(site, { id, site, name: siteName, state: state === "sent" ? (receipt?.state ?? PLACE_PROPOSED) : state === "refused" ? "refused" : "waiting", into: null, reason: "" });
  }
  const order = new Map(mine.map(({ site }, at) => [site, at]));
  return [...found.values()].sort((one, other) => (order.get(one.site) ?? Infinity) - (order.get(other.site) ?? Infinity) || 0);
}

/** The site that an audit of a proposal is of now: itself, the place that it was found to be, or "" where it was declined. */
export function auditedAs({ site, state, into }) {
  return state === PLACE_MERGED ? (into ?? "") : state === PLACE_DECLINED ? "" : site;
}

/** What proposed places are called: [[site, name]]; one that was merged by the name of the place that it is. */
export function namesOfPlaces(work) {
  const known = new Map((work?.sites ?? []).map(({ id, name }) => [id, name]));
  return (work?.places ?? []).map(({ site, name, into }) => [site, known.get(into) ?? name]);
}
