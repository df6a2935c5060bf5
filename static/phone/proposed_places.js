// @ts-check
// Merges the proposed places in the outbox with those in the server's work list.
// Pure: the caller provides entries and work list.

import { PLACE_DECLINED, PLACE_MERGED, PLACE_PROPOSED } from "../generated/terms.js";
import { middle } from "./ground.js";

/** Return the document of an entry of the outbox. */
export function documentIn({ bytes }) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Return the proposed places in the outbox as list entries: [{id, name, point, proposed}]. */
export function placesIn(entries) {
  return entries
    .filter(({ kind }) => kind === "place")
    .map((entry) => {
      const { site, name, geometry } = documentIn(entry);
      return { id: site, name, point: geometry.type === "Point" ? geometry.coordinates : middle(geometry), proposed: true };
    });
}

/**
 * Return one person's proposals, newest first: [{site, name, state, into, reason, sent}]. `state` is that of the server, "waiting" until it
 * has the place, or "refused"; the server's list takes precedence over a receipt stored earlier.
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

/** Return the site to audit for a proposal: itself, the site it was merged into, or "" if it was declined. */
export function auditedAs({ site, state, into }) {
  return state === PLACE_MERGED ? (into ?? "") : state === PLACE_DECLINED ? "" : site;
}

/** Return the names of proposed places: [[site, name]]; a merged one has the name of its target. */
export function namesOfPlaces(work) {
  const known = new Map((work?.sites ?? []).map(({ id, name }) => [id, name]));
  return (work?.places ?? []).map(({ site, name, into }) => [site, known.get(into) ?? name]);
}
