// @ts-check
// Drafts without a site, left by earlier versions: they can be deleted or assigned to a site.

import { element, fill } from "../dom.js";
import { when } from "./formatting.js";
import { change } from "./store.js";

/** Number of the surveyor's answers in a draft, without prefilled facts. */
export function answersIn({ values }, facts) {
  return Object.keys(values).filter((field) => !field.startsWith("visit.") && !facts.has(field)).length;
}

/** Whether a draft has no answers, notes, positions or photos. */
export function isBlank(draft, facts) {
  const { photos = [], items = [], notes = {} } = draft;
  return !answersIn(draft, facts) && !photos.length && !items.length && !Object.keys(notes).length;
}

/** Return the card of all empty drafts; `erase()` deletes them. */
export function blankItem(drafts, { words, buttons, erase }) {
  return element("li", { className: "card entry" }, element("h3", { text: fill(words.ghosts, { count: drafts.length }) }), element("p", { className: "small", text: words.ghosts_why }), buttons({ delete: erase }));
}

/** Return the card of a draft with contents: it is assigned to the chosen site, or deleted. */
export function ghostItem(draft, answers, { words, buttons, erase, sites, drafts }) {
  const id = `to-${draft.id}`;
  const choice = element("select", { id }, element("option", { value: "", text: words.choose_place }), ...sites.map((site) => element("option", { value: site.id, text: [site.name, site.kelurahan].filter(Boolean).join(", ") })));
  choice.addEventListener("change", () => choice.value && give(draft, sites.find((site) => site.id === choice.value), drafts));
  const about = [fill(words.answers, { count: answers }), draft.photos.length && fill(words.pictures, { count: draft.photos.length }), fill(words.changed, { when: when(draft.changed_at || draft.begun_at) })];
  return element(
    "li",
    { className: "card entry" },
    element("h3", { text: words.ghost }),
    element("p", { className: "muted small", text: about.filter(Boolean).join(" · ") }),
    element("p", { className: "small", text: words.ghost_why }),
    element("p", { className: "field" }, element("label", { htmlFor: id, text: words.ghost_to }), choice),
    buttons({ delete: erase }),
  );
}

// If that site has a draft already, this one is set aside as its second draft.
function give(draft, { id: site, name: siteName }, drafts) {
  const aside = drafts.some((each) => each.site === site && each.edition === draft.edition && !each.aside);
  return change("drafts", draft.id, (kept) => ({ ...kept, site, siteName, aside }));
}
