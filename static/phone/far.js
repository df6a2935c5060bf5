// @ts-check
// Asks a surveyor far from the site whether it is the right one, and moves the draft to another site if not.
// Loaded when a fix is farther from the site than its outline and both accuracies explain.

import { element, fill } from "../dom.js";
import { asTyped } from "./answers.js";
import { letGo, save, visit } from "./draft.js";
import { edition, form, questions, words } from "./form_page.js";
import { amount } from "./formatting.js";
import { distance_m } from "./ground.js";
import { movedTo, nearer } from "./moving.js";
import { keptOpening } from "./opening.js";
import { get, put } from "./store.js";

const MOST = 5;
const NEAR_M = 1000; // sites farther away are not offered
let dialog = null;

/** Ask; resolves to whether this is the right site, false also if the question is dismissed. */
export async function askPlace(opening, metres, fix) {
  if (dialog?.open) return false;
  const { sites = [] } = (await get("work", "work").catch(() => null)) ?? {};
  // A correction cannot move to another site.
  const near = visit.replaces ? [] : nearer(sites, visit.site, [fix.lon, fix.lat], Math.min(metres, NEAR_M), distance_m, MOST);
  dialog ??= document.body.appendChild(element("dialog", { id: "far", "aria-labelledby": "h-far" }));
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(visit.sure === true);
    const yes = button("button", fill(words.far_yes, { site: opening.name }), async () => {
      visit.sure = true;
      await save();
      dialog.close();
    });
    const others = near.map((site) => element("li", {}, button("button second", fill(words.far_change, { site: site.name, metres: amount(site.metres) }), () => askMove(site, opening, () => show(parts)))));
    const list = others.length ? [element("p", { text: words.far_near }), element("ul", { className: "plain stack" }, ...others)] : [element("p", { className: "muted", text: visit.replaces ? fill(words.far_corrects, { site: opening.name }) : words.far_no_others })];
    const parts = [title(fill(words.far, { metres: amount(metres), site: opening.name })), element("p", {}, yes), ...list, element("p", {}, button("quiet", words.far_later, () => dialog.close()))];
    show(parts);
    if (!dialog.open) dialog.showModal();
  });
}

function show(parts) {
  dialog.replaceChildren(element("div", { className: "stack" }, ...parts));
  dialog.querySelector("h2").focus();
}

function title(text) {
  return element("h2", { id: "h-far", tabIndex: -1, text });
}

function button(className, text, act) {
  const made = element("button", { type: "button", className, text });
  made.addEventListener("click", act);
  return made;
}

function askMove(site, opening, back) {
  const count = Object.keys(visit.values).filter((name) => questions.has(name) && !(name in (opening.known ?? {}))).length;
  const told = element("p", { text: fill(words.far_moves, { count, site: site.name, here: opening.name }) });
  const go = button("button", fill(words.far_go, { site: site.name }), () => move(site, opening));
  show([title(site.name), told, element("p", { className: "row" }, go, button("button second", words.back_one, back))]);
}

async function move(site, opening) {
  form.inert = true;
  await save();
  letGo();
  const after = (await keptOpening(site.id, edition).catch(() => null)) ?? {};
  await put("drafts", { ...movedTo(visit, site, opening, after, { asTyped, fresh: () => crypto.randomUUID() }), changed_at: new Date().toISOString() });
  const path = site.id.split("/").map(encodeURIComponent).join("/");
  location.assign(`/sites/${path}/audit?${new URLSearchParams({ edition, draft: visit.id })}`);
}
