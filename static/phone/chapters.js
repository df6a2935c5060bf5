// @ts-check
// Inserts the chapters of the form one after the other, so that a slow phone accepts answers early.
// The buttons of each question (photo, note, clear) are added with its chapter.

import { form, questions } from "./form_page.js";

const chapters = [...form.querySelectorAll(".chapter")];
const tools = /** @type {HTMLElement} */ (document.getElementById("tools").content.firstElementChild);
const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 50));

/** Insert a chapter with the buttons of its questions. */
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

/** Insert all chapters at once, because the user goes to one of them. */
export function showChapters() {
  for (const chapter of chapters) showChapter(chapter);
}

/** Insert the chapters one by one when the browser is idle. */
export function showChaptersSoon() {
  const next = chapters.find((chapter) => !chapter.classList.contains("shown"));
  if (!next) return;
  showChapter(next);
  idle(showChaptersSoon, { timeout: 100 });
}

addEventListener("hashchange", showChapters);
document.addEventListener("click", ({ target }) => target instanceof Element && target.closest("a[href^='#']") && showChapters(), { capture: true });

/** Go to a question: open the folded sections around it, scroll it to the middle and focus it. */
export function goTo(id) {
  const box = questions.get(id);
  const requirement = box?.closest(".requirement");
  if (!box || box.hidden || box.hasAttribute("data-unasked") || requirement?.hidden) return false;
  showChapter(box.closest(".chapter"));
  // Show questions again that a search or the mode of one question at a time has hidden.
  if (box.closest("[data-sifted]") || document.documentElement.classList.contains("one")) form.dispatchEvent(new Event("reveal"));
  const folded = box.closest("details.more");
  if (folded) folded.open = true;
  box.scrollIntoView({ block: "center" });
  box.querySelector("input:checked, input")?.focus({ preventScroll: true });
  return true;
}
