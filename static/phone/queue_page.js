// @ts-check
// Elements of the queue's page that its scripts share: texts, person, lists and the status line at the top.

import { element } from "../dom.js";
import { buttons } from "./entries.js";

const { words: text, person: who, kept: keptText } = document.getElementById("work").dataset;
export const { edition, marks } = document.getElementById("work").dataset;
export const words = JSON.parse(text);
export const surveys = document.getElementById("work").dataset.surveys === "yes";
/** @type {Person} */
export const person = JSON.parse(who);
export const kept = JSON.parse(keptText);
export const told = document.getElementById("told");
/** The lists of the page, by name. */
export const lists = Object.fromEntries(["fixes", "outbox", "drafts", "deleted", "sent", "own"].map((id) => [id, document.getElementById(id)]));

/** Show a message at the top of the page, with optional buttons. */
export function tell(line, acts) {
  told.replaceChildren(element("span", { text: line }), acts ? buttons(acts) : "");
  told.hidden = false;
}
