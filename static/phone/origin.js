// @ts-check
// Origin of a photo: taken now, with the phone's fix and time, or chosen from the gallery, with only the metadata of its file.
// Loaded with the first photo.

import { fill } from "../dom.js";
import { readExif } from "./exif.js";
import { words } from "./form_page.js";
import { amount, language } from "./formatting.js";
import { distance_m } from "./ground.js";

const JUST_NOW_MS = 60_000; // file times have a resolution of 1 s on some phones and 2 s on others
const JPEG_HEAD = 262_144; // bytes: the metadata of a JPEG precedes the picture

/** Return {source, taken_at, position} of a chosen file; `camera` and `at` are the kind and time of the request, `fix` the phone's position. */
export async function originOf(file, { camera, at }, fix) {
  // Without a camera, a browser offers to choose an existing file instead.
  if (camera && file.lastModified >= at - JUST_NOW_MS) return { source: "camera", taken_at: new Date(file.lastModified).toISOString(), position: fix };
  const head = file.type === "image/jpeg" ? file.slice(0, JPEG_HEAD) : file;
  return { source: "gallery", ...readExif(await head.arrayBuffer()) };
}

/** Describe an origin in words; "" if an older form did not record it. `point` is the position of the site. */
export function originWords({ source, taken_at, position }, point) {
  if (source === "camera") return words.from_camera;
  if (source !== "gallery") return "";
  const when = taken_at && fill(words.photo_taken, { when: new Date(taken_at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }) });
  const where = position && (point ? fill(words.from_site, { metres: amount(distance_m(point, [position.lon, position.lat])) }) : words.photo_place);
  return `${words.from_gallery}: ${[when || words.photo_no_time, where || words.photo_no_place].join(", ")}`;
}
