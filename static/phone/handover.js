// @ts-check
// Uploads parcels (ZIP files of a queue) one after the other, and shows the result of each parcel and entry.

import { element, fill } from "../dom.js";

const SHOWN = 8;
const place = document.getElementById("handover");
const chosen = document.getElementById("parcel");
const line = document.getElementById("parcel-told");
const bar = place.querySelector("progress");
const list = document.getElementById("parcel-list");

const FIRST_NAME = 30; // offset of the first entry's name in a ZIP
const UNFINISHED = "draft.json";

/** Handle chosen files; unfinished work is imported for `person`. `done` is called when all were tried. */
export function handOver(words, person, done) {
  chosen.addEventListener("change", async () => {
    const files = [...(chosen.files ?? [])];
    if (!files.length) return;
    list.replaceChildren();
    chosen.disabled = true;
    bar.hidden = false;
    const lines = [];
    for (const file of files) {
      const told = (await isUnfinished(file)) ? await takeUnfinished(file, person, words) : await handOverOne(file, words);
      lines.push(files.length > 1 ? `${file.name}: ${told}` : told);
    }
    line.textContent = lines.join("\n");
    bar.hidden = true;
    chosen.disabled = false;
    chosen.value = "";
    await done();
  });
}

// Unfinished work is not uploaded: it becomes a draft on this phone.
async function isUnfinished(file) {
  const name = file.slice(FIRST_NAME, FIRST_NAME + UNFINISHED.length);
  return new TextDecoder().decode(await name.arrayBuffer()) === UNFINISHED;
}

async function takeUnfinished(file, person, words) {
  const { halfDone, takeHalfDone } = await import("./half_done.js");
  const found = await halfDone(file);
  return found ? takeHalfDone(found, person, words) : words.half_broken;
}

async function handOverOne(file, words) {
  const { status, body } = await send(file, (part) => {
    bar.value = part;
    line.textContent = fill(words.taking, { file: file.name, percent: Math.floor(part * 100) });
  });
  if (!status) return fill(words.not_taken, { told: words.no_network });
  if (status !== 200 || !body?.entries) return fill(words.not_taken, { told: body?.told ?? words.problem.server });
  const { entries } = body;
  list.append(...entries.map((entry) => item(entry, words)));
  return fill(words.taken, { count: entries.length, accepted: entries.filter(({ receipt }) => receipt).length });
}

function item({ path, result, told, receipt, site_name: site, author_name: author, kind }, words) {
  const name = site ? [`${receipt?.scope === "check" ? words.check : words[kind]}: ${site}`, author && fill(words.written_by, { name: author })].filter(Boolean).join(", ") : path;
  const code = receipt ? ` · ${fill(words.code, { code: receipt.sha256.slice(0, SHOWN) })}` : "";
  const waits = receipt?.missing?.length ? fill(words.misses, { count: receipt.missing.length }) : "";
  return element(
    "li",
    { className: `card entry ${result === "refused" ? "refused" : receipt || kind === "photo" ? "sent" : ""}` },
    element("p", {}, element("strong", { text: name }), ` – ${words.result[result]}${code}`),
    told && element("p", { className: result === "refused" ? "error-text" : "small", text: told }),
    waits && element("p", { className: "small", text: waits }),
  );
}

/** Resolves to {status, body}: status 0 without a response, body null unless it is JSON. */
function send(file, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not report the progress of an upload
    request.open("POST", "/api/parcels");
    request.setRequestHeader("Content-Type", "application/zip");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = request.onabort = request.ontimeout = () => resolve({ status: 0, body: null });
    progress(0);
    request.send(file);
  });
}
