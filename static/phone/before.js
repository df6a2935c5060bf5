// Shows what was known and answered before beside what is answered now. Nothing is taken over but by a press, one question at a time.

import { asTyped, fillIn, has, written } from "./answers.js";
import { goTo } from "./chapters.js";
import { beginsLikeThis, save, say, visit } from "./draft.js";
import { asked, extras, fill, form, make, questions, words } from "./page.js";

let last = {};

/**
 * Show everything that the opening tells; `changed()` is called after fields were filled, `shown()` after the whole visit was.
 * With `whole`, facts are filled in as well.
 */
export function showBefore(opening, { whole, changed, shown }) {
  last = opening.last?.answers ?? {};
  if (whole) introduce(opening);
  if (whole && !visit.changed_at) {
    if (opening.replaces && !visit.check) fillIn({ "visit.scope": [opening.last.scope ?? "full"] });
    const known = Object.entries(opening.known).filter(([id]) => !has(id));
    fillIn(Object.fromEntries(known.map(([id, answer]) => [id, asTyped(answer)])));
    beginsLikeThis();
    changed();
  }
  for (const [id, box] of questions) {
    const earlier = opening.last?.texts[id]
      ? fill(opening.last.checks?.includes(id) ? words.last_check : words.last, { day: opening.last.days?.[id] ?? opening.last.day_words, answer: opening.last.texts[id] })
      : opening.on_file[id] && fill(words.on_file, { answer: opening.on_file[id] });
    if (box.closest(".facts")) {
      if (id in opening.known) foot(box, `b-${id}`, words.known);
    } else if (earlier) foot(box, `b-${id}`, earlier);
    if (id in last && !box.querySelector(".again")) offer(id, box, changed);
  }
  if (opening.issues && !visit.check) showIssues(opening, shown);
  compare();
}

function introduce(opening) {
  document.getElementById("site-name").textContent = opening.name;
  document.title = document.title.replace(" ·", `${opening.name} ·`);
  form.dataset.siteName = visit.siteName = opening.name;
}

function foot(box, id, text) {
  let line = document.getElementById(id);
  if (!line) {
    line = make("p", { className: "earlier", id });
    box.querySelector(".foot").prepend(line);
    const described = box.querySelector("input[type=text]") ?? box;
    described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  line.textContent = text;
}

function offer(id, box, changed) {
  const button = make("button", { type: "button", className: "tool again", text: words.same, "aria-describedby": `l-${id}` });
  button.addEventListener("click", () => {
    fillIn({ [id]: asTyped(last[id]) });
    visit.at = id;
    save();
    changed();
  });
  box.querySelector(".earlier")?.after(button);
}

/** Mark each answer that differs from the one before. */
export function compare() {
  const now = written();
  for (const id of Object.keys(last)) {
    const box = questions.get(id);
    if (!box) continue;
    const same = has(id) && JSON.stringify([...now[id]].sort()) === JSON.stringify([...asTyped(last[id])].sort());
    const line = document.getElementById(`b-${id}`);
    if (!line) continue;
    const differs = has(id) && !same && !box.closest(".facts");
    line.classList.toggle("differs", differs);
    const mark = line.querySelector(".mark-differs");
    if (differs && !mark) line.append(make("strong", { className: "mark-differs", text: ` · ${words.differs}` }));
    if (!differs) mark?.remove();
    const again = box.querySelector(".again");
    if (again) again.hidden = same;
  }
}

/* --- what a reviewer sent back --- */

function showIssues(opening, shown) {
  const panel = document.getElementById("fix");
  const notes = Object.entries(opening.issues);
  visit.replaces ??= opening.replaces;
  panel.querySelector("ul").replaceChildren(...notes.map(([id, note]) => make("li", {}, line(id, note))));
  for (const [id, note] of notes) {
    const place = extras(id);
    if (!place || place.querySelector(".reviewer")) continue;
    place.prepend(make("p", { className: "reviewer", text: fill(words.reviewer, { note }) }));
  }
  const button = panel.querySelector("button");
  button.hidden = !opening.last || Object.keys(visit.values).some((id) => questions.has(id) && !questions.get(id).closest(".facts"));
  button.onclick = () => {
    const copied = Object.entries(last).filter(([id]) => questions.has(id) && !has(id));
    fillIn(Object.fromEntries(copied.map(([id, answer]) => [id, asTyped(answer)])));
    bringBack(opening.last);
    button.hidden = true;
    save();
    shown();
    say(fill(words.copied, { count: copied.length }));
  };
  panel.hidden = false;
}

// What was sent beside the answers; what was done here meanwhile stays as it is.
function bringBack({ stage, scope = "full", note, notes = {}, items = [], photos = [], position = null }) {
  const heads = Object.entries({ "visit.stage": stage, "visit.note": note }).filter(([name, value]) => value && !has(name));
  fillIn({ ...Object.fromEntries(heads.map(([name, value]) => [name, [value]])), "visit.scope": [scope] });
  for (const [id, text] of Object.entries(notes)) visit.notes[id] ??= text;
  if (!visit.items.length) visit.items = structuredClone(items);
  const here = new Set(visit.photos.map(({ sha256, question }) => sha256 + question));
  visit.photos.unshift(...photos.filter(({ sha256, question }) => !here.has(sha256 + question)));
  visit.position ??= position;
}

function line(id, note) {
  if (!questions.has(id)) return make("p", {}, make("strong", { text: words.whole }), `: ${note}`);
  const link = make("a", { href: `#q-${id}` }, make("strong", { text: asked(id) }), `: ${note}`);
  link.addEventListener("click", (event) => {
    if (goTo(id)) event.preventDefault();
  });
  return link;
}
