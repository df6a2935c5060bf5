// @ts-check
// Lazy loading of scripts that only some visits need: sketch, search, list on leaving, one question at a time, dangers.

import { open as openParts } from "./progress.js";
import { steady } from "./retry.js";

const PAUSES_MS = [300, 1000, 3000];
/** @type {Partial<Opening>} */
let opening = {};
/** @type {() => Person | null} */
let author = () => null;

/**
 * Begin; `by()` returns the signed-in person, `isLive()` whether the form's table is loaded.
 * @param {() => Person | null} by
 * @param {() => boolean} isLive
 */
export function beginLateScripts(by, isLive) {
  author = by;
  watchLeaving(isLive);
}

/**
 * Set the opening of the site, once it is loaded.
 * @param {Partial<Opening>} known
 */
export function knowOpening(known) {
  opening = known;
  sketch?.knowSiteOnMap(opening);
}

/* --- the sketch of the site --- */

const pin = document.getElementById("pin").closest("details");
/** @type {typeof import("./pin.js") | null} */
let sketch = null;

pin.addEventListener("toggle", async () => {
  if (!pin.open || sketch) return;
  sketch = await import("./pin.js");
  sketch.beginPin();
  sketch.knowSiteOnMap(opening);
});

/** Draw the sketch again, if it is loaded. */
export function redraw() {
  sketch?.redraw();
}

/* --- search, and leaving the site --- */

/** @type {Promise<typeof import("./find.js")> | null} */
let finder = null;

document.querySelector(".finder").addEventListener("input", async () => {
  finder ??= import("./find.js");
  (await finder).sift();
});

/** @type {Promise<typeof import("./leaving.js")> | null} */
let leaving = null;

function watchLeaving(isLive) {
  new IntersectionObserver(
    async ([{ isIntersecting }]) => {
      if (!isLive()) return;
      if (isIntersecting) leaving ??= import("./leaving.js");
      (await leaving)?.watch(isIntersecting);
    },
    { rootMargin: "300px" },
  ).observe(document.getElementById("leaving"));
}

/* --- one question at a time --- */

/** Show one question at a time. */
export async function beginOneByOne() {
  openParts(false);
  const view = await import("./one_question.js");
  view.knowPoints(opening.items);
  view.begin();
}

document.getElementById("one-by-one").addEventListener("click", beginOneByOne);

/* --- dangers --- */

// Reporting a danger must not wait for a download: the script is loaded in advance, and retried until it is there.
const alarm = document.getElementById("alarm");
/** @type {Promise<typeof import("./danger.js")> | null} */
let danger = null;

/** Load the script that reports dangers. */
export function loadDanger() {
  danger ??= steady(() => import("./danger.js"), PAUSES_MS).then(
    (loaded) => loaded.beginDanger(() => author()) ?? loaded,
    (fault) => {
      danger = null;
      throw fault;
    },
  );
  return danger;
}

/** Show the phone's position in the dialog of a danger, if it is loaded. */
export function tellDangerPosition() {
  danger?.then(({ tellPosition }) => tellPosition(), () => {});
}

alarm.hidden = false;
alarm.addEventListener("click", () => loadDanger().then(({ open }) => open(), () => document.getElementById("danger").showModal()));
addEventListener("online", () => loadDanger().catch(() => {}));
