// @ts-check
// Where a photo comes from: taken now, with the phone's fix and time, or chosen from the gallery, with what its own file says and nothing else.
// Fetched when the first photo is there.

import { fill } from "../dom.js";
import { readExif } from "./exif.js";
import { words } from "./form_page.js";
import { amount, language } from "./formatting.js";
import { distance_m } from "./ground.js";

const JUST_NOW_MS = 60_000; // a file's time has whole seconds on some phones, and two on others
const JPEG_HEAD = 262_144; // bytes: what is said of a JPEG stands before the picture

/** {source, taken_at, position} of a chosen file; `camera` and `at` say what was asked for and when, `fix` where the phone is. */
export async function originOf(file, { camera, at }, fix) {
  // Where there is no camera, a browser lets one choose an old file in its place.
  if (camera && file.lastModified >= at - JUST_NOW_MS) return { source: "camera", taken_at: new Date(file.lastModified).toISOString(), position: fix };
  const head = file.type === "image/jpeg" ? file.slice(0, JPEG_HEAD) : file;
  return { source: "gallery", ...readExif(await head.arrayBuffer()) };
}

/** The same in words; "" where an older form noted nothing of it. `point` is where the site is known to be. */
export function originWords({ source, taken_at, position }, point) {
  if (source === "camera") return words.from_camera;
  if (source !== "gallery") return "";
  const when = taken_at && fill(words.photo_taken, { when: new Date(taken_at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }) });
  const where = position && (point ? fill(words.from_site, { metres: amount(distance_m(point, [position.lon, position.lat])) }) : words.photo_place);
  return `${words.from_gallery}: ${[when || words.photo_no_time, where || words.photo_no_place].join(", ")}`;
}
