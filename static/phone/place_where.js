// @ts-check
// Position of a new place: by standing in it, walking round it, or setting a pin on the map. Each fix is stored before the next one counts.

import { element, fill } from "../dom.js";
import { amount } from "./formatting.js";
import { middle } from "./ground.js";
import { middleOf, positionOf } from "./place_document.js";
import { add, fixes, place, save, takeBack } from "./place_draft.js";
import { linesOf } from "./place_figures.js";
import { beginSketch, showScene } from "./place_sketch.js";
import { look, lookNoMore, mayRest, stayAwake } from "./satellites.js";
import { isUsed, lastOf, outlineOf, standing, WIDEST_M } from "./walk_outline.js";

const COARSEST_M = 100; // a less accurate point is not enough to find the place again
const UNDO_M = 10;
const RECENT = 60; // number of fixes for the position of a standing surveyor

const form = document.getElementById("new-place");
const words = JSON.parse(form.dataset.words);
const byId = (id) => document.getElementById(id);
const buttons = Object.fromEntries([...form.querySelectorAll("#where [data-do]")].map((each) => [each.dataset.do, each]));
const told = byId("where-told"), accuracy = byId("accuracy"), wrong = byId("wrong"), figures = byId("figures"), awake = byId("awake");

let latest = null;
let stood = [];
let moved = () => {};
let dark = false;

/** Begin; `known` are the places around ([{name, point}]), `changed()` is called when the position changes. */
export function beginWhere(known, changed) {
  moved = changed;
  beginSketch({ pinned, told: (metres) => (metres < 2000 ? `${amount(metres)} m` : `${amount(metres / 1000, 1)} km`), empty: words.nothing_to_draw, kept: form.dataset.ground });
  showScene({ known: known.filter(({ point }) => point) });
  for (const [name, act] of Object.entries({ take, start, pause, corner, close, undo, middle: asMiddle })) buttons[name].addEventListener("click", act);
  form.addEventListener("change", ({ target }) => target.name === "how" && choose(target.value));
  document.addEventListener("visibilitychange", cameBack);
  if (place.walk === "walking") {
    // The browser was killed during the walk.
    place.walk = "paused";
    save();
  }
  if (place.how === "walk" && place.walk !== "closed" && fixes.length) say(words.continued, { count: usedFixes().length });
  for (const radio of form.querySelectorAll("[name=how]")) radio.checked = radio.value === place.how;
  if (place.how === "stand" || place.how === "walk") lookNow();
  // A first fix takes time: if permission was granted already, start now.
  else navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => state === "granted" && lookNow(), () => {});
  show();
}

/** Return the current position of the place: its middle, else that of this phone, else null. */
export function pointNow() {
  const found = positionOf(place, fixes)?.geometry;
  if (found) return found.type === "Point" ? found.coordinates : middle(found);
  return latest && [latest.lon, latest.lat];
}

/** Return the error that prevents sending the position, or "". */
export function positionProblem() {
  if (positionOf(place, fixes)) return "";
  if (place.how !== "walk" || !fixes.length) return words.no_position;
  if (place.walk !== "closed") return words.open_walk;
  const { ring, crossings } = outlineOf(fixes);
  return ring.length ? fill(words.crosses, { count: crossings.length }) : words.few;
}

function usedFixes() {
  return fixes.filter((fix) => isUsed(fix));
}

function say(text, values = {}) {
  told.textContent = fill(text, values);
}

/* --- choosing the way, and fixes --- */

function choose(how) {
  place.how = how;
  stood = latest ? [latest] : []; // a phone at rest may report no new fix
  if (how !== "walk" && place.walk === "walking") place.walk = "paused";
  if (how !== "walk") mayRest();
  say("");
  save();
  if (how === "pin") failed("");
  else lookNow();
  show();
  moved();
}

function lookNow() {
  if (!latest) accuracy.textContent = words.searching;
  accuracy.hidden = false;
  look(fixed, failed);
}

function failed(why) {
  wrong.textContent = words[why] ?? "";
  wrong.hidden = !why;
  if (why && !latest) accuracy.hidden = true;
}

function fixed(fix) {
  const first = !latest;
  latest = fix;
  failed("");
  accuracy.hidden = false;
  const metres = amount(fix.accuracy_m, 1);
  const coarse = fix.accuracy_m > WIDEST_M;
  accuracy.textContent = fill(coarse ? words.now_wide : words.now, { metres, most: WIDEST_M });
  accuracy.classList.toggle("coarse", coarse);
  stood = [...stood, fix].slice(-RECENT);
  if (place.how === "walk" && place.walk === "walking") add(fix);
  show();
  if (first) moved();
}

