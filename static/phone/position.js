// @ts-check
// Position of a visit: the best of many fixes, or a pin on a sketch; the surveyor must confirm a doubtful position.
// The phone's position is not requested before the button was pressed once.

import { fill } from "../dom.js";
import { isBegun, save, visit } from "./draft.js";
import { form, words } from "./form_page.js";
import { amount } from "./formatting.js";
import { distance_m, fromEdge_m, inside, polygons } from "./ground.js";

const TARGET_M = 10;
const WIDEST_M = 100;

const box = document.getElementById("position");
const told = document.getElementById("position-told");
const wrong = document.getElementById("position-wrong");
const why = document.getElementById("position-why");
const reason = document.getElementById("position-reason");
const button = Object.fromEntries([...box.querySelectorAll("[data-do]")].map((each) => [each.dataset.do, each]));

/** @type {Opening | null} */
let opening = null;
/** @type {Fix | null} */
let latest = null;
/** @type {Fix | null} */
let best = null;
let fixes = 0;
/** @type {number | null} */
let watch = null;
/** @type {(fix: Fix | null) => void} */
let moved = () => {};

/** Return the best fix so far, as stored with a photo; null before the first. A pin is not a fix. */
export function bestFix() {
  const { position } = visit;
  const fix = best ?? position?.gps ?? (position?.how === "gps" ? position : null);
  return fix && gpsOf(fix);
}

/** Return the position of the site in the register, or null. */
export function knownPoint() {
  return opening?.point ?? null;
}

/** Return the best fix with its time. */
export function bestFixWithTime() {
  return best ?? visit.position?.gps ?? null;
}

/** Begin with the site's opening, and a listener for every fix. */
export function beginPosition(listener) {
  moved = listener;
  button.locate.addEventListener("click", locate);
  button.accept.addEventListener("click", () => accept());
  button.forget.addEventListener("click", forget);
  reason.addEventListener("input", () => {
    if (visit.position) {
      visit.position.reason = reason.value.trim();
      save();
    }
    show();
  });
  // A first fix takes time: if permission was granted already, start now.
  navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => state === "granted" && !visit.position && locate(), () => {});
}

export function knowSite(known) {
  opening = known;
  if (known.doubts) showDoubtsOfSite(known.doubts);
  show();
  wonder();
}

// Show doubts about the site's position in the register, because the surveyor on site can correct it.
function showDoubtsOfSite(sentences) {
  const list = document.getElementById("position-doubts");
  list.hidden = !sentences.length;
  list.querySelector("ul").replaceChildren(...sentences.map((each) => {
    const item = document.createElement("li");
    item.className = "sentence";
    item.textContent = each;
    return item;
  }));
}

export function locate() {
  if (watch !== null || !navigator.geolocation) return;
  told.textContent = words.searching;
  watch = navigator.geolocation.watchPosition(fixed, failed, { enableHighAccuracy: true, maximumAge: 0, timeout: 60000 });
}

function fixed({ coords, timestamp }) {
  fixes += 1;
  latest = { lon: coords.longitude, lat: coords.latitude, accuracy_m: rounded(coords.accuracy), at: new Date(timestamp).toISOString() };
  if (!best || latest.accuracy_m < best.accuracy_m) best = latest;
  moved(best);
  settle();
}

/** Use a fix that is accurate enough as the position, once the visit is loaded, and show the state. */
export function settle() {
  // A correction can be written anywhere, so its position is only taken on request.
  if (isBegun() && !visit.position && !visit.replaces && !form.dataset.sent && best && best.accuracy_m <= TARGET_M) accept();
  else show();
  wonder();
}

function rounded(metres) {
  return Math.round(metres * 10) / 10;
}

function failed({ code, PERMISSION_DENIED }) {
  if (code === PERMISSION_DENIED) stop();
  show();
  if (!best) complain(code === 1 ? words.denied : words.unavailable);
}

function stop() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
}

function accept() {
  if (!best) return;
  visit.position = { ...best, how: "gps", fixes, gps: null, reason: reason.value.trim() };
  if (best.accuracy_m <= TARGET_M) stop();
  save();
  show();
}

/** Use a point from the map; the best fix is stored with it. */
export function acceptPin([lon, lat]) {
  const gps = best ?? visit.position?.gps ?? (visit.position?.how === "gps" ? gpsOf(visit.position) : null);
  visit.position = { lon: degrees(lon), lat: degrees(lat), accuracy_m: null, at: new Date().toISOString(), how: "pin", fixes, gps, reason: reason.value.trim() };
  save();
  show();
}

