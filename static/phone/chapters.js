// @ts-check
// Brings the chapters of the form in one after the other: the first thing on a slow phone is a form that takes answers.
// What every question can do (photo, note, clearing) comes with its chapter.

import { form, questions } from "./form_page.js";

const chapters = [...form.querySelectorAll(".chapter")];
const tools = /** @type {HTMLElement} */ (document.getElementById("tools").content.firstElementChild);
const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));

/** Bring a chapter in, with what each question can do. */
export function showChapter(chapter) {
  if (!chapter || chapter.classList.contains("shown")) return;
  chapter.classList.add("shown");
  addTools(chapter);
}

function addTools(part) {
  for (const foot of part.getElementsByClassName("foot")) {
    const copy = /** @type {HTMLElement} */ (tools.cloneNode(true));
    const legend = `l-${foot.parentElement.id.slice(2)}`;
    for (const button of copy.children) button.setAttribute("aria-describedby", legend);
    foot.append(copy);
  }
}

for (const part of form.querySelectorAll(".part:not(.chapter)")) addTools(part);

/** Show every chapter at once: somebody wants to go to one of them. */
export function showChapters() {
  for (const chapter of chapters) showChapter(chapter);
}

/** Show them one by one, whenever the phone has nothing better to do. */
export function showChaptersSoon() {
  const next = chapters.find((chapter) => !chapter.classList.contains("shown"));
  if (!next) return;
  showChapter(next);
  idle(showChaptersSoon, { timeout: 100 });
}

addEventListener("hashchange", showChapters);
document.addEventListener("click", ({ target }) => target instanceof Element && target.closest("a[href^='#']") && showChapters(), { capture: true });

/** Go to a question: open what folds it, bring it to the middle, and put the keyboard there. */
export function goTo(id) {
  const box = questions.get(id);
  const requirement = box?.closest(".requirement");
  if (!box || box.hidden || box.hasAttribute("data-unasked") || requirement?.hidden) return false;
  showChapter(box.closest(".chapter"));
  // What was sifted out, or stands behind one question, comes back.
  if (box.closest("[data-sifted]") || document.documentElement.classList.contains("one")) form.dispatchEvent(new Event("reveal"));
  const folded = box.closest("details.more");
  if (folded) folded.open = true;
  box.scrollIntoView({ block: "center" });
  box.querySelector("input:checked, input")?.focus({ preventScroll: true });
  return true;
}
