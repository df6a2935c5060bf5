// @ts-check
// Hides the questions of the site that its items answer, and shows where the answers are instead.

import { element, fill } from "../dom.js";
import { factsOf, isThere } from "./fold.js";

const given = (value) => value !== undefined && value !== null && value !== "";

export function puttingAway(table, words, judge) {
  const { each, facts, tallies, every, complete } = table.equipment;
  const counted = [...tallies, ...every].map(([question]) => question);
  const own = [...facts, ...counted, ...each.requirements.flatMap(({ questions }) => questions)];
  let put = "";

  // A question is hidden only as long as an item answers it. A question with an answer for the whole site stays visible, because a
  // "not met" counts until the list is complete.
  return (items, answers, folded) => {
    const here = items.filter(isThere);
    const whole = answers[complete] === "yes";
    const away = new Set(here.length || whole ? counted : []);
    const outcomes = here.map((item) => judge(item, answers));
    each.requirements.forEach(({ questions }, row) => {
      if (outcomes.some((found) => found[row] !== "not_applicable")) for (const id of questions) if (!given(answers[id])) away.add(id);
    });
    const known = here.map((item) => factsOf(table, item));
    for (const fact of facts) if (known.some((item) => item[fact] === "yes") || (whole && folded[fact] === "no")) away.add(fact);
    const now = [...away].join(" ");
    if (now === put) return;
    put = now;
    const boxes = new Set();
    for (const id of own) {
      const box = document.getElementById(`q-${id}`);
      if (!box) continue;
      box.hidden = away.has(id);
      boxes.add(box.parentElement);
    }
    for (const box of boxes) say(box, [...box.querySelectorAll(".question")].filter((question) => question.hidden).length, words);
  };
}

function say(box, hidden, words) {
  let line = box.querySelector(":scope > .by-items");
  if (!hidden) return line?.remove();
  if (!line) {
    line = element("p", { className: "by-items" });
    box.append(line);
  }
  return line.replaceChildren(element("a", { href: "#items", text: fill(words.by_items, { count: hidden }) }));
}