function gpsOf({ lon, lat, accuracy_m, at }) {
  return { lon, lat, accuracy_m, at };
}

// 1e-5 degrees are about 1 m; round to 1e-7.
function degrees(value) {
  return Math.round(value * 1e7) / 1e7;
}

function forget() {
  visit.position = null;
  best = null;
  fixes = 0;
  reason.value = "";
  save();
  show();
  moved(null);
}

/**
 * Return the doubts about the position as texts; empty if there are none.
 * @param {Pick<VisitPosition, "lon" | "lat" | "accuracy_m"> | null} [position]
 */
export function doubts(position = visit.position) {
  if (!position) return [];
  const found = [];
  if ((position.accuracy_m ?? 0) > WIDEST_M) found.push(fill(words.too_wide, { metres: amount(position.accuracy_m) }));
  const outline = opening?.kelurahan_outline, point = [position.lon, position.lat];
  // A point counts as outside only if neither its accuracy nor that of the outline explains the distance.
  const slack_m = (position.accuracy_m ?? 0) + (opening?.kelurahan_accuracy_m ?? 0);
  if (outline && !inside(point, outline) && fromEdge_m(point, outline) > slack_m) {
    const there = (opening?.neighbours ?? []).find((each) => inside(point, each.outline))?.name;
    found.push(fill(there ? words.outside : words.outside_only, { there, here: opening?.kelurahan }));
  }
  return found;
}

/* --- far from the site --- */

let wondered = false;

// Distance of a position from the site in metres if it is so far that another site may be meant; else 0.
function far_m(position) {
  if (!position || !opening?.point) return 0;
  const point = [position.lon, position.lat], { outline, allowed_m } = opening;
  const found = !polygons(outline).length ? distance_m(opening.point, point) : inside(point, outline) ? 0 : fromEdge_m(point, outline);
  return found > allowed_m + (position.accuracy_m ?? 0) ? found : 0;
}

// Ask once per opening of the form, before many answers, and not during typing. Corrections are exempt, because they can be written anywhere.
function wonder() {
  if (!isBegun() || visit.replaces || wondered || document.activeElement?.matches("input[type=text], textarea")) return;
  if (!visit.sure && far_m(best)) askWhere(best);
}

async function askWhere(position) {
  wondered = true;
  const asking = await import("./far.js").catch(() => null);
  return asking ? asking.askPlace(opening, far_m(position), position) : true;
}

/** Resolves to whether the visit may be sent for this site; a surveyor far from it is asked again. */
export async function surelyHere() {
  const position = visit.position ?? (visit.replaces ? null : best);
  return visit.sure || !far_m(position) || askWhere(position);
}

/** Return the fault that prevents sending the visit, or null. */
export function positionFault() {
  const found = doubts();
  return found.length && !visit.position?.reason ? found.join(" ") : null;
}

/** Show the current position. */
export function show() {
  const { position } = visit;
  told.textContent = partsOf(position).join(" · ");
  const candidate = position ?? best;
  const found = doubts(candidate);
  why.hidden = !found.length;
  if (position && document.activeElement !== reason) reason.value = position.reason ?? "";
  complain(found.length && !reason.value.trim() ? found.join(" ") : "");
  const better = best && (!position || (position.how === "gps" && best.accuracy_m < (position.accuracy_m ?? 0)));
  button.accept.hidden = !better;
  if (best && better) button.accept.textContent = fill(words.accept, { metres: amount(best.accuracy_m, 1) });
  button.locate.hidden = watch !== null;
  button.forget.hidden = !position;
}

// Source of the position, and its distance from the known one.
function partsOf(position) {
  const parts = [];
  if (position) {
    parts.push(position.how === "pin" ? words.taken_pin : fill(words.taken_gps, { metres: amount(position.accuracy_m, 1) }));
    const point = [position.lon, position.lat];
    if (position.gps && position.how === "pin") parts.push(fill(words.pin_gps, { metres: amount(distance_m(point, [position.gps.lon, position.gps.lat])) }));
    if (opening?.point) parts.push(fill(words.from_site, { metres: amount(distance_m(opening.point, point)) }));
  } else if (best && latest) {
    parts.push(latest.accuracy_m === best.accuracy_m ? fill(words.fix_one, { metres: amount(best.accuracy_m, 1) }) : fill(words.fix, { metres: amount(latest.accuracy_m, 1), best: amount(best.accuracy_m, 1), count: fixes }));
  } else if (watch !== null) parts.push(words.searching);
  return parts;
}

function complain(text) {
  wrong.textContent = text;
  wrong.hidden = !text;
}
