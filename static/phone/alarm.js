// Shows the dangers that are not out: on every page of the phone, and in the dialog where one was just reported.
// Whom to call stands with them: the numbers that the administrator set, as this phone keeps them, and the public ones of the page.

import { alarms, contactsFor, standing } from "./alarm_states.js";
import { fill, make, when } from "./pieces.js";
import { all, change, get, onChange } from "./store.js";

const place = document.getElementById("danger-banner");
const { services, ...words } = JSON.parse(place.dataset.words);
const watched = new Map(); // what is shown, by the element it is shown in

/** Show what `pick(entries)` names in `element` from now on, whenever something changes. */
function show(element, pick, folded) {
  watched.set(element, { pick, folded, shown: "" });
  return renew(element);
}

async function renew(element) {
  const watch = watched.get(element);
  const entries = await all("outbox").catch(() => null);
  if (!entries) return; // what was said last stays
  const work = await get("work", "work").catch(() => undefined);
  const found = watch.pick(entries);
  // Drawn anew only where something of it changed: a list that was opened must stay open under the finger.
  const state = JSON.stringify(found.map(({ id, state: now, problem, receipt }) => [id, now, problem, receipt?.recorded_at]).concat([[work?.kept_at]]));
  if (state === watch.shown) return;
  watch.shown = state;
  const open = element.querySelector("details")?.open ?? !watch.folded;
  element.replaceChildren(...found.map((entry) => card(entry, work)), ...calls(found, work, open));
  element.hidden = !found.length;
}

function card(entry, work) {
  const name = entry.siteName || entry.site;
  const { sent, why, at } = standing(entry, "nobody" in place.dataset ? null : work?.person?.id);
  const reason = why && fill(words.why[why], { name: entry.authorName || words.someone });
  return make(
    "div",
    { className: `danger-card ${sent}`, "data-sent": sent },
    make("p", { className: "danger-state" }, make("strong", { text: fill(words.sent[sent], { when: at && when(at) }) }), ` ${fill(words.about, { name })}`),
    reason && make("p", { className: "small", text: reason }),
    ["signed_out", "other"].includes(why) && make("a", { className: "button second", href: "/sign-in?next=/queue", text: words.sign_in }),
    sent === "all" && button(words.understood, () => change("outbox", entry.id, (kept) => ({ ...kept, told_sent: true }))),
  );
}

function button(text, act) {
  const made = make("button", { type: "button", className: "button second", text });
  made.addEventListener("click", act);
  return made;
}

// Nobody is told to call where everything is there.
function calls(found, work, open) {
  const out = found.filter((entry) => standing(entry).sent === "no");
  if (!out.length) return [];
  const contacts = [...new Map(out.flatMap(({ site }) => contactsFor(site, work)).map((each) => [each.dial + each.name, each])).values()];
  const list = make("ul", { className: "plain telephones" }, ...[...contacts, ...services].map(telephone));
  const details = make("details", { open }, make("summary", {}, make("strong", { text: words.call })), contacts.length ? "" : make("p", { className: "small", text: words.no_contacts }), list);
  return [details];
}

function telephone({ name, number, dial, about }) {
  return make("li", {}, make("a", { href: `tel:${dial}` }, make("strong", { text: name }), name.includes(number) ? "" : ` ${number}`), about && make("span", { className: "small", text: ` ${about}` }));
}

/** Show all dangers at the top of the page, folded where the numbers would take the room of the page. */
export function showBanner() {
  return show(place, (entries) => alarms(entries, Date.now()), true);
}

/** Show how one danger stands in an element, with the numbers; "" is none. */
export function follow(id, element) {
  return show(element, (entries) => entries.filter((entry) => entry.id === id), false);
}

onChange((store) => ["outbox", "work"].includes(store) && watched.forEach((_, element) => renew(element)));
