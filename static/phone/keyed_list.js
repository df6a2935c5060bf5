// @ts-check
// A list of records whose elements are built anew only where their record changed.

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
