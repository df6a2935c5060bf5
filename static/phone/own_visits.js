// @ts-check
// Lists of a surveyor's own visits: those sent back for correction, and the review state of each.

import { VISIT_HAS_ISSUES } from "../generated/terms.js";
import { element, fill } from "../dom.js";
import { day } from "./days.js";
import { buttons, documentOf } from "./entries.js";
import { formOf } from "./form_address.js";
import { showAll } from "./keyed_list.js";
import { namesOfPlaces } from "./proposed_places.js";
import { edition, lists, surveys, words } from "./queue_page.js";

/**
 * Show the visits that were sent back.
 * @param {Work | null} work
 * @param {Entry[]} entries
 * @param {Draft[]} drafts
 */
export function showFixes(work, entries, drafts) {
  const fixes = fixesOf(work);
  const waits = new Set(entries.filter(({ kind, state }) => kind === "visit" && state !== "sent").map((entry) => documentOf(entry).replaces));
  const begun = new Map(drafts.map((draft) => [draft.replaces, draft.id]));
  const names = namesOf(work);
  lists.fixes.hidden = !fixes.length;
  showAll(
    lists.fixes.querySelector("ul"),
    fixes.map((receipt) => ({ ...receipt, id: receipt.visit })),
    ({ site, visit, notes }) => [names.get(site), notes, waits.has(visit), begun.get(visit)],
    (receipt) => fixItem(receipt, names.get(receipt.site), waits.has(receipt.visit), begun.get(receipt.visit)),
  );
}

function fixItem({ site, visit, edition: own = edition, day: of, version, scope, notes = [] }, name, waits, draft) {
  const link = surveys && name && !waits && buttons({ form: formOf(site, { edition: own === edition ? "" : own, draft: draft ?? "", fix: draft ? "" : "1" }) }); // a check begun at that site is not a correction
  if (link) link.firstElementChild.textContent = draft ? words.fix_goes_on : words.fix;
  return element(
    "li",
    { className: "card entry fix", id: `fix-${visit}` },
    element("h3", { text: name ?? site }),
    element("p", { className: "muted small", text: [scope === "check" && words.check, of && day(of), fill(words.version, { number: version })].filter(Boolean).join(" · ") }),
    element("ul", {}, ...notes.map(({ question, told: note }) => element("li", {}, element("strong", { text: `${question || words.whole}: ` }), note))),
    waits && element("p", { text: words.fix_waits }),
    !surveys && element("p", { className: "small", text: words.no_form }),
    surveys && !name && element("p", { className: "small", text: words.no_area }),
    link,
  );
}

/**
 * Show the review state of each visit.
 * @param {Work | null} work
 */
export function showOwn(work) {
  const own = (work?.own ?? []).map((receipt) => ({ ...receipt, id: receipt.visit }));
  const names = namesOf(work);
  lists.own.hidden = !own.length;
  showAll(
    lists.own.querySelector("ul"),
    own,
    ({ site, state, missing, lost }) => [names.get(site), state, missing, lost],
    ({ site, day: of, version, scope, state, missing = [], lost = [], handed_over: by = "" }) =>
      element(
        "li",
        { className: "row spread own" },
        element("span", {}, element("strong", { text: names.get(site) ?? site }), element("span", { className: "muted small", text: ` ${[scope === "check" && words.check, of && day(of), version > 1 && fill(words.version, { number: version })].filter(Boolean).join(" · ")}` })),
        element("span", { text: [words.state[state] ?? state, missing.length && fill(words.misses, { count: missing.length }), lost.length && words.lost, by && fill(words.handed_over, { name: by })].filter(Boolean).join(" · ") }),
      ),
  );
}

/**
 * Return the names of the sites that this phone knows, by id.
 * @param {Work | null} work
 * @returns {Map<string, string>}
 */
export function namesOf(work) {
  return new Map([...namesOfPlaces(work), ...(work?.sites ?? []).map(({ id, name }) => [id, name])]);
}

/**
 * Return the visits that were sent back.
 * @param {Work | null} work
 */
export function fixesOf(work) {
  return (work?.own ?? []).filter(({ state }) => state === VISIT_HAS_ISSUES);
}
