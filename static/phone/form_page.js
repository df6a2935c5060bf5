// @ts-check
// The parts of the form's page that every script needs: the form, its questions and its texts.
// No text stands in a script; `words` has them in the language of the page.

import { element } from "../dom.js";

export const form = document.getElementById("form");
export const words = JSON.parse(form.dataset.words);
export const edition = form.dataset.edition;

// A question has its fields and a foot; the kind of visit has no foot and is none.
/** @type {Map<string, HTMLElement>} */
export const questions = new Map();
for (const foot of form.querySelectorAll(".foot")) {
  const box = /** @type {HTMLElement} */ (foot.parentElement);
  questions.set(box.id.slice(2), box);
}

/** The words of a question. */
export function asked(id) {
  return questions.get(id)?.querySelector("legend").textContent ?? "";
}

/**
 * The element below a question for what only some questions have: notes, photos, what the reviewer wrote.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function extras(id) {
  const box = /** @type {HTMLElement} */ (questions.get(id));
  let below = box?.querySelector(".extras");
  if (box && !below) box.append((below = element("div", { className: "extras" })));
  return below;
}
