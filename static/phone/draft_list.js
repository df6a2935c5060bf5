// @ts-check
// List of the drafts on this phone.

import { element, fill } from "../dom.js";
import { buttons } from "./entries.js";
import { formOf } from "./form_address.js";
import { when } from "./formatting.js";
import { answersIn, blankItem, ghostItem, isBlank } from "./ghosts.js";
import { showAll } from "./keyed_list.js";
import { namesOf } from "./own_visits.js";
import { edition, kept, lists, person, surveys, words } from "./queue_page.js";

/**
 * Show the drafts; `erase(store, ids, name)` deletes some, `half(draft, "give" or "takeBack")` hands one over or takes it back.
 * @param {Draft[]} found
 * @param {Work | null} work
 * @param {DraftActs} acts
 */
export async function showDrafts(found, work, { erase, half }) {
  const names = namesOf(work);
  const drafts = found.map((draft) => ({ ...draft, siteName: draft.siteName || names.get(draft.site) || "" }));
  const facts = new Map();
  for (const each of new Set(drafts.map((draft) => draft.edition))) facts.set(each, await factsOf(each));
  const blank = (draft) => !draft.site && isBlank(draft, facts.get(draft.edition));
  const ghosts = drafts.filter(blank);
  /** @type {(Partial<Draft> & { id: string, ghosts?: Draft[] })[]} */
  const shown = drafts.filter((draft) => !blank(draft)).sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1));
  if (ghosts.length) shown.push({ id: "ghosts", ghosts });
  const sites = work?.sites ?? [];
  lists.drafts.hidden = !shown.length;
  showAll(
    lists.drafts.querySelector("ul"),
    shown,
    (draft) => [draft.changed_at, draft.ghosts?.length, draft.given, draft.site, draft.siteName, sites.length, facts.get(draft.edition)?.size],
    (draft) => {
      if (draft.ghosts) return blankItem(ghosts, { words, buttons, erase: () => erase("drafts", ghosts.map(({ id }) => id), fill(words.ghosts, { count: ghosts.length })) });
      if (draft.site) return draftItem(draft, facts.get(draft.edition), { erase, half });
      const erased = () => erase("drafts", [draft.id], words.ghost);
      return ghostItem(draft, answersIn(draft, facts.get(draft.edition)), { words, buttons, erase: erased, sites, drafts });
    },
  );
}

/**
 * @param {Draft} draft
 * @param {Set<string>} facts
 * @param {DraftActs} acts
 */
function draftItem(draft, facts, { erase, half }) {
  const name = draft.siteName || draft.site;
  const mine = !draft.author || draft.author === person.id;
  const about = aboutOf(draft, answersIn(draft, facts), mine);
  const form = formOf(draft.site, { edition: draft.edition === edition ? "" : draft.edition, draft: draft.id });
  const remove = { delete: () => erase("drafts", [draft.id], name) };
  return element(
    "li",
    { className: "card entry" },
    element("h3", { text: name }),
    element("p", { className: "muted small", text: about.filter(Boolean).join(" · ") }),
    mine && !surveys && element("p", { className: "small", text: words.no_form }),
    mine ? buttons(draft.given ? { back: !draft.given.sent_by && (() => half(draft, "takeBack")), ...remove } : { form: surveys && form, give: surveys && !draft.replaces && (() => half(draft, "give")), ...remove }) : null,
  );
}

function aboutOf(draft, answers, mine) {
  return [
    draft.values["visit.scope"]?.[0] === "check" && words.check,
    fill(words.answers, { count: answers }),
    draft.photos.length && fill(words.pictures, { count: draft.photos.length }),
    fill(words.changed, { when: when(draft.changed_at || draft.begun_at) }),
    draft.edition !== edition && draft.edition,
    draft.given_by && words.half_begun_by,
    draft.given && fill(words.half_given_at, { when: when(draft.given.at) }),
    draft.given?.sent_by && fill(words.half_sent_by, { name: draft.given.sent_by }),
    !mine && fill(words.owner, { name: words.someone }),
  ];
}

// Prefilled facts are not answers of the surveyor.
async function factsOf(each) {
  try {
    const table = await (await fetch(kept[each][1])).json();
    return new Set(table.questions.filter(({ fact }) => fact).map(({ id }) => id));
  } catch {
    return new Set();
  }
}
