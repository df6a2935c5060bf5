// @ts-check
// Page of waiting entries for users who cannot sign in (any more): lists them and saves them as a file; it sends nothing.

import { element, fill } from "../dom.js";
import { when } from "./formatting.js";
import { showAll } from "./keyed_list.js";
import { saveQueue } from "./saving.js";
import { all, onChange } from "./store.js";

const page = document.getElementById("waiting");
const words = JSON.parse(page.dataset.words);
const told = document.getElementById("told");
const list = page.querySelector("ul");
const button = page.querySelector("[data-do=save]");
const drafts = document.getElementById("drafts");

async function show() {
  const [entries, ...drafted] = await Promise.all([all("outbox"), all("drafts"), all("places")]);
  const begun = drafted.flat();
  const waiting = entries.filter(({ state }) => state !== "sent").sort((one, other) => (one.since < other.since ? 1 : -1));
  page.querySelector(".summary-line").textContent = waiting.length ? fill(words.tally, { count: waiting.length }) : words.none;
  button.hidden = !waiting.length;
  showAll(list, waiting, ({ state, photos }) => [state, photos], item);
  drafts.hidden = !begun.length;
  drafts.textContent = fill(words.begun, { count: begun.length });
}

function item({ kind, site, siteName, authorName, since, photos, bytes }) {
  const { scope } = JSON.parse(new TextDecoder().decode(bytes));
  const about = [scope === "check" ? words.check : words[kind], fill(words.since, { when: when(since) }), authorName && fill(words.written_by, { name: authorName })];
  return element(
    "li",
    { className: "card entry waiting" },
    element("h3", { text: siteName || site }),
    element("p", { className: "muted small", text: about.filter(Boolean).join(" · ") }),
    photos.length > 0 && element("p", { className: "small", text: fill(words.pictures, { count: photos.length }) }),
  );
}

function tell(line) {
  told.textContent = line;
  told.hidden = false;
}

button.addEventListener("click", async () => {
  try {
    await saveQueue(await all("outbox"), words, tell);
  } catch (fault) {
    tell(fill(words.failed, { fault: fault.message || fault.name }));
  }
});
onChange((store) => ["outbox", "drafts", "places"].includes(store) && show());
await show();
