// Shows the dangers that are not out: on every page of the phone, and in the dialog where one was just reported.
// Whom to call stands with them: the numbers that the administrator set, as this phone keeps them, and the public ones of the page.

import { alarms, contactsFor, standing } from "./alarm_states.js";
import { all, change, get, onChange } from "./store.js";

const place = document.getElementById("danger-banner");
const { services, ...words } = JSON.parse(place.dataset.words);
const { lang } = document.documentElement;
const locale = lang === "en" ? "en-GB" : lang;
const today = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const watched = new Map(); // what is shown, by the element it is shown in

// The form has helpers of its own and every byte of it counts, so these few lines stand here instead of theirs.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter(Boolean));
  return element;
}
function when(text) {
  const at = new Date(text);
  return (at.toDateString() === new Date().toDateString() ? today : full).format(at);
}

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
    { className: `danger-card ${sent}` },
    make("p", {}, make("strong", {}, fill(words.sent[sent], { when: at && when(at) })), ` ${fill(words.about, { name })}`),
    reason && make("p", { className: "small" }, reason),
    ["signed_out", "other"].includes(why) && make("a", { className: "button second", href: "/sign-in?next=/queue" }, words.sign_in),
    sent === "all" && button(words.understood, () => change("outbox", entry.id, (kept) => ({ ...kept, told_sent: true }))),
  );
}

function button(text, act) {
  return make("button", { type: "button", className: "button second", onclick: act }, text);
}

// Nobody is told to call where everything is there.
function calls(found, work, open) {
  const out = found.filter((entry) => standing(entry).sent === "no");
  if (!out.length) return [];
  const contacts = [...new Map(out.flatMap(({ site }) => contactsFor(site, work)).map((each) => [each.dial + each.name, each])).values()];
  const list = make("ul", { className: "plain telephones" }, ...[...contacts, ...services].map(telephone));
  const details = make("details", { open }, make("summary", {}, make("strong", {}, words.call)), !contacts.length && make("p", { className: "small" }, words.no_contacts), list);
  return [details];
}

function telephone({ name, number, dial, about }) {
  return make("li", {}, make("a", { href: `tel:${dial}` }, make("strong", {}, name), !name.includes(number) && ` ${number}`), about && make("span", { className: "small" }, about));
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
