// @ts-check
// The notices above the form, one for each kind of matter (draft, storage, opening, tab …): one never takes the place of another.

import { element } from "../dom.js";

const place = document.getElementById("draft");

/**
 * Say something of a kind, in place of what was said of it; `act` under the button `label`, once.
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

/** Take away what was said of a kind. */
export function untell(kind) {
  of(kind)?.remove();
  place.hidden = !place.children.length;
}

function of(kind) {
  return place.querySelector(`[data-kind="${kind}"]`);
}
