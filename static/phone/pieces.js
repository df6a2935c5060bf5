// Small pieces of a page: elements, texts with braces filled in, days and times as people write them.

export const language = document.documentElement.lang;

/** An element with properties and children; `text` is its text, a name with a dash an attribute. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "text") element.textContent = value;
    else if (key.includes("-") || key === "role") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter(Boolean));
  return element;
}

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (brace, name) => values[name] ?? brace);
}

// Days are written as the server writes them: day, month, year.
const locale = language === "en" ? "en-GB" : language;
const full = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const dayOnly = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A moment: the time alone where it is of today. */
export function when(text) {
  const at = new Date(text);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : full.format(at);
}

/** A day as it stands in a document. */
export function day(text) {
  return dayOnly.format(new Date(`${text}T00:00:00Z`));
}

/** The address of a site's form. */
export function formOf(site, query = {}) {
  const path = site.split("/").map(encodeURIComponent).join("/");
  const asked = String(new URLSearchParams(Object.entries(query).filter(([, value]) => value)));
  return `/sites/${path}/audit${asked && `?${asked}`}`;
}

/**
 * Show records as the children of `list`, built anew only where something of them changed, so that focus and place stay.
 * `told(record)` is all that `build(record)` depends on.
 */
export function showAll(list, records, told, build) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  list.replaceChildren(
    ...records.map((record) => {
      const key = `${record.id} ${JSON.stringify(told(record))}`;
      const old = before.get(key);
      if (old) return old;
      const element = build(record);
      element.dataset.key = key;
      return element;
    }),
  );
}
