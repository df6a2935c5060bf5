// @ts-check
// Migrates a draft to the current edition: the differences are shown first, and the draft under its own edition stays unchanged.

import { element, fill } from "../dom.js";
import { written } from "./answers.js";
import { save, visit } from "./draft.js";
import { edition, form, questions, words } from "./form_page.js";
import { all, put } from "./store.js";

const panel = document.getElementById("edition");
const { newest } = form.dataset;

/** Offer to migrate a draft that is not under the newest edition. */
export function offerMove() {
  const button = element("button", { type: "button", className: "button second", text: words.move });
  button.addEventListener("click", () => showChanges(button));
  panel.replaceChildren(element("p", { text: fill(words.older, { edition }) }), element("p", {}, button));
  panel.hidden = false;
}

async function showChanges(button) {
  let changes;
  try {
    const answer = await fetch(`/api/editions/${encodeURIComponent(edition)}/${encodeURIComponent(newest)}/changes`);
    if (!answer.ok) throw new TypeError(answer.statusText);
    changes = await answer.json();
  } catch {
    panel.append(element("p", { className: "error-text", role: "alert", text: words.no_changes }));
    return;
  }
  button.remove();
  const go = element("button", { type: "button", className: "button", text: words.move });
  go.addEventListener("click", () => move(changes));
  panel.append(
    element("h2", { text: fill(words.changes, { edition: newest }) }),
    ...["added", "dropped", "changed"].filter((kind) => changes[kind].length).map((kind) => list(words[kind], changes[kind])),
    element("p", {}, go),
  );
}

function list(title, entries) {
  const lines = entries.map(({ id, title: name, what }) => {
    const answered = questionsOf(id).some((question) => question in visit.values);
    return element("li", {}, element("span", { className: "code", text: id }), ` ${name}`, what && element("span", { className: "muted", text: ` · ${[what].flat().join(", ")}` }), answered && element("strong", { text: ` · ${words.answered}` }));
  });
  return element("div", {}, element("h3", { text: `${title} (${entries.length})` }), element("ul", { className: "plain" }, ...lines));
}

// The changes name requirements. A requirement has one question with its own id, or several with ids below it.
function questionsOf(id) {
  return [...questions.keys()].filter((question) => question === id || question.startsWith(`${id}.`));
}

async function move({ dropped, changed, again = changed.map(({ id }) => id) }) {
  await save();
  const lost = new Set([...dropped.map(({ id }) => id), ...again].flatMap(questionsOf));
  const keep = (record) => Object.fromEntries(Object.entries(record).filter(([name]) => !lost.has(name)));
  const moved = { ...visit, id: crypto.randomUUID(), edition: newest, values: keep(written()), begun_under: edition, aside: false };
  for (const photo of await all("photos", visit.id)) await put("photos", { ...photo, visit: moved.id });
  await put("drafts", moved);
  await put("drafts", { ...visit, aside: true, moved: moved.id });
  location.assign(`?edition=${encodeURIComponent(newest)}`);
}
