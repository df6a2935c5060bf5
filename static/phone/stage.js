// @ts-check
// Selects the stage of the visit: the only one of the user's role, or the user's last choice; else the form asks.

import { fillIn, has } from "./answers.js";
import { form } from "./form_page.js";

const box = form.querySelector("[data-asks='visit.stage']");
const key = (author) => `rba-audit stage ${author.id}`;

/** Preselect the stage of `author` {id, stages, stage}, hide stages that their role may not use, and remember the choice. */
export function beginStage(author) {
  if (!author) return;
  const { stages } = author;
  if (stages) for (const label of box.querySelectorAll("label")) label.hidden = !stages.includes(label.querySelector("input").value);
  box.onchange = ({ target }) => store(author, /** @type {HTMLInputElement} */ (target).value);
  const known = stages?.length === 1 ? stages[0] : remembered(author) || author.stage;
  if (known && !has("visit.stage")) fillIn({ "visit.stage": [known] });
}

function remembered(author) {
  try {
    return localStorage.getItem(key(author));
  } catch {
    return null; // access is denied: the form asks
  }
}

function store(author, value) {
  try {
    localStorage.setItem(key(author), value);
  } catch {
    // access is denied: the form asks again
  }
}
