// @ts-check
// Drafts without a site, as earlier versions left them behind: shown for what they are, deleted, or given to the place they belong to.

import { element, fill } from "../dom.js";
import { when } from "./formatting.js";
import { change } from "./store.js";

/** How many answers of the surveyor a draft holds; facts are filled in by themselves. */
export function answersIn({ values }, facts) {
  return Object.keys(values).filter((field) => !field.startsWith("visit.") && !facts.has(field)).length;
}

/** Whether a draft holds nothing that anybody wrote, measured or photographed. */
export function isBlank(draft, facts) {
  const { photos = [], items = [], notes = {} } = draft;
  return !answersIn(draft, facts) && !photos.length && !items.length && !Object.keys(notes).length;
}

/** The card of all that hold nothing; `erase()` deletes them. */
export function blankItem(drafts, { words, buttons, erase }) {
  return element("li", { className: "card entry" }, element("h3", { text: fill(words.ghosts, { count: drafts.length }) }), element("p", { className: "small", text: words.ghosts_why }), buttons({ delete: erase }));
}

/** The card of one that holds something: it goes to the place that is chosen, or is deleted. */
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

// Where something was begun there already, it is the other draft of that place.
function give(draft, { id: site, name: siteName }, drafts) {
  const aside = drafts.some((each) => each.site === site && each.edition === draft.edition && !each.aside);
  return change("drafts", draft.id, (kept) => ({ ...kept, site, siteName, aside }));
}
