// @ts-check
// Sites of a surveyor: search by name, and download for offline use.

import { element, fill } from "../dom.js";
import { day } from "./days.js";
import { formOf } from "./form_address.js";
import { when } from "./formatting.js";
import { showAll } from "./keyed_list.js";
import { fetchOpening } from "./opening.js";
import { missing, readyUnder } from "./readiness.js";
import { keys } from "./store.js";

const SHOWN = 40;
const MARK = 18;
const OLD_MS = 3600_000;
const BY_ITSELF = 60; // more than a surveyor visits in some days; a whole province is downloaded only on request

const section = document.getElementById("places");
const list = section.querySelector("ul");
const search = document.getElementById("search");
const line = document.getElementById("places-told");
const more = document.getElementById("more");
const bar = document.getElementById("preparing");
const button = bar.querySelector("button");

let page = null; // {words, edition, marks}
let sites = [];
let openings = []; // [site, edition]
let ready = new Set();
let usable = ""; // the edition whose form opens offline
let busy = false;

/** Show the sites of `work`; `kept` is the edition whose form is cached, or "". */
export async function showPlaces(work, kept, given) {
  page = { ...given, kept_at: work?.kept_at };
  sites = work?.sites ?? [];
  usable = kept;
  openings = await keys("openings");
  ready = readyUnder(usable, openings);
  document.getElementById("searching").hidden = sites.length < 2;
  render();
}

function render() {
  const { words } = page;
  const asked = plain(search.value).split(" ").filter(Boolean);
  const found = sites.filter((site) => asked.every((word) => plain(`${site.name} ${site.kelurahan}`).includes(word)));
  showAll(list, found.slice(0, SHOWN), (site) => [site.name, site.status, site.last_day, isReady(site), site.night], item);
  const old = Date.now() - Date.parse(page.kept_at) > OLD_MS ? fill(words.old_list, { when: when(page.kept_at) }) : "";
  const none = sites.length ? words.no_place : page.none;
  line.textContent = !found.length ? none : asked.length ? fill(words.found, { count: found.length, total: sites.length }) : old;
  more.hidden = found.length <= SHOWN;
  more.textContent = fill(words.more, { count: found.length - SHOWN });
  const done = sites.filter(isReady).length;
  bar.hidden = !sites.length;
  const older = usable && usable !== page.edition;
  if (!busy) bar.querySelector("p").textContent = fill(older ? words.prepared_older : words.prepared, { done, count: sites.length, edition: usable, now: page.edition });
  button.hidden = busy || !usable || done === sites.length;
}

function isReady({ id }) {
  return ready.has(id);
}

function item(site) {
  const { words, marks } = page;
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  mark.setAttribute("class", `mark ${site.status}`);
  mark.setAttribute("viewBox", "0 0 20 20");
  mark.setAttribute("width", MARK);
  mark.setAttribute("height", MARK);
  mark.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${marks}#${site.status}`);
  mark.append(use);
  const last = site.last_day ? fill(words.last_day, { day: day(site.last_day) }) : words.never;
  return element(
    "li",
    {},
    element(
      "a",
      { className: "card place", href: formOf(site.id) },
      element("strong", { text: site.name }),
      element("span", { className: "muted small", text: [site.kelurahan, last].filter(Boolean).join(" · ") }),
      element("span", { className: "row small" }, element("span", { className: "badge" }, mark, element("span", { text: words.status[site.status] })), element("span", { className: isReady(site) ? "ready" : "muted", text: isReady(site) ? words.ready : words.not_ready })),
    ),
    site.night?.length && element("p", { className: "small" }, element("a", { className: "button second", href: formOf(site.id, { check: site.night.join(",") }), text: words.night })),
  );
}

// Ignore case and accents.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Fetch the openings of the sites one after the other; all of them only on request. */
export async function prepare(everything = false) {
  await prepareForms(everything);
  if (everything || (sites.length <= BY_ITSELF && !navigator.connection?.saveData)) await (await import("./ground_tiles.js")).keepGround(sites.map(({ point }) => point).filter(Boolean)).catch(() => null);
  await tellGround();
}

// Show the size of the cached basemap; nothing if there is no basemap.
async function tellGround() {
  const kept = await (await import("./ground_tiles.js")).keptGround();
  const told = document.getElementById("ground-kept");
  told.hidden = !kept?.version;
  if (told.hidden) return;
  const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(kept.bytes / 1e6);
  told.textContent = [fill(page.words.ground, { done: kept.places, count: kept.of, size }), kept.full && page.words.ground_full].filter(Boolean).join(" ");
}

async function prepareForms(everything) {
  const wanted = missing(sites.map(({ id }) => id), openings, usable, page.edition);
  if (busy || !wanted.length || (!everything && (sites.length > BY_ITSELF || navigator.connection?.saveData))) return;
  busy = true;
  const words = page.words;
  try {
    for (const [site, edition] of wanted) {
      const done = sites.length - wanted.filter((each) => each[1] === edition).length + wanted.findIndex((each) => each[0] === site && each[1] === edition);
      if (edition === (usable || page.edition)) bar.querySelector("p").textContent = fill(words.preparing, { done, count: sites.length });
      if (!(await fetchOpening(site, edition))) break; // the network is gone; the next call continues here
      openings.push([site, edition]);
      ready = readyUnder(usable, openings);
    }
  } finally {
    busy = false;
    render();
  }
}

search.addEventListener("input", () => page && render());
button.addEventListener("click", () => prepare(true).catch(() => undefined)); // failures are shown with the health of the phone
