"use strict";
/* The audit form without a reload: what does not apply goes, what was answered is counted, and a draft stays on this device.
   Everything here is a comfort: the form works without it. No text and nothing of a standard stands in this file. */

const form = document.getElementById("form");
const questions = [...form.querySelectorAll(".question")].filter((box) => box.querySelector(".foot"));
document.documentElement.classList.add("scripted");

/* --- what applies: as the table says, once it is there (see live.js); until then everything is shown --- */

let leftOut = () => new Set();
form.addEventListener("table", ({ detail }) => {
  leftOut = detail;
  refresh();
});

const requirements = [...form.querySelectorAll(".requirement[id]")];

function showWhatApplies() {
  const out = leftOut();
  for (const box of requirements) {
    // An answer to be corrected must stay in sight.
    box.hidden = out.has(box.id.slice(2)) && !box.querySelector("[aria-invalid]");
  }
  for (const line of form.querySelectorAll(".left-out")) {
    const count = line.parentElement.querySelectorAll(".requirement[hidden]").length;
    line.hidden = count === 0;
    line.textContent = form.dataset.hidden.replace("{count}", count);
  }
}

/* --- what was answered --- */

function given(box) {
  return [...box.querySelectorAll("input")].some((input) => (input.type === "text" ? input.value.trim() : input.checked && input.value));
}

const words = document.getElementById("progress-words");
const bar = document.querySelector("progress");

function count() {
  const total = { answered: 0, asked: 0 };
  const parts = {};
  for (const box of questions) {
    const answered = given(box);
    box.classList.toggle("given", answered);
    if (box.closest("[hidden], .more")) continue;
    const name = box.closest(".part").id;
    const part = (parts[name] ??= { answered: 0, asked: 0 });
    for (const sum of box.closest(".facts") ? [part] : [part, total]) {
      sum.asked += 1;
      sum.answered += answered ? 1 : 0;
    }
  }
  words.textContent = words.dataset.text.replace("{answered}", total.answered).replace("{asked}", total.asked);
  bar.max = Math.max(total.asked, 1);
  bar.value = total.answered;
  for (const tally of document.querySelectorAll(".tally")) {
    const part = parts[tally.dataset.of] ?? { answered: 0, asked: 0 };
    tally.textContent = part.asked ? `${part.answered}/${part.asked}` : "–";
    tally.classList.toggle("full", part.asked > 0 && part.answered === part.asked);
  }
}

/* --- taking an answer back, and answers that stand alone --- */

for (const box of questions) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "clear";
  button.textContent = form.dataset.clear;
  button.setAttribute("aria-describedby", box.querySelector("legend").id);
  box.querySelector(".foot").append(button);
}

form.addEventListener("click", (event) => {
  if (!event.target.matches(".clear")) return;
  const box = event.target.closest(".question");
  for (const input of box.querySelectorAll("input")) {
    if (input.type === "text") input.value = "";
    else input.checked = false;
  }
  box.querySelector("input").focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

function keepAlone(input) {
  const box = input.closest(".question");
  if (!box || input.type === "radio" || (input.type === "checkbox" ? !input.checked : !input.value.trim())) return;
  for (const other of box.querySelectorAll("input")) {
    if (other === input || !("alone" in input.dataset || "alone" in other.dataset)) continue;
    if (other.type === "text") other.value = "";
    else other.checked = false;
  }
}

/* --- the draft --- */

const draftKey = `rba-audit draft ${form.dataset.draft}`;
const notice = document.getElementById("draft");
const pristine = JSON.stringify(written());
let saving = 0;

function written() {
  const values = {};
  for (const [name, value] of new FormData(form)) (values[name] ??= []).push(value);
  return Object.fromEntries(Object.entries(values).filter(([, list]) => list.some((value) => value !== "")));
}

function fill(values) {
  for (const field of form.elements) {
    if (!field.name) continue;
    const list = values[field.name] ?? [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = list.includes(field.value);
    else field.value = list[0] ?? "";
  }
}

function save() {
  clearTimeout(saving);
  saving = 0;
  try {
    localStorage.setItem(draftKey, JSON.stringify(written()));
  } catch {
    // Storage is full or forbidden: the form still sends.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(draftKey));
  } catch {
    return null;
  }
}

function forget() {
  try {
    localStorage.removeItem(draftKey);
  } catch {
    // Nothing was kept either.
  }
}

function offer(draft) {
  const line = notice.querySelector("p");
  const answers = Object.keys(draft).filter((name) => document.getElementById(`q-${name}`)?.closest(".requirement:not(.facts)")).length;
  line.textContent = line.textContent.replace("{count}", answers);
  notice.hidden = false;
  form.inert = true; // what is answered now would overwrite the draft
  notice.addEventListener("click", (event) => {
    const choice = event.target.dataset.do;
    if (!choice) return;
    if (choice === "continue") fill(draft);
    else forget();
    notice.hidden = true;
    form.inert = false;
    refresh();
    form.focus({ preventScroll: true });
  });
}

/* --- together --- */

let waiting = false;

function refresh() {
  waiting = false;
  showWhatApplies();
  count();
}

form.addEventListener("input", (event) => {
  if (event.target.matches("input")) keepAlone(event.target);
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(refresh);
  }
  clearTimeout(saving);
  saving = setTimeout(save, 300);
});
addEventListener("pagehide", () => saving && save());

const toggle = document.querySelector(".jump button");
toggle.hidden = false;
function open(yes) {
  toggle.setAttribute("aria-expanded", String(yes));
}
toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
document.querySelector(".jump ol").addEventListener("click", () => open(false));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") return;
  open(false);
  toggle.focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".jump")) open(false);
});

const links = new Map([...document.querySelectorAll(".jump a")].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      for (const [id, link] of links) link.toggleAttribute("aria-current", id === target.id);
      links.get(target.id).setAttribute("aria-current", "location");
    }
  },
  { rootMargin: "-20% 0px -75% 0px" },
);
for (const part of form.querySelectorAll(".part")) seen.observe(part);

const errors = document.getElementById("errors");
const draft = kept();
if (errors) {
  save(); // what was sent and refused is the draft now
  // The browser does this by itself before the next frame, where it knows `autofocus` on a block.
  requestAnimationFrame(() => document.activeElement === errors || errors.focus());
} else if (draft) {
  const sent = form.dataset.recorded.split(" ").includes(draft["visit.id"]?.[0]);
  const same = JSON.stringify({ ...draft, "visit.id": null }) === JSON.stringify({ ...JSON.parse(pristine), "visit.id": null });
  if (sent || same) forget();
  else offer(draft);
}
refresh();