// A page receives no fixes while the screen is off.
function cameBack() {
  if (place.walk !== "walking") return;
  if (document.visibilityState === "hidden") dark = true;
  else if (dark) {
    dark = false;
    say(words.dark);
  }
}

/* --- standing, and setting a pin --- */

function take() {
  const found = standing(stood);
  if (!found) return;
  if (found.accuracy_m > COARSEST_M) return say(words.too_wide, { metres: amount(found.accuracy_m) });
  place.point = found;
  say(words.taken, { metres: amount(found.accuracy_m, 1), count: found.count });
  save();
  show();
  moved();
}

function pinned([lon, lat]) {
  place.pin = { lon: Math.round(lon * 1e7) / 1e7, lat: Math.round(lat * 1e7) / 1e7 };
  say(words.pinned);
  save();
  show();
  moved();
}

/* --- walking --- */

async function start() {
  place.walk = "walking";
  place.as_middle = false;
  save();
  lookNow();
  say(words.started);
  show();
  buttons.pause.focus();
  if (latest) add(latest).then(show);
  awake.textContent = (await stayAwake()) ? words.awake : words.not_awake;
}

function pause() {
  place.walk = "paused";
  mayRest();
  say(words.paused);
  save();
  show();
  buttons.start.focus();
}

function corner() {
  if (!latest || latest.accuracy_m > WIDEST_M) return say(words.no_corner);
  add({ ...latest, at: new Date().toISOString(), corner: true });
  say(words.corner);
  show();
}

function close() {
  const few = !outlineOf(fixes).ring.length;
  if (few) return say(words.few);
  place.walk = "closed";
  mayRest();
  say(words.closed);
  save();
  show();
  buttons.start.focus();
  moved();
}

function undo() {
  const back = lastOf(fixes, UNDO_M);
  place.as_middle = false;
  takeBack(back);
  save();
  say(words.undone, { metres: UNDO_M });
  show();
  if (buttons.undo.hidden) buttons.start.focus();
  moved();
}

function asMiddle() {
  place.as_middle = true;
  save();
  show();
  buttons.start.focus();
  moved();
}

/* --- rendering --- */

function showButtons(walk, any) {
  const walking = walk === "walking", found = standing(stood);
  buttons.take.hidden = !found;
  if (found) buttons.take.textContent = fill(words.take, { metres: amount(found.accuracy_m, 1) });
  buttons.start.hidden = walking;
  buttons.start.classList.toggle("second", walk === "closed");
  buttons.start.textContent = walk === "closed" ? words.walk_again : walk === "paused" ? words.go_on : words.start;
  buttons.pause.hidden = !walking;
  buttons.corner.hidden = buttons.close.hidden = !walking && walk !== "paused";
  buttons.undo.hidden = !walk || !any;
}

function show() {
  const { how, walk } = place;
  const walking = walk === "walking", used = usedFixes();
  byId("stand").hidden = how !== "stand";
  byId("walk").hidden = how !== "walk";
  byId("pin-how").hidden = how !== "pin";
  byId("sketched").hidden = !how;
  awake.hidden = !walking;
  showButtons(walk, used.length > 0);
  const outline = how === "walk" && walk === "closed" ? outlineOf(fixes) : null;
  const doubtful = outline && (!outline.ring.length || outline.crossings.length > 0 || outline.area_off_m2 > outline.area_m2 / 2);
  buttons.middle.hidden = !doubtful || place.as_middle;
  showFigures(how === "walk" && fixes.length ? linesOf(place, fixes, outline, words) : how === "stand" && place.point ? [fill(words.taken, { metres: amount(place.point.accuracy_m, 1), count: place.point.count })] : []);
  const at = ({ lon, lat }) => [lon, lat];
  const [walked, drawn] = [how === "walk" ? fixes : [], place.as_middle ? null : outline];
  showScene({
    line: how === "walk" ? used.map(at) : [],
    left: walked.filter((fix) => !isUsed(fix) && !fix.undone).map(at),
    corners: how === "walk" ? used.filter((fix) => fix.corner).map(at) : [],
    ring: drawn?.ring ?? [],
    crossings: drawn?.crossings ?? [],
    gps: latest,
    pin: pinNow(),
    pinning: how === "pin",
  });
}

function pinNow() {
  if (place.how === "pin") return place.pin && [place.pin.lon, place.pin.lat];
  if (place.how === "stand") return place.point && [place.point.lon, place.point.lat];
  return place.as_middle ? (middleOf(fixes)?.geometry.coordinates ?? null) : null;
}

function showFigures(found) {
  figures.hidden = !found.length;
  if (figures.textContent !== found.join("")) figures.replaceChildren(...found.map((text) => element("p", { text })));
}

addEventListener("pagehide", lookNoMore);
