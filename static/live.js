// @ts-check
// Live estimate while the form is filled, computed after each answer with the server's table.
// It is a preview only: the server's result after sending counts.

import { element, fill } from "./dom.js";
import { encode, joined, judge, leftOut, standingOf } from "./judge.js";
import { faultOf, has, typedAnswers } from "./phone/answers.js";
import { goTo } from "./phone/chapters.js";
import { extras, form, asked, questions, words } from "./phone/form_page.js";
import { amount } from "./phone/formatting.js";

const line = document.getElementById("live");
const panel = document.getElementById("missing");
const requirements = [...form.querySelectorAll(".requirement[id]")].filter((box) => box.id.startsWith("r-"));
const notes = [...form.querySelectorAll(".left-out")];

/**
 * Return functions that update the page after each answer, by an edition's table. `also(answers)` may add answers from elsewhere;
 * `beside(answers)` returns the measurements and the reasons for overriding them.
 * @param {Table} table
 * @param {(answers: Answers) => Answers} [also]
 * @param {(answers: Answers) => Beside} [beside]
 */
export function estimating(table, also = (answers) => answers, beside = () => ({ measured: {}, reasons: {} })) {
  let verdict = null;
  const wholeOf = new Map(table.guards.filter(({ whole }) => whole !== null).map(({ question, whole }) => [question, whole]));

  /** Hide requirements that certainly do not apply, by the known facts of the site. */
  function showWhatApplies() {
    const typed = typedAnswers(table);
    const out = leftOut(table, also(typed), beside(typed));
    for (const box of requirements) {
      // An answer to be corrected must stay visible.
      const hidden = out.has(box.id.slice(2)) && !box.querySelector("[aria-invalid]");
      if (box.hidden !== hidden) box.hidden = hidden;
    }
    // Questions of the site that items answer are still visible, so the questions that depend on them stay too.
    showWhatIsAsked(standingOf(table, joined(table, encode(table, { ...typed, ...also(typed) }), beside(typed))));
    for (const note of notes) {
      const count = note.parentElement?.querySelectorAll(".requirement[hidden]").length;
      note.hidden = count === 0;
      if (count) note.textContent = fill(form.dataset.hidden, { count });
    }
  }

  // Hide questions that are not asked, or not yet; their answers stay stored and are named in a note instead.
  function showWhatIsAsked(standing) {
    const kept = new Map();
    for (const [id, state] of Object.entries(standing)) {
      const box = questions.get(id);
      if (!box) continue;
      const answered = has(id);
      // A number to be corrected must stay visible.
      const hidden = (state === "not_asked" || (state === "waiting" && !answered)) && !(answered && faultOf(id)) && !box.querySelector("[aria-invalid]");
      box.toggleAttribute("data-unasked", hidden);
      if (wholeOf.has(id)) tellAbove(id, state === "above");
      const requirement = box.closest(".requirement");
      if (!kept.has(requirement)) kept.set(requirement, []);
      if (hidden && answered) kept.get(requirement).push(asked(id));
    }
    for (const [requirement, names] of kept) tellKept(requirement, names);
  }

  function tellKept(requirement, names) {
    let line = requirement.querySelector(":scope > .kept");
    if (!line && !names.length) return;
    if (!line) requirement.append((line = element("p", { className: "kept muted", role: "status" })));
    const text = names.length ? fill(words.kept, { questions: names.join(" · ") }) : "";
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !text;
  }

  function tellAbove(id, above) {
    let line = document.getElementById(`o-${id}`);
    if (!line && !above) return;
    if (!line) extras(id).prepend((line = element("p", { id: `o-${id}`, className: "error-text", role: "status" })));
    const text = above ? fill(words.above, { whole: asked(wholeOf.get(id)) }) : "";
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !above;
  }

  function show() {
    const typed = typedAnswers(table);
    verdict = judge(table, also(typed), beside(typed));
    const { status, score, red, must_fix: mustFix, undetermined } = verdict;
    // Without a determined status only the score range is shown.
    const parts = ["undetermined", "not_audited"].includes(status) ? [] : [words.status[status]];
    if (score) {
      const [low, high] = score.map((points) => amount(points));
      parts.push(fill(low === high ? words.one : words.range, { low, high, max: amount(table.maximum) }));
    }
    if (red.length) parts.push(fill(words.red, { count: red.length }));
    if (mustFix.length) parts.push(fill(words.must_fix, { count: mustFix.length }));
    if (undetermined.length) parts.push(fill(words.open, { count: undetermined.length }));
    line.textContent = parts.join(" · ");
    line.dataset.status = status;
    line.hidden = false;
    list();
  }

  /** List undetermined and unmet mandatory, must-fix and before-audit requirements as links; filled only if the section is open. */
  function list() {
    const { red, must_fix: mustFix, before_audit: askedFor, undetermined } = verdict;
    fold(panel.querySelector(".unmet"), red, words.unmet);
    fold(panel.querySelector(".fix-first"), mustFix, words.fix_first);
    fold(panel.querySelector(".asked-for"), askedFor, words.asked_for);
    fold(panel.querySelector(".unanswered"), undetermined, words.missing, words.nothing_missing);
  }

  const questionsOf = new Map(table.requirements.map(({ id, questions }) => [id, questions]));

  function fold(details, ids, text, none = "") {
    details.hidden = !ids.length && !none;
    details.firstElementChild.textContent = ids.length ? fill(text, { count: ids.length }) : none;
    const links = details.querySelector("ul");
    if (!details.open) return links.replaceChildren();
    return links.replaceChildren(...ids.map((id) => element("li", {}, link(id))));
  }

  function link(id) {
    const title = document.querySelector(`[id="r-${id}"] h3`)?.textContent ?? asked(questionsOf.get(id)?.[0] ?? "");
    const found = element("a", { href: `#r-${id}` }, element("span", { className: "code", text: id }), ` ${title}`);
    found.addEventListener("click", (event) => {
      if (questionsOf.get(id)?.some((question) => goTo(question))) event.preventDefault();
    });
    return found;
  }

  for (const details of panel.querySelectorAll("details")) details.addEventListener("toggle", () => verdict && list());
  return { showWhatApplies, show };
}
