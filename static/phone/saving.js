// @ts-check
// Saves entries of the outbox as a ZIP file; they stay in the outbox.

import { element, fill } from "../dom.js";
import { parcel } from "./parcel.js";

const MINUTE_MS = 60_000;

export async function saveAs(entries, name, words, told) {
  const link = element("a", { href: URL.createObjectURL(await parcel(entries)), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), MINUTE_MS);
  told(fill(words.saved, { name }));
}

/** Save all waiting entries, under a file name with the time. */
export function saveQueue(entries, words, told) {
  const waiting = entries.filter(({ state }) => state !== "sent");
  return saveAs(waiting, `${words.file}-${new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-")}.zip`, words, told);
}
