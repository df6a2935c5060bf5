// @ts-check
// Reports an urgent danger: it is frozen at once and sent before all visits. The dialog shows its state.

import { element, fill } from "../dom.js";
import { FORMAT } from "../generated/terms.js";
import { follow } from "./alarm.js";
import { visit } from "./draft.js";
import { asked, form, questions, words } from "./form_page.js";
import { ask, prepared } from "./photos.js";
import { bestFixWithTime, locate } from "./position.js";
import { steady } from "./retry.js";
import { freeze, put } from "./store.js";

const MOST_FOUND = 6;
const SHOWN = 8;
/** @type {<const Id extends string>(id: Id) => Id extends keyof OwnElements ? OwnElements[Id] : HTMLElement} */
const part = (id) => document.getElementById(id);
const dialog = part("danger");
const note = part("danger-note");
const at_site = part("danger-at-site");
const where = part("danger-where");
const sought = part("danger-find");
const list = part("danger-questions");
const wrong = part("danger-wrong");
const shown = part("danger-photo");
const place = part("danger-position");
const state = part("danger-state");
const asking = part("danger-asking");

let id = "";
/** @type {Danger["photo"]} */
let photo = null;
/** @type {() => Person | null} */
let author = () => null;

/** Connect the buttons of the dialog; `by()` returns the person who reports. */
export function beginDanger(by) {
  author = by;
  dialog.querySelector("[data-do=danger-photo]").addEventListener("click", () => ask(false, take));
  dialog.querySelector("[data-do=danger-locate]").addEventListener("click", locate);
  dialog.querySelector("[data-do=danger-send]").addEventListener("click", send);
  dialog.querySelector("[data-do=danger-more]").addEventListener("click", () => {
    begin();
    note.focus();
  });
  dialog.addEventListener("close", () => part("alarm").focus());
  // Enter starts the search for a question; it must not close the dialog.
  sought.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  sought.addEventListener("input", showQuestions);
}

/** Open the dialog, with a new danger unless one was begun. */
export function open() {
  if (!id) begin();
  tellPosition();
  dialog.showModal();
}

function begin() {
  id = crypto.randomUUID();
  photo = null;
  for (const field of [note, where, sought]) field.value = "";
  at_site.checked = true;
  shown.replaceChildren();
  follow("", state); // none
  showStage(false);
  list.replaceChildren();
  showQuestions();
}

function showStage(done) {
  asking.hidden = part("danger-calls").hidden = done;
  state.hidden = !done;
  dialog.querySelector("[data-do=danger-more]").hidden = !done;
  dialog.querySelector("[data-do=danger-send]").hidden = done;
  wrong.hidden = true;
}

/** Show the position of the danger, as far as the phone knows it. */
export function tellPosition() {
  const fix = bestFixWithTime();
  place.textContent = fix ? fill(words.danger_position, { metres: Math.round(fix.accuracy_m) }) : "";
  dialog.querySelector("[data-do=danger-locate]").hidden = Boolean(fix);
}

/* --- the related question --- */

// Options: none, the chosen question, the one answered last, and the results of the search.
function showQuestions() {
  const chosen = list.querySelector("input:checked")?.value ?? "";
  const here = questions.has(visit.at) ? visit.at : "";
  const terms = plain(sought.value).split(" ").filter(Boolean);
  const all = [...questions.keys()].filter((each) => !questions.get(each)?.closest(".facts"));
  const hits = terms.length ? all.filter((each) => terms.every((term) => plain(`${each} ${asked(each)}`).includes(term))) : [];
  const first = ["", chosen, here].filter((each, at, every) => every.indexOf(each) === at && (each || !at));
  const offered = [...first, ...hits.filter((each) => !first.includes(each)).slice(0, MOST_FOUND)];
  list.replaceChildren(...offered.map((each) => choice(each, each === chosen)));
  const more = hits.length - hits.filter((each) => offered.includes(each)).length;
  part("danger-found").textContent = terms.length ? fill(more ? words.danger_more : words.danger_found, { count: hits.length, more }) : "";
}

function choice(question, checked) {
  const field = element("input", { type: "radio", name: "danger-question", value: question, checked });
  return element("label", { className: "choice" }, field, element("span", { text: question ? asked(question) : words.no_question }));
}

// Ignore case and accents.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

async function take([file], how) {
  const picture = await prepared(file, how);
  if (!picture) return complain(fill(words.unreadable, { name: file.name }));
  try {
    await put("photos", { visit: id, sha256: picture.sha256, bytes: picture.bytes, type: picture.type });
  } catch {
    return complain(words.no_room);
  }
  photo = { sha256: picture.sha256, bytes: picture.bytes.byteLength, ...picture.origin };
  const image = element("img", { alt: "", width: 64, height: 64 });
  image.src = URL.createObjectURL(new Blob([picture.bytes], { type: picture.type }));
  return shown.replaceChildren(image);
}

function complain(text) {
  wrong.textContent = text;
  wrong.hidden = !text;
}

/* --- sending --- */

async function send() {
  const told = note.value.trim();
  complain(told || photo ? (author() ? "" : words.no_person) : words.danger_empty);
  if (!wrong.hidden) {
    part("danger-calls").open = true;
    return note.focus();
  }
  const fix = bestFixWithTime();
  const danger = {
    format: FORMAT,
    id,
    site: visit.site,
    author: author()?.id ?? "",
    question: list.querySelector("input:checked")?.value ?? "",
    note: told,
    at: new Date().toISOString(),
    position: fix ? { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m, at: fix.at } : null,
    where: { at_site: at_site.checked, words: where.value.trim() },
    photo,
  };
  const button = dialog.querySelector("[data-do=danger-send]");
  button.disabled = true; // once
  try {
    await steady(() => freeze(danger, { kind: "danger", siteName: visit.siteName || form.dataset.siteName }));
  } catch (fault) {
    complain(fill(words.danger_not_kept, { fault: fault.message || fault.name }));
    part("danger-calls").open = true;
    return sendAtOnce(danger);
  } finally {
    button.disabled = false;
  }
  await follow(id, state);
  id = ""; // the next one is another
  showStage(true);
  state.focus();
  return sendNow();
}

// If the phone cannot store it, send it directly.
async function sendAtOnce(danger) {
  const answer = await fetch(`/api/dangers/${danger.id}`, { method: "PUT", body: JSON.stringify(danger), headers: { "Content-Type": "application/json" } }).catch(() => null);
  const receipt = answer?.ok ? await answer.json().catch(() => null) : null;
  if (!receipt?.sha256 || receipt.danger !== danger.id) return;
  showStage(true);
  state.replaceChildren(element("p", { text: fill(words.danger_direct, { code: receipt.sha256.slice(0, SHOWN) }) }));
  id = "";
}

// Another script sends it; if that cannot start, the danger waits at the head of the outbox.
async function sendNow() {
  const { drain } = await import("./outbox_sender.js");
  await drain({ force: true });
}
