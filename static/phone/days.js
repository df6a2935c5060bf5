// @ts-check
// Formatting and parsing of days: day, month, year.

import { locale } from "./formatting.js";

const dayOnly = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** Return a day as documents store it (ISO 8601). */
export function day(text) {
  return dayOnly.format(new Date(`${text}T00:00:00Z`));
}
