// @ts-check
// List shown before leaving the site: what is still missing, grouped by what can be done now, photos, questions for the night and for the office.

import { element, fill } from "../dom.js";
import { has } from "./answers.js";
import { goTo } from "./chapters.js";
import { visit } from "./draft.js";
import { asked, form, questions } from "./form_page.js";

const panel = document.getElementById("leaving");
const inOffice = (box) => box.closest("#office") !== null;
let near = false;

function missing() {
  /** @type {Record<"now" | "photos" | "night" | "office", string[]>} */
  const found = { now: [], photos: [], night: [], office: [] };
  for (const [id, box] of questions) {
    const requirement = box.closest(".requirement");
    if (box.hidden || box.hasAttribute("data-unasked") || requirement.hidden || box.closest(".more, [data-left]") || has(id)) continue;
    const { method } = box.dataset;
    found[method === "night" ? "night" : method === "document" || inOffice(box) ? "office" : "now"].push(id);
  }
  for (const box of form.querySelectorAll(".requirement[data-photo]:not([hidden])")) {
    if (box.closest(".more, [data-left]")) continue;
    const own = [...box.querySelectorAll(".foot")].map((foot) => /** @type {HTMLElement} */ (foot.parentElement).id.slice(2));
    if (own.some(has) && !visit.photos.some(({ question }) => own.includes(question))) found.photos.push(own[0]);
  }
  return found;
}

function show() {
  const found = missing();
  for (const [name, ids] of Object.entries(found)) {
    const details = panel.querySelector(`details.${name}`);
    const [summary, list] = details.querySelectorAll(":scope > *");
    details.hidden = !ids.length;
    summary.textContent = fill(summary.dataset.words, { count: ids.length });
    list.replaceChildren(...(details.open ? ids.map((id) => element("li", {}, link(id))) : []));
  }
  panel.querySelector(".nothing").hidden = Object.values(found).some(({ length }) => length);
}

function link(id) {
  const found = element("a", { href: `#q-${id}` }, element("span", { className: "code", text: id }), ` ${asked(id)}`);
  found.addEventListener("click", (event) => goTo(id) && event.preventDefault());
  return found;
}

/** Keep the list up to date while it is in or near view (`yes`). */
export function watch(yes) {
  near = yes;
  if (near) show();
}

form.addEventListener("applied", () => near && show());
for (const details of panel.querySelectorAll("details")) details.addEventListener("toggle", show);
