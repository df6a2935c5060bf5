// @ts-check
// Keyed list: renders an element again only if its record has changed.

/**
 * Render records as the children of `list`; unchanged elements are reused, so that focus and scroll position stay.
 * `shown(record)` returns everything that `build(record)` depends on.
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
