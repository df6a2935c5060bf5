// @ts-check
// Final confirmation before freezing: a check drops untouched prefilled answers; for a full visit that would lose known answers, the user is asked.

import { element, fill } from "../dom.js";
import { judge } from "../judge.js";
import { fillIn, typedAnswers } from "./answers.js";
import { trimmed } from "./check_asks.js";
import { save, visit } from "./draft.js";
import { form, words } from "./form_page.js";
import { foldItems } from "./items.js";
import { beside } from "./measured.js";

const NAMED = 5;

/**
 * Return the document to freeze, or null if it is not to be sent now; `tell(faults)` shows why.
 * @param {Visit} document
 * @param {Table} table
 * @param {Partial<Opening>} opening
 * @param {(faults: Fault[]) => void} tell
 * @returns {Promise<Visit | null>}
 */
export async function lastLook(document, table, { known = {}, items = [], settled = [], audited = false }, tell) {
  const facts = new Set(table.questions.filter(({ fact }) => fact).map(({ id }) => id));
  /** @returns {Visit} */
  const check = () => ({ ...trimmed(document, { facts, known, items, touched: visit.touched }), scope: "check" });
  let made = document;
  if (document.scope === "check") made = check();
  else if (document.stage === "auditor" || !audited) {
    const typed = typedAnswers(table);
    const open = new Set(judge(table, foldItems(typed), beside(typed)).undetermined);
    const answer = await askAbout(settled.filter((id) => open.has(id)));
    if (!answer) return null;
    if (answer === "check") {
      fillIn({ "visit.scope": ["check"] });
      save();
      made = check();
    }
  }
  if (Object.keys(made.answers).length || made.items.length || made.photos.length) return made;
  tell([{ target: "form", where: "", told: words.nothing }]);
  return null;
}

// Resolves to "full" if nothing would be lost or the user accepts it, to "check", or to nothing if the visit is not to be sent.
async function askAbout(lost) {
  if (!lost.length) return "full";
  const title = (id) => document.querySelector(`[id="r-${id}"] h3`)?.textContent ?? "";
  const named = lost.slice(0, NAMED).map((id) => element("li", {}, element("span", { className: "code", text: id }), ` ${title(id)}`));
  const more = lost.length > NAMED && element("p", { text: fill(words.lost_more, { count: lost.length - NAMED }) });
  const button = (value, look) => element("button", { className: look, value, text: words[`send_${value || "not"}`] });
  const dialog = element(
    "dialog",
    { id: "ask-lost", "aria-labelledby": "h-lost" },
    element(
      "form",
      { method: "dialog", className: "stack" },
      element("h2", { id: "h-lost", text: fill(words.lost, { count: lost.length }) }),
      element("p", { text: words.lost_why }),
      element("ul", {}, ...named),
      more,
      button("check", "button"),
      button("full", "button second"),
      button("", "quiet"),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  if (!dialog.returnValue) form.querySelector("#send button").focus();
  return dialog.returnValue;
}
