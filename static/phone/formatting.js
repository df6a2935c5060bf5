// @ts-check
// Formatting of days, times and amounts in the language of the page.

export const language = document.documentElement.lang;

// Days have the same format as on the server: day, month, year.
export const locale = language === "en" ? "en-GB" : language;
const full = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });

/** Format a time; without the day if it is today. */
export function when(text) {
  const at = new Date(text);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : full.format(at);
}

/** Format a number with at most so many decimals. */
export function amount(value, decimals = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: decimals }).format(value);
}
