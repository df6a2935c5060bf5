// @ts-check
// Note field of a question: opens on request, and stays open while it is not empty.

import { element } from "../dom.js";
import { save, visit } from "./draft.js";
import { extras, questions, words } from "./form_page.js";

/** Open or close the note of a question. */
export function toggleNote(id, button) {
  const field = questions.get(id)?.querySelector(".note textarea");
  if (!field) {
    show(id).focus();
    button?.setAttribute("aria-expanded", "true");
  } else if (field.value.trim() || field.dataset.reason) {
    field.focus();
  } else {
    field.closest(".note").remove();
    button?.setAttribute("aria-expanded", "false");
  }
}

function show(id) {
  const field = element("textarea", { rows: 2, maxLength: 2000, value: visit.notes[id] ?? "", id: `note-${id}`, name: `note.${id}`, "aria-describedby": `l-${id}` });
  field.addEventListener("input", () => {
    if (field.value.trim()) visit.notes[id] = field.value;
    else delete visit.notes[id];
    save();
  });
  extras(id).append(element("div", { className: "note" }, element("label", { htmlFor: `note-${id}`, text: words.note }), field));
  return field;
}

/** Open the note of a question as the field for a reason, described by the element with the given id; without an id it is a note again. */
export function askReason(id, line) {
  const button = questions.get(id)?.querySelector("[data-do=note]");
  const field = document.querySelector(`textarea#note-${CSS.escape(id)}`) ?? (line && show(id));
  if (!field || (field.dataset.reason ?? "") === line) return;
  button?.setAttribute("aria-expanded", "true");
  field.dataset.reason = line;
  field.labels[0].textContent = line ? words.reason : words.note;
  field.setAttribute("aria-describedby", `l-${id} ${line}`.trim());
  if (!line && !field.value.trim()) toggleNote(id, button);
}

/** Show the notes of the current visit. */
export function showNotes() {
  for (const note of document.querySelectorAll(".extras .note")) note.remove();
  for (const id of Object.keys(visit.notes)) {
    if (!questions.has(id)) continue;
    show(id);
    questions.get(id)?.querySelector("[data-do=note]")?.setAttribute("aria-expanded", "true");
  }
}
