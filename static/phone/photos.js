// @ts-check
// Takes photos for questions: scales them down, identifies them by hash, and stores them on the phone until the server has them.
// Time and position are stored in the visit; the picture itself has no metadata.

import { element, fill } from "../dom.js";
import { save, saved, visit } from "./draft.js";
import { extras, questions, words } from "./form_page.js";
import { amount, language } from "./formatting.js";
import { bestFix, knownPoint } from "./position.js";
import { all, get, keys, put, remove, sha256 } from "./store.js";

const LONGEST = 1600;
const QUALITY = 0.78;
// Formats that the server can read unchanged, by the first bytes of the file.
/** @type {[string, RegExp][]} */
const READABLE = [
  ["image/jpeg", /^ffd8ff/],
  ["image/png", /^89504e470d0a1a0a/],
  ["image/webp", /^52494646.{8}57454250/],
];

const camera = document.getElementById("camera");
let wanted = null;
let asked = null; // the current request: {camera, at}
let busy = 0;

/** Whether photos are still being prepared. */
export function preparing() {
  return busy > 0;
}

/** Open the camera (or the gallery) for a question, after saving everything, because the browser may kill the page meanwhile. */
export async function choosePhotos(id, gallery) {
  visit.at = id;
  await saved();
  ask(gallery, (files, how) => takePhotos(id, files, how));
}

/** Open the camera (or the gallery) for an item of equipment; its photos are shown below the list. */
export async function takeItemPhotos(item, gallery) {
  visit.at = `${item}-`;
  await saved();
  ask(gallery, (files, how) => takePhotos("", files, how, item));
}

/** Let the user choose pictures; `taken(files, how)` receives them with the request {camera, at}. */
export function ask(gallery, taken) {
  wanted = taken;
  asked = { camera: !gallery, at: Date.now() };
  camera.multiple = gallery;
  if (gallery) camera.removeAttribute("capture");
  else camera.setAttribute("capture", "environment");
  camera.click();
}

camera.addEventListener("change", () => {
  const files = [...(camera.files ?? [])];
  camera.value = ""; // allows choosing the same picture again
  if (files.length) wanted?.(files, asked);
});

async function takePhotos(id, files, how, item = "") {
  const place = gallery(id, item);
  busy += 1;
  try {
    for (const [at, file] of files.entries()) {
      tell(place, fill(words.preparing, { at: at + 1, count: files.length }));
      await takeOne(id, file, how, place, item);
    }
  } finally {
    busy -= 1;
    tell(place, "");
  }
}

async function takeOne(id, file, how, place, item) {
  const picture = await prepared(file, how);
  if (!picture) return complain(place, fill(words.unreadable, { name: file.name }));
  if (picture.as_is) complain(place, fill(words.as_is, { name: file.name }));
  const known = visit.photos.find((photo) => photo.sha256 === picture.sha256 && photo.question === id && photo.item === item);
  if (known) return complain(place, words.twice);
  const entry = { sha256: picture.sha256, question: id, item, bytes: picture.bytes.byteLength, ...picture.origin };
  try {
    await put("photos", { visit: visit.id, sha256: picture.sha256, bytes: picture.bytes, type: picture.type });
  } catch {
    return complain(place, words.no_room);
  }
  visit.photos.push(entry);
  await save();
  return show(entry, place);
}

