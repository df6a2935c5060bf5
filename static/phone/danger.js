// Takes a danger that cannot wait: it is frozen at once and goes out ahead of every visit.

import { say, visit } from "./draft.js";
import { asked, form, make, questions, words } from "./page.js";
import { ask, prepared } from "./photos.js";
import { bestFixWithTime } from "./position.js";
import { freeze, put } from "./store.js";

const FORMAT = 1;
const dialog = document.getElementById("danger");
const note = document.getElementById("danger-note");
const chosen = document.getElementById("danger-question");
const wrong = document.getElementById("danger-wrong");
const shown = document.getElementById("danger-photo");
const place = document.getElementById("danger-position");

let id = "";
let photo = null;

/** Let the button open the dialog; `author()` says who is asking. */
export function beginDanger(author) {
  const alarm = document.getElementById("alarm");
  alarm.hidden = false;
  alarm.addEventListener("click", open);
  dialog.querySelector("[data-do=danger-photo]").addEventListener("click", () => ask(false, take));
  dialog.querySelector("[data-do=danger-send]").addEventListener("click", () => send(author()));
  dialog.addEventListener("close", () => alarm.focus());
}

function open() {
  id ||= crypto.randomUUID();
  if (!chosen.options.length) {
    chosen.append(make("option", { value: "", text: words.no_question }));
    for (const question of questions.keys()) {
      if (!questions.get(question).closest(".facts")) chosen.append(make("option", { value: question, text: asked(question) }));
    }
  }
  tellPosition();
  dialog.showModal();
}

/** Say where the danger is, as far as the phone knows. */
export function tellPosition() {
  const fix = bestFixWithTime();
  place.textContent = fix ? `GPS ±${Math.round(fix.accuracy_m)} m` : "";
}

async function take([file], how) {
  const picture = await prepared(file, how);
  if (!picture) {
    wrong.textContent = words.unreadable.replace("{name}", file.name);
    wrong.hidden = false;
    return;
  }
  await put("photos", { visit: id, sha256: picture.sha256, bytes: picture.bytes, type: picture.type });
  photo = { sha256: picture.sha256, bytes: picture.bytes.byteLength, ...picture.origin };
  const image = make("img", { alt: "", width: 64, height: 64 });
  image.src = URL.createObjectURL(new Blob([picture.bytes], { type: picture.type }));
  shown.replaceChildren(image);
}

async function send(author) {
  const told = note.value.trim();
  wrong.textContent = told ? (author ? "" : words.no_person) : words.danger_empty;
  wrong.hidden = !wrong.textContent;
  if (wrong.textContent) return note.focus();
  const fix = bestFixWithTime();
  const position = fix ? { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m, at: fix.at } : null;
  const danger = { format: FORMAT, id, site: visit.site, author: author.id, question: chosen.value, note: told, at: new Date().toISOString(), position, photo };
  await freeze(danger, { kind: "danger", siteName: form.dataset.siteName });
  [id, photo, note.value, chosen.value] = ["", null, "", ""];
  shown.replaceChildren();
  dialog.close();
  say(words.danger_kept);
  return sendNow();
}

// Sending is another script's business; where it cannot begin, the danger waits in the outbox ahead of everything.
async function sendNow() {
  const { drain } = await import("./send.js");
  await drain({ force: true });
}
