// @ts-check
// Shows known facts and earlier answers next to the questions. An earlier answer is only taken over by a button, one question at a time.

import { element, fill } from "../dom.js";
import { asTyped, fillIn, has, written } from "./answers.js";
import { goTo } from "./chapters.js";
import { beginsLikeThis, isUntouched, save, visit } from "./draft.js";
import { asked, extras, form, questions, words } from "./form_page.js";

let last = {};

/**
 * Show the contents of the opening; `changed()` is called after fields were filled.
 * With `whole`, facts are prefilled.
 */
export function showBefore(opening, { whole, changed }) {
  last = opening.last?.answers ?? {};
  if (whole) introduce(opening);
  if (whole && (!visit.changed_at || isUntouched())) {
    const known = Object.entries(opening.known).filter(([id]) => !has(id));
    fillIn(Object.fromEntries(known.map(([id, answer]) => [id, asTyped(answer)])));
    beginsLikeThis();
    changed();
  }
  for (const [id, box] of questions) {
    const earlier = earlierOf(id, opening);
    if (box.closest(".facts")) {
      if (id in opening.known) foot(box, `b-${id}`, words.known);
    } else if (earlier) foot(box, `b-${id}`, earlier);
    if (id in last && !box.querySelector(".again")) offer(id, box, changed);
  }
  if (opening.issues && !visit.check) showIssues(opening);
  compare();
}

// The last answer to a question, or the stored fact.
function earlierOf(id, { last: visited, on_file }) {
  const answer = visited?.texts[id];
  if (!answer) return on_file[id] && fill(words.on_file, { answer: on_file[id] });
  return fill(visited.checks?.includes(id) ? words.last_check : words.last, { day: visited.days?.[id] ?? visited.day_words, answer });
}

/** Show the name of the site in a shell. */
export function introduce({ name }) {
  const place = document.getElementById("site-name");
  document.title = document.title.replace(place.textContent ? ` ${place.textContent} ·` : " ·", ` ${name} ·`);
  place.textContent = form.dataset.siteName = visit.siteName = name;
}

function foot(box, id, text) {
  let line = document.getElementById(id);
  if (!line) {
    line = element("p", { className: "earlier", id });
    box.querySelector(".foot").prepend(line);
    const described = box.querySelector("input[type=text]") ?? box;
    described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  line.textContent = text;
}

function offer(id, box, changed) {
  const button = element("button", { type: "button", className: "tool again", text: words.same, "aria-describedby": `l-${id}` });
  button.addEventListener("click", () => {
    fillIn({ [id]: asTyped(last[id]) });
    visit.at = id;
    save();
    changed();
  });
  box.querySelector(".earlier")?.after(button);
}

/** Mark each answer that differs from the earlier one. */
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
    if (differs && !mark) line.append(element("strong", { className: "mark-differs", text: ` · ${words.differs}` }));
    if (!differs) mark?.remove();
    const again = box.querySelector(".again");
    if (again) again.hidden = same;
  }
}

/* --- remarks of the reviewer --- */

/** Show the reviewer's remarks, at the top and next to the questions. */
export function showIssues(opening) {
  const panel = document.getElementById("fix");
  const notes = Object.entries(opening.issues);
  panel.querySelector("ul").replaceChildren(...notes.map(([id, note]) => element("li", {}, line(id, note))));
  for (const [id, note] of notes) {
    const place = extras(id);
    if (!place || place.querySelector(".from-reviewer")) continue;
    place.prepend(element("p", { className: "from-reviewer", text: fill(words.from_reviewer, { note }) }));
  }
  panel.hidden = false;
}

function line(id, note) {
  if (!questions.has(id)) return element("p", {}, element("strong", { text: words.whole }), `: ${note}`);
  const link = element("a", { href: `#q-${id}` }, element("strong", { text: asked(id) }), `: ${note}`);
  link.addEventListener("click", (event) => {
    if (goTo(id)) event.preventDefault();
  });
  return link;
}
