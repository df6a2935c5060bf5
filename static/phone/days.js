// @ts-check
// Days as people write them: day, month, year.

import { locale } from "./formatting.js";

const dayOnly = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A day as it stands in a document. */
export function day(text) {
  return dayOnly.format(new Date(`${text}T00:00:00Z`));
}
