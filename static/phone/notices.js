// @ts-check
// Notices above the form, one per kind (draft, storage, opening, tab …), so that one kind never replaces another.

import { element } from "../dom.js";

const place = document.getElementById("draft");

/**
 * Show the notice of a kind, replacing the previous one of that kind; the button `label` calls `act`, once.
 * @param {string} kind
 * @param {string} text
 * @param {{ label?: string, act?: () => void, error?: boolean }} [options]
 */
export function tell(kind, text, { label, act, error = false } = {}) {
  const button = label && element("button", { type: "button", className: "button second", text: label });
  if (button && act) button.addEventListener("click", act, { once: true });
  const notice = element("div", { className: `notice draft${error ? " error" : ""}`, "data-kind": kind }, element("p", { text }), button);
  const before = of(kind);
  if (before) before.replaceWith(notice);
  else place[error ? "prepend" : "append"](notice);
  place.hidden = false;
}

/** Remove the notice of a kind. */
export function untell(kind) {
  of(kind)?.remove();
  place.hidden = !place.children.length;
}

function of(kind) {
  return place.querySelector(`[data-kind="${kind}"]`);
}
