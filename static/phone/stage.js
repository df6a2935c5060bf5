// @ts-check
// Knows which kind of visit whoever is signed in makes: the only one of their role, or what they chose last; else it is asked.

import { fillIn, has } from "./answers.js";
import { form } from "./form_page.js";

const box = form.querySelector("[data-asks='visit.stage']");
const key = (author) => `rba-audit stage ${author.id}`;

/** Choose what is known of `author` {id, stages, stage}, leave out what their role does not make, and remember what is chosen. */
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
    return null; // it is forbidden: then it is asked
  }
}

function store(author, value) {
  try {
    localStorage.setItem(key(author), value);
  } catch {
    // it is forbidden: then it is asked again
  }
}
