// Knows the parts of the form's page that every script needs: the form, its questions, its texts and its language.
// No text stands in a script; `words` has them in the language of the page.

export const form = document.getElementById("form");
export const words = JSON.parse(form.dataset.words);
export const language = document.documentElement.lang;
export const edition = form.dataset.edition;

// A question has its fields and a foot; the kind of visit has no foot and is none.
export const questions = new Map();
for (const foot of form.getElementsByClassName("foot")) {
  const box = foot.parentElement;
  questions.set(box.id.slice(2), box);
}

/** Put values into the {braces} of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** An element with text and other properties; what is undefined is left out. */
export function make(tag, { text, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("data-") || name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** A number as this language writes it, with at most so many decimals. */
export function amount(value, decimals = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: decimals }).format(value);
}

/** The words of a question. */
export function asked(id) {
  return questions.get(id)?.querySelector("legend").textContent ?? "";
}

/** The place below a question for what only some questions have: notes, photos, what the reviewer wrote. */
export function extras(id) {
  const box = questions.get(id);
  let place = box?.querySelector(".extras");
  if (box && !place) box.append((place = make("div", { className: "extras" })));
  return place;
}