/** Return a picture ready for storage: {bytes, type, sha256, origin} with its origin as stored in a visit; null if it cannot be read. */
export async function prepared(file, how) {
  const { originOf } = await import("./origin.js");
  const origin = await originOf(file, how, bestFix());
  let bytes = await shrunk(file);
  let type = "image/jpeg";
  const as_is = !bytes;
  if (!bytes) {
    bytes = await file.arrayBuffer();
    const start = [...new Uint8Array(bytes, 0, Math.min(12, bytes.byteLength))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    type = READABLE.find(([, first]) => first.test(start))?.[0] ?? "";
    if (!type) return null;
  }
  return { bytes, type, sha256: await sha256(bytes), origin, as_is };
}

async function shrunk(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = element("canvas", { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close(); // release the memory of a large picture at once, before garbage collection
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  canvas.width = canvas.height = 0;
  return blob && blob.arrayBuffer();
}

/* --- rendering --- */

function gallery(id, item) {
  const place = item ? besideItem(item) : extras(id);
  let list = place.querySelector(".photos");
  if (!list) place.append((list = element("div", { className: "photos" }, element("ul", { className: "thumbs", role: "list" }), element("p", { className: "small", role: "status" }))));
  return list;
}

// The list of items renders itself again, so its photos are shown below it, each with the name of its item.
function besideItem(item) {
  const id = `photos-${item}`;
  const name = visit.items.find((each) => each.id === item)?.name ?? "";
  const place = document.getElementById(id) ?? element("div", { id, className: "extras" }, element("p", { className: "small", text: name }));
  document.querySelector("#items .item-list").after(place);
  return place;
}

function tell(place, text) {
  place.querySelector("[role=status]").textContent = text;
}

function complain(place, text) {
  place.append(element("p", { className: "error-text small", role: "alert", text }));
}

function show(entry, place) {
  const list = place.querySelector("ul");
  const at = list.children.length + 1;
  const time = entry.taken_at ? new Date(entry.taken_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" }) : "–";
  const alt = fill(words.photo_of, { at, size: amount(entry.bytes / 1000), time });
  const image = element("img", { alt, width: 96, height: 96, loading: "lazy", decoding: "async" });
  fetchInto(image, entry.sha256);
  const button = element("button", { type: "button", className: "tool", text: words.remove, "aria-label": `${words.remove}: ${alt}` });
  const origin = element("span", { className: "origin small" });
  import("./origin.js").then(({ originWords }) => (origin.textContent = originWords(entry, knownPoint())), () => {});
  const item = element("li", {}, image, origin, button);
  button.addEventListener("click", () => takeAway(entry, item));
  list.append(item);
}

async function fetchInto(image, hash) {
  const kept = (await get("photos", [visit.id, hash])) ?? (visit.replaces && (await keptElsewhere(hash)));
  // A correction refers to photos stored under the version before, or only on the server.
  if (!kept && visit.replaces) image.src = `/photos/${visit.replaces}/${hash}?size=small`;
  if (!kept) return;
  image.loading = "eager"; // it is here already, and what the page skips while it lies out of sight may never be asked for
  image.onload = () => URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(new Blob([kept.bytes], { type: kept.type }));
}

async function keptElsewhere(hash) {
  const key = (await keys("photos")).find(([, held]) => held === hash);
  return key && get("photos", key);
}

function takeAway(entry, item) {
  const at = visit.photos.indexOf(entry);
  if (at < 0) return;
  visit.photos.splice(at, 1);
  save();
  const undo = element("button", { type: "button", className: "tool", text: words.undo });
  const gone = element("li", { className: "gone" }, element("span", { className: "small", text: words.removed }), undo);
  item.replaceWith(gone);
  undo.focus();
  undo.addEventListener("click", () => {
    visit.photos.splice(at, 0, entry);
    save();
    gone.replaceWith(item);
    item.querySelector("button").focus();
  });
}

/** Show the photos of the current visit. */
export function showPhotos() {
  for (const place of document.querySelectorAll(".extras .photos")) place.remove();
  for (const entry of visit.photos) {
    if (entry.item || questions.has(entry.question)) show(entry, gallery(entry.question, entry.item));
  }
}

/** Delete stored photos that the visit no longer refers to. */
export async function sweep() {
  const named = new Set(visit.photos.map(({ sha256: hash }) => hash));
  for (const { sha256: hash } of await all("photos", visit.id)) {
    if (!named.has(hash)) await remove("photos", [visit.id, hash]);
  }
}
