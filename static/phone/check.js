// @ts-check
// Form of a check: hides the questions it was not opened for; they can be shown at any time.

import { element, fill } from "../dom.js";
import { itemQuestions, shownFor } from "./check_asks.js";
import { save, visit } from "./draft.js";
import { form, questions, words } from "./form_page.js";
import { limitItems, takeListed } from "./items.js";

const panel = document.getElementById("check");
const parts = [...form.querySelectorAll("#facts, #equipment, .chapter")];
const requirements = [...form.querySelectorAll(".requirement[id^='r-']")].map((box) => ({
  box,
  id: box.id.slice(2),
  questions: [...box.querySelectorAll(".foot")].map((foot) => /** @type {HTMLElement} */ (foot.parentElement).id.slice(2)),
  needs: (box.dataset.needs ?? "").split(" ").filter(Boolean),
}));
const about = form.querySelector(".facts");
const items = document.getElementById("items");
const opened = new Set();
let again = () => {};

panel.querySelector("a").addEventListener("click", (event) => {
  event.preventDefault();
  visit.check = null;
  save();
  again();
  form.focus();
});

// A fact that the surveyor answered is sent even if it is unchanged.
form.addEventListener("input", ({ target }) => {
  if (!about.contains(target) || visit.touched?.includes(target.name)) return;
  visit.touched = [...(visit.touched ?? []), target.name];
  save();
});

/** Show the questions the visit was opened for, or all of a full visit; then call `changed()`. */
export function show(table, changed) {
  again = () => show(table, changed);
  const ids = form.elements["visit.scope"].value === "check" ? visit.check : null;
  const shown = ids && shownFor(ids, requirements);
  const closed = Boolean(ids) && !shown;
  panel.hidden = !shown;
  for (const { box, id } of requirements) mark(box, shown ? !shown.requirements.has(id) : closed && !opened.has(box.closest(".chapter")));
  for (const box of about.querySelectorAll(".question")) mark(box, shown ? !shown.questions.has(box.id.slice(2)) : closed && !opened.has(about.parentElement));
  mark(about, !about.querySelector(".question:not([data-left])"));
  const ofItems = shown && itemQuestions(table.equipment, shown);
  const complete = questions.get(table.equipment.complete);
  if (complete) mark(complete, Boolean(shown));
  mark(items, shown ? !ofItems?.size : closed && !opened.has(items.parentElement));
  limitItems(ofItems?.size ? ofItems : null);
  if (ofItems?.size) takeListed();
  for (const part of parts) showPart(part, closed && !opened.has(part), Boolean(shown));
  changed();
}

function showPart(part, closed, chosen) {
  for (const more of part.querySelectorAll(".more")) {
    const some = more.querySelector(".requirement:not([data-left])");
    mark(more, !some);
    if (chosen && some) more.open = true;
  }
  const empty = chosen && !part.querySelector(".requirement:not([data-left])");
  mark(part, empty);
  const link = document.querySelector(`#jump-list a[href="#${part.id}"]`);
  mark(link.parentElement, empty);
  let button = part.querySelector(":scope > .open-part");
  if (!closed) return button?.remove();
  if (button) return undefined;
  const count = part.querySelectorAll(".foot").length;
  button = element("button", { type: "button", className: "button second open-part", text: fill(words.open_part, { count }) });
  button.addEventListener("click", () => {
    opened.add(part);
    again();
    part.querySelector("h2").scrollIntoView({ block: "start" });
    part.querySelector("input")?.focus({ preventScroll: true });
  });
  return part.querySelector("h2").after(button);
}

function mark(box, left) {
  box.toggleAttribute("data-left", left);
}
