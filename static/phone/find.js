// @ts-check
// Search and filter of questions: by words, by kind of answer, or only open ones; the others are hidden meanwhile.

import { element, fill } from "../dom.js";
import { has } from "./answers.js";
import { showChapters } from "./chapters.js";
import { form, questions, words } from "./form_page.js";
import { open as openPanel } from "./progress.js";

const field = document.getElementById("find");
const chips = [...document.querySelectorAll("#sift input")];
const line = document.getElementById("sifted");
const parts = [...form.querySelectorAll(".part")];
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

const all = [...questions].map(([id, box]) => {
  const requirement = box.closest(".requirement"), part = box.closest(".part");
  const text = [id, requirement.querySelector("h3")?.textContent, part.querySelector("h2").textContent, box.querySelector("legend").textContent].join(" ");
  return { id, box, method: box.dataset.method, text: plain(text) };
});

/** Show the questions that match the panel. */
export function sift() {
  const wanted = plain(field.value.trim()).split(/\s+/).filter(Boolean);
  const chosen = chips.filter(({ checked }) => checked).map(({ value }) => value);
  const open = chosen.includes("open"), methods = chosen.filter((value) => value !== "open");
  const all_shown = !wanted.length && !chosen.length;
  let count = 0;
  for (const { id, box, method, text } of all) {
    const fits = all_shown || (wanted.every((word) => text.includes(word)) && (!methods.length || methods.includes(method)) && (!open || !has(id)));
    box.toggleAttribute("data-sifted", !fits);
    if (fits && !out(box)) count += 1;
  }
  const empty = (box) => !box.querySelector(".question:not([data-sifted])");
  for (const box of form.querySelectorAll(".requirement[id^='r-'], .facts, .items, details.more")) box.toggleAttribute("data-sifted", !all_shown && empty(box));
  for (const part of parts) part.toggleAttribute("data-sifted", !all_shown && empty(part));
  if (!all_shown) {
    showChapters();
    for (const more of form.querySelectorAll("details.more:not([data-sifted]):not([open])")) {
      more.open = true;
      more.dataset.opened = "";
    }
  } else {
    for (const more of form.querySelectorAll("details[data-opened]")) {
      more.open = false;
      delete more.dataset.opened;
    }
  }
  tell(all_shown ? null : count);
}

function out(box) {
  return box.hidden || box.hasAttribute("data-unasked") || box.closest("[data-left]") || box.closest(".requirement").hidden;
}

function tell(count) {
  line.hidden = count === null;
  if (count === null) return line.replaceChildren();
  const button = element("button", { type: "button", className: "quiet", text: words.show_all });
  button.addEventListener("click", showAll);
  return line.replaceChildren(element("span", { text: fill(words.sifted, { count }) }), button);
}

function showAll() {
  field.value = "";
  for (const chip of chips) chip.checked = false;
  sift();
}

form.addEventListener("reveal", showAll);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  openPanel(false);
  all.find(({ box }) => !box.hasAttribute("data-sifted") && !out(box))?.box.closest(".part").scrollIntoView({ block: "start" });
});
