// @ts-check
// Mode of one question at a time: the same form, draft and fields, with all other questions hidden. It can be left at any time.
// Choosing a word goes on to the next question and can be undone; numbers and lists wait for "next".

import { fill } from "../dom.js";
import { has } from "./answers.js";
import { goTo, showChapter } from "./chapters.js";
import { save, visit } from "./draft.js";
import { form, questions, words } from "./form_page.js";
import { goToItem, itemSteps, openItem } from "./items.js";
import { bestFix } from "./position.js";

const bar = document.getElementById("one-bar");
const told = bar.querySelector("[role=status]");
const key = (name) => bar.querySelector(`[data-do=${name}]`);
const page = document.documentElement;
const SWIPE_PX = 60;
const UNDO_MS = 8000;

let now = null; // {id, box(), item}
let trail = [];
let points = new Map();
let before = null; // the choice in the question before it was answered
let goesOn = false;
let forgetting = 0;

/* --- order of the questions --- */

const list = document.getElementById("items");

function isAsked(box) {
  return !box.hidden && !box.hasAttribute("data-unasked") && !box.closest(".requirement").hidden && !box.closest(".more, [data-left], [data-sifted]");
}

function steps() {
  const found = [];
  let listed = false;
  for (const [id, box] of questions) {
    // At the position of the equipment list: its items, nearest first, then the question whether the list is complete.
    if (!listed && list.contains(box)) {
      found.push(...ofItems(id));
      listed = true;
    }
    if (isAsked(box)) found.push({ id, open: !has(id), box: () => box });
  }
  return found;
}

/**
 * @param {string} complete
 * @returns {{ id: string, item?: string, open: boolean, whole?: boolean, box: () => HTMLElement }[]}
 */
function ofItems(complete) {
  if (list.matches("[data-left], [data-sifted]") || !questions.has(complete)) return [];
  const items = itemSteps();
  const here = bestFix();
  if (here) items.sort((one, other) => far(one.item, here) - far(other.item, here));
  const whole = { id: "items", open: !items.length && !has(complete) && visit.listed !== true, box: () => list, whole: true };
  return [whole, ...items.map(({ item, id, open }) => ({ id: `${item}-${id}`, item, open, box: () => (openItem(item), document.getElementById(`i-${item}-${id}`)) }))];
}

// Sorted by squared planar distance; items without a position come last.
function far(item, { lon, lat }) {
  const point = points.get(item);
  if (!point) return Infinity;
  return ((point[0] - lon) * Math.cos((lat * Math.PI) / 180)) ** 2 + (point[1] - lat) ** 2;
}

function at(all) {
  return now ? all.findIndex(({ id }) => id === now.id) : -1;
}

function following() {
  const all = steps(), from = at(all);
  return [...all.slice(from + 1), ...all.slice(0, Math.max(from, 0))].find(({ open }) => open);
}

/* --- rendering --- */

function mark(yes) {
  for (const box of document.querySelectorAll("[data-now]")) box.removeAttribute("data-now");
  list.toggleAttribute("data-whole", Boolean(yes && now?.whole));
  if (!yes) return;
  for (let box = now.box(); box !== form; box = box.parentElement) {
    box.setAttribute("data-now", "");
    if (box.matches("details.more")) box.open = true;
  }
}

function show(step, focus = true) {
  now = step;
  const box = step.box();
  showChapter(box.closest(".chapter"));
  mark(true);
  before = chosen();
  const open = steps().filter((each) => each.open && !each.whole).length;
  const part = box.closest(".part").querySelector("h2").textContent.trim();
  tell(fill(words.one_at, { open, part }));
  scrollTo(0, 0);
  if (!focus) return;
  const typed = box.querySelector("input[type=text]");
  const heading = box.querySelector("legend, h3");
  heading.tabIndex = -1;
  (typed && !step.whole ? typed : heading).focus({ preventScroll: true });
}

function tell(text) {
  if (told.textContent !== text) told.textContent = text;
}

function go(step) {
  if (!step) return finish();
  if (now) trail.push(now);
  return show(step);
}

