// The estimate while the form is filled: the same table that the server judges by, asked again after each answer.
// A comfort only; what counts is what the server says when the visit is sent.

import { judge, leftOut } from "./judge.js";

const form = document.getElementById("form");
const line = document.getElementById("live");
const words = JSON.parse(line.dataset.words);
const amount = new Intl.NumberFormat(document.documentElement.lang);
const STATES = ["not_seen", "not_applicable"];
const WAIT_MS = 120;

const table = await (await fetch(line.dataset.table)).json();

function answers() {
  const sent = new FormData(form);
  const given = {};
  for (const question of table.questions) {
    const values = sent.getAll(question.id).filter((value) => value.trim());
    if (!values.length) continue;
    const state = values.find((value) => STATES.includes(value));
    given[question.id] = state ?? (question.kind === "set" ? values : values[0]);
  }
  return given;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function show() {
  const { status, score, red, undetermined } = judge(table, answers());
  // Before enough is known there is no verdict to name; the range says it all.
  const parts = ["undetermined", "not_audited"].includes(status) ? [] : [words.status[status]];
  if (score) {
    const [low, high] = score.map((points) => amount.format(points));
    parts.push(fill(low === high ? words.one : words.range, { low, high, max: amount.format(table.maximum) }));
  }
  if (red.length) parts.push(fill(words.red, { count: red.length }));
  if (undetermined.length) parts.push(fill(words.open, { count: undetermined.length }));
  line.textContent = parts.join(" · ");
  line.dataset.status = status;
  line.hidden = false;
}

let waiting = 0;
function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(show, WAIT_MS);
}
for (const event of ["input", "change", "reset"]) form.addEventListener(event, soon);
document.addEventListener("click", soon); // taking an answer back, or continuing a draft
form.dispatchEvent(new CustomEvent("table", { detail: () => leftOut(table, answers()) }));
show();
