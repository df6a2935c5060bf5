// @ts-check
// Shows dangers that the server has not confirmed: on every page of the phone, and in the dialog after a report.
// Telephone numbers are shown with them: those set by the administrator, as stored on this phone, and the public ones in the page.

import { element, fill } from "../dom.js";
import { alarms, contactsFor, standing } from "./alarm_states.js";
import { when } from "./formatting.js";
import { all, change, get, onChange } from "./store.js";

const place = document.getElementById("danger-banner");
const { services, ...words } = JSON.parse(place.dataset.words);
const watched = new Map(); // what is shown, by target element

/** Show the entries that `pick(entries)` returns in `target`, and update them on every change. */
function show(target, pick, folded) {
  watched.set(target, { pick, folded, shown: "" });
  return renew(target);
}

async function renew(target) {
  const watch = watched.get(target);
  const entries = await all("outbox").catch(() => null);
  if (!entries) return; // keep showing the last state
  const work = await get("work", "work").catch(() => undefined);
  const found = watch.pick(entries);
  // Render again only after a change, so that an opened list does not close under the finger.
  const state = JSON.stringify(found.map(({ id, state: now, problem, receipt }) => [id, now, problem, receipt?.recorded_at]).concat([[work?.kept_at]]));
  if (state === watch.shown) return;
  watch.shown = state;
  const open = target.querySelector("details")?.open ?? !watch.folded;
  target.replaceChildren(...found.map((entry) => card(entry, work)), ...calls(found, work, open));
  target.hidden = !found.length;
}

function card(entry, work) {
  const name = entry.siteName || entry.site;
  const { sent, why, at } = standing(entry, "nobody" in place.dataset ? null : work?.person?.id);
  const reason = why && fill(words.why[why], { name: entry.authorName || words.someone });
  return element(
    "div",
    { className: `danger-card ${sent}` },
    element("p", {}, element("strong", {}, fill(words.sent[sent], { when: at ? when(at) : "" })), ` ${fill(words.about, { name })}`),
    reason && element("p", { className: "small" }, reason),
    ["signed_out", "other"].includes(why) && element("a", { className: "button second", href: "/sign-in?next=/queue" }, words.sign_in),
    sent === "all" && button(words.understood, () => change("outbox", entry.id, (kept) => ({ ...kept, told_sent: true }))),
  );
}

function button(text, act) {
  return element("button", { type: "button", className: "button second", onclick: act }, text);
}

// No numbers are shown if all reports have arrived.
function calls(found, work, open) {
  const out = found.filter((entry) => standing(entry).sent === "no");
  if (!out.length) return [];
  const contacts = [...new Map(out.flatMap(({ site }) => contactsFor(site, work)).map((each) => [each.dial + each.name, each])).values()];
  const list = element("ul", { className: "plain telephones" }, ...[...contacts, ...services].map(telephone));
  const details = element("details", { open }, element("summary", {}, element("strong", {}, words.call)), !contacts.length && element("p", { className: "small" }, words.no_contacts), list);
  return [details];
}

function telephone({ name, number, dial, about }) {
  return element("li", {}, element("a", { href: `tel:${dial}` }, element("strong", {}, name), !name.includes(number) && ` ${number}`), about && element("span", { className: "small" }, about));
}

/** Show all dangers at the top of the page, with the telephone numbers folded to save room. */
export function showBanner() {
  return show(place, (entries) => alarms(entries, Date.now()), true);
}

/** Show the state of one danger in an element, with the telephone numbers; "" shows none. */
export function follow(id, target) {
  return show(target, (entries) => entries.filter((entry) => entry.id === id), false);
}

onChange((store) => ["outbox", "work"].includes(store) && watched.forEach((_, target) => renew(target)));
