// @ts-check
// DOM helpers: elements with properties and children, texts with their {braces} filled in, and lists that keep what did not change.

/**
 * An element with properties and children. `text` is its text; a name with a dash, `role` and `for` are attributes; what is null or
 * undefined is left out, and so are children that are empty or false.
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
 * Put values into the {braces} of a text; a brace that nothing is known of stays as it is, where somebody sees it.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (brace, name) => String(values[name] ?? brace));
}

/**
 * Show records as the children of `list`, built anew only where something of them changed, so that focus and scrolling stay.
 * `shown(record)` is all that `build(record)` depends on.
 * @param {HTMLElement} list
 * @param {any[]} records
 * @param {(record: any) => unknown} shown
 * @param {(record: any) => HTMLElement} build
 */
export function showAll(list, records, shown, build) {
  const before = new Map([...list.querySelectorAll(":scope > *")].map((child) => [child.dataset.key, child]));
  list.replaceChildren(
    ...records.map((record) => {
      const key = `${record.id} ${JSON.stringify(shown(record))}`;
      const child = before.get(key) ?? build(record);
      child.dataset.key = key;
      return child;
    }),
  );
}