// No question in this mode is open any more: show the list of what is still missing.
function finish() {
  leave();
  form.dispatchEvent(new Event("reveal"));
  const heading = document.getElementById("h-missing");
  heading.tabIndex = -1;
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

function next() {
  if (now?.whole) visit.listed = true;
  go(following());
}

function previous() {
  const step = trail.pop();
  if (step) show(step);
}

/* --- answering --- */

function inputs() {
  return now.whole ? [] : [...now.box().querySelectorAll("input[type=radio], input[type=checkbox]")];
}

function chosen() {
  return inputs().map(({ checked }) => checked);
}

// An arrow key only moves the selection; keyboard users go on with "next".
let moving = false;

function answered({ target }) {
  if (!now || target.type !== "radio" || moving || !now.box().contains(target)) return;
  goesOn = true;
}

function goOn() {
  if (!goesOn || !now) return;
  goesOn = false;
  const step = now, was = before;
  const answer = inputs().find(({ checked }) => checked)?.closest("label").textContent.trim() ?? "";
  go(following());
  offerUndo(step, was, answer);
}

function offerUndo(step, was, answer) {
  const button = key("undo");
  button.hidden = false;
  button.textContent = `${button.dataset.words} (${answer})`;
  button.onclick = () => {
    if (now) trail.pop();
    show(step);
    const fields = inputs();
    fields.forEach((field, each) => (field.checked = was[each]));
    moving = true;
    for (const name of ["input", "change"]) fields[0].dispatchEvent(new Event(name, { bubbles: true }));
    moving = false;
    before = was;
    button.hidden = true;
  };
  clearTimeout(forgetting);
  forgetting = setTimeout(() => (button.hidden = true), UNDO_MS);
}

/* --- keys and fingers --- */

function onKey(event) {
  if (!now || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const { target } = event;
  const types = target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (event.key === "Enter" && target.matches(".typed input")) {
    event.preventDefault();
    target.dispatchEvent(new Event("change", { bubbles: true })); // the error of the number is shown here
    if (!target.hasAttribute("aria-invalid")) next();
  }
  if (event.key === "ArrowUp" || event.key === "ArrowDown") moving = true;
  if (types || now.whole) return;
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    event.preventDefault();
    if (event.key === "ArrowRight") next();
    else previous();
  } else if (/^[1-9]$/.test(event.key)) inputs()[event.key - 1]?.click();
}

let touched = null;

function onTouch({ touches, target }) {
  touched = touches.length === 1 && !target.closest("input[type=text], textarea, #pin, .leaflet-container") ? touches[0] : null;
}

function onLift({ changedTouches }) {
  if (!touched || !now) return;
  const across = changedTouches[0].clientX - touched.clientX, down = changedTouches[0].clientY - touched.clientY;
  touched = null;
  if (Math.abs(across) < SWIPE_PX || Math.abs(across) < 2 * Math.abs(down)) return;
  if (across < 0) next();
  else previous();
}

/* --- entering and leaving the mode --- */

/** Set the positions of mapped items: `items` of the site's opening. */
export function knowPoints(items = []) {
  points = new Map(items.filter(({ point }) => point).map(({ id, point }) => [id, point]));
}

/** Show one question: the surveyor's current one if it is open, else the next open one. */
export function begin() {
  const all = steps();
  const first = all.find(({ id, open }) => open && id === visit.at) ?? all.find(({ open }) => open);
  if (!first) return go(undefined);
  page.classList.add("one");
  bar.hidden = false;
  visit.one = true;
  trail = [];
  now = null;
  return go(first);
}

/** Leave the mode, at the same question of the form. */
export function leave() {
  page.classList.remove("one");
  bar.hidden = true;
  visit.one = false;
  save();
  const step = now;
  mark(false);
  now = null;
  if (!step) return;
  if (step.item) goToItem(step.id);
  else if (!goTo(step.id)) list.scrollIntoView({ block: "start" });
}

key("undo").dataset.words = key("undo").textContent;
key("previous").addEventListener("click", previous);
key("next").addEventListener("click", next);
key("list").addEventListener("click", leave);
document.addEventListener("keydown", onKey);
document.addEventListener("keyup", () => (moving = false));
form.addEventListener("touchstart", onTouch, { passive: true });
form.addEventListener("touchend", onLift, { passive: true });
form.addEventListener("change", answered, { capture: true });
form.addEventListener("applied", goOn);
form.addEventListener("reveal", () => now && leave());
