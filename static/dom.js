// @ts-check
// DOM helpers: elements with properties and children, and texts with their {braces} filled in.

/**
 * Create an element with properties and children. `text` is its text; names with a dash, `role` and `for` are set as attributes. Values
 * that are null or undefined are left out, and so are children that are empty or false.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | false | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "text") made.textContent = String(value);
    else if (/-|^(role|for)$/.test(name)) made.setAttribute(name, String(value));
    else Reflect.set(made, name, value);
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * Fill the {placeholders} of a text; a placeholder without a value stays visible as it is.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (brace, name) => String(values[name] ?? brace));
}
