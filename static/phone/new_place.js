// @ts-check
// Page to propose a new place: its kind, its position and possible duplicates; then it is proposed and audited.
// It works offline and continues after the browser was killed. This file contains no texts and no rules of a standard.

import { element, fill } from "../dom.js";
import { formOf } from "./form_address.js";
import { amount, when } from "./formatting.js";
import { showAll } from "./keyed_list.js";
import { nearPlaces } from "./near_places.js";
import { drain } from "./outbox_sender.js";
import { find, place, propose, save } from "./place_draft.js";
import { beginWhere, pointNow, positionProblem } from "./place_where.js";
import { placesIn } from "./proposed_places.js";
import { all, get } from "./store.js";

const PATIENCE_MS = 1000;
const KILOMETRE = 1000, TENS = 10;
const form = document.getElementById("new-place");
const told = document.getElementById("told");
const problems = document.getElementById("problems");
const near = document.getElementById("near");
const words = JSON.parse(form.dataset.words);
const person = JSON.parse(form.dataset.person);
const wanted = new URLSearchParams(location.search).get("place");

let known = [];
let shown = [];

function tell(text, ...more) {
  told.replaceChildren(element("p", { text }), ...more);
  told.hidden = false;
}

function cannotKeep(fault) {
  told.classList.add("error");
  tell(fill(words.not_kept, { fault: fault.message || fault.name }));
}

/* --- possible duplicates --- */

function listNear() {
  const point = pointNow();
  shown = nearPlaces(known, { point, name: place.name }).map((each) => ({ ...each, id: each.place.id, metres: each.metres === null ? null : Math.round(each.metres / TENS) * TENS }));
  near.hidden = !shown.length;
  showAll(near.querySelector("ul"), shown, ({ metres }) => [metres], item);
}

function item({ place: { id, name, kelurahan, proposed }, metres }) {
  const far = metres === null ? words.no_distance : metres < KILOMETRE ? fill(words.metres_away, { metres: amount(metres) }) : fill(words.kilometres_away, { kilometres: amount(metres / KILOMETRE, 1) });
  return element(
    "li",
    { className: "card candidate" },
    element("div", {}, element("strong", { text: name }), element("p", { className: "muted small", text: [far, kelurahan, proposed && words.own].filter(Boolean).join(" · ") })),
    element("a", { className: "button second", href: formOf(id), text: words.this_one, "aria-label": `${name}: ${words.this_one}` }),
  );
}

/* --- proposing --- */

function faults() {
  const position = positionProblem();
  return [!place.name.trim() && ["name", words.no_name], position && ["where", position], !person && ["name", words.no_person]].filter(Boolean);
}

function showFaults(found) {
  problems.hidden = !found.length;
  problems.querySelector("ul").replaceChildren(
    ...found.map(([target, text]) => {
      const link = element("a", { href: `#${target}` }, element("strong", { text }));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        document.getElementById(target).scrollIntoView({ block: "start" });
        document.getElementById(target).focus({ preventScroll: true });
      });
      return element("li", {}, link);
    }),
  );
  form.elements.name.toggleAttribute("aria-invalid", found.some(([target]) => target === "name"));
  if (found.length) problems.focus();
}

let proposing = false;

async function send(audits) {
  const found = faults();
  showFaults(found);
  if (found.length || proposing) return;
  proposing = true;
  try {
    const { site } = await propose(person.id, shown.map(({ id }) => id), JSON.parse(form.dataset.blank));
    drain({ force: true }).catch(() => undefined); // continued on the next page
    // Only the service worker can open the form of a place that the server does not know.
    location.assign(audits && navigator.serviceWorker?.controller ? formOf(site) : form.dataset.queue);
  } catch (fault) {
    proposing = false;
    told.classList.add("error");
    tell(fill(words.failed, { fault: fault.message || fault.name }));
    told.scrollIntoView({ block: "center" });
  }
}

/* --- beginning --- */

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target: { name, value } }) => {
  if (!["name", "kind", "note"].includes(name)) return;
  place[name] = value;
  save();
  if (name === "name") listNear();
});
form.querySelector("[data-do=audit]").addEventListener("click", () => send(true));
form.querySelector("[data-do=propose]").addEventListener("click", () => send(false));
// A page restored from the back/forward cache after proposing would propose old contents.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// Two tabs with the same place would overwrite each other.
/** @returns {Promise<void>} */
function alone() {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((resolve) => {
    const patience = setTimeout(() => tell(words.elsewhere), PATIENCE_MS);
    navigator.locks.request("new place", () => {
      clearTimeout(patience);
      told.hidden = true;
      resolve();
      return new Promise(() => {}); // held until the page is closed
    });
  });
}

async function begin() {
  await alone();
  const goesOn = await find(person.id, wanted === "new" ? "" : wanted, cannotKeep).catch(cannotKeep);
  const [work, entries] = await Promise.all([get("work", "work"), all("outbox")]).catch(() => []);
  known = [...(work && work.person?.id === person.id ? work.sites : []), ...placesIn(entries ?? [])];
  for (const name of ["name", "note"]) form.elements[name].value = place[name];
  for (const radio of form.querySelectorAll("[name=kind]")) radio.checked = radio.value === place.kind;
  form.hidden = false;
  beginWhere(known, listNear);
  listNear();
  if (goesOn) tell(fill(words.other_draft, { when: when(place.changed_at) }), element("p", {}, element("a", { className: "button second", href: "?place=new", text: words.another })));
}

begin();
