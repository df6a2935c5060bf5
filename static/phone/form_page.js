// @ts-check
// Elements of the form's page that all its scripts use: the form, its questions and its texts.
// Scripts contain no texts; `words` has them in the language of the page.

import { element } from "../dom.js";

export const form = document.getElementById("form");
export const words = JSON.parse(form.dataset.words);
export const edition = form.dataset.edition;

// A question is a box with a foot; the field for the kind of visit has no foot and is not a question.
/** @type {Map<string, HTMLElement>} */
export const questions = new Map();
for (const foot of form.querySelectorAll(".foot")) {
  const box = /** @type {HTMLElement} */ (foot.parentElement);
  questions.set(box.id.slice(2), box);
}

/** Return the wording of a question. */
export function asked(id) {
  return questions.get(id)?.querySelector("legend").textContent ?? "";
}

/**
 * Return the element below a question for notes, photos and the reviewer's remarks; it is created when first needed.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function extras(id) {
  const box = /** @type {HTMLElement} */ (questions.get(id));
  let below = box?.querySelector(".extras");
  if (box && !below) box.append((below = element("div", { className: "extras" })));
  return below;
}
