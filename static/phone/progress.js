// @ts-check
// Progress bar of the form: counts of answered questions, and links to its parts.

import { fill } from "../dom.js";
import { has } from "./answers.js";
import { form, questions } from "./form_page.js";

const words = document.getElementById("progress-words");
const bar = document.querySelector("progress");
const tallies = new Map([...document.querySelectorAll(".tally")].map((tally) => [tally.dataset.of, tally]));

// The part of each question does not change, so it is looked up once.
const places = [...questions].map(([id, box]) => ({
  id,
  box,
  requirement: box.closest(".requirement"),
  part: box.closest(".part").id,
  counts: !box.closest(".more"),
  fact: Boolean(box.closest(".facts, .items")),
}));

let more = () => ({});

/** Register a function that counts further parts: `counted()` returns {part: [answered, asked]}. */
export function countAlso(counted) {
  more = counted;
}

/** Count the answered and the asked questions. */
export function count() {
  let answered = 0, asked = 0;
  const parts = more();
  for (const { id, box, requirement, part, counts, fact } of places) {
    const given = has(id);
    if (box.classList.contains("given") !== given) box.classList.toggle("given", given);
    if (!counts || requirement.hidden || box.hidden || box.hasAttribute("data-unasked") || box.closest("[data-left]")) continue;
    const sum = (parts[part] ??= [0, 0]);
    sum[0] += given ? 1 : 0;
    sum[1] += 1;
    if (fact) continue;
    answered += given ? 1 : 0;
    asked += 1;
  }
  write(words, fill(words.dataset.text, { answered, asked }));
  bar.max = Math.max(asked, 1);
  bar.value = answered;
  for (const [part, tally] of tallies) {
    const [done, all] = parts[part] ?? [0, 0];
    write(tally, all ? `${done}/${all}` : "–");
    tally.classList.toggle("full", all > 0 && done === all);
  }
}

function write(line, text) {
  if (line.textContent !== text) line.textContent = text;
}

/* --- the list of parts --- */

const toggle = document.querySelector(".jump button");
const panel = document.getElementById("jump-panel");
const list = document.getElementById("jump-list");
const MARGIN_PX = 8;
const banner = document.getElementById("danger-banner");
toggle.hidden = false;

/** Open or close the list of parts; it ends at the bottom of the screen, or at the banner of a danger there. */
export function open(yes) {
  toggle.setAttribute("aria-expanded", String(yes));
  if (!yes) return;
  if (toggle.getBoundingClientRect().bottom > innerHeight / 3) toggle.closest(".steer").scrollIntoView({ block: "start" });
  panel.style.maxHeight = `${innerHeight - (banner?.offsetHeight ?? 0) - panel.getBoundingClientRect().top - MARGIN_PX}px`;
}

toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
list.addEventListener("click", () => open(false));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") return;
  open(false);
  toggle.focus();
});
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && !event.target.closest(".jump")) open(false);
});

const links = new Map([...list.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !links.has(target.id)) continue;
      for (const [id, link] of links) link.toggleAttribute("aria-current", id === target.id);
      links.get(target.id)?.setAttribute("aria-current", "location");
    }
  },
  { rootMargin: "-20% 0px -75% 0px" },
);
for (const part of form.querySelectorAll(".part")) seen.observe(part);
