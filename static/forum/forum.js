// The children's audit one screen at a time; what is answered stays in the page until it is sent, and then in the outbox.
import { drain, freeze, keep, told } from "./outbox.js";

const form = document.querySelector("#forum");
const line = document.querySelector("#outbox");
const words = JSON.parse((form ?? line).dataset.words);

async function report(thanked) {
  const left = await drain().catch(() => []);
  const text = told(left, words);
  line.textContent = text || (thanked ? words.sent : "");
  line.hidden = !line.textContent;
}
addEventListener("online", () => report(false));
document.addEventListener("visibilitychange", () => { if (!document.hidden) report(false); });

function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function start() {
  const screens = [...form.querySelectorAll(".screen")];
  const questions = screens.filter((each) => each.dataset.screen === "question");
  const named = (name) => screens.findIndex((each) => each.dataset.screen === name);
  const find = (selector) => form.querySelector(selector);
  const fault = find("#fault");
  const dots = find(".dots");
  dots.append(...questions.map(() => document.createElement("li")));
  let at = 0;

  function show(index, focus = true) {
    at = index;
    screens.forEach((each, place) => { each.hidden = place !== at; });
    const kind = screens[at].dataset.screen;
    const number = questions.indexOf(screens[at]);
    find("#steer").hidden = !["question", "send"].includes(kind);
    find(".go").hidden = kind !== "question";
    find(".start").hidden = kind !== "consent";
    [...dots.children].forEach((dot, place) => {
      dot.className = number === place ? "now" : kind === "send" || place < number ? "past" : "";
    });
    find("#step").textContent = number < 0 ? "" : words.step.replace("{number}", number + 1).replace("{all}", questions.length);
    document.body.classList.toggle("stepping", kind !== "consent");
    if (!focus) return;
    screens[at].querySelector("h1, h2").focus();
    scrollTo(0, 0);
  }
  function say(text) {
    fault.textContent = text;
    fault.hidden = !text;
  }
  function clear() {
    form.reset();
    for (const radio of form.querySelectorAll("input[type=radio], input[type=checkbox]")) radio.checked = false;
    say("");
  }
  function sheet() {
    const data = new FormData(form);
    const answers = {};
    for (const [name, value] of [...data].sort()) if (name.startsWith("q.") && value) answers[name.slice(2)] = value;
    return {
      format: Number(form.dataset.format), id: randomId(),
      site: form.dataset.site || decodeURIComponent(location.pathname.replace(/^\/forum\//, "")),
      revision: Number(form.dataset.revision), day: today(), agreed: true, answers,
      feeling: data.get("feeling") ?? "", age: data.get("age") ?? "",
    };
  }
  const agreed = () => ["agree.child", "agree.guardian"].every((name) => form.elements[name].checked);

  const does = {
    start() {
      if (!agreed()) { say(words.agree); fault.scrollIntoView({ block: "center" }); return; }
      say("");
      show(at + 1);
    },
    next: () => show(at + 1),
    back: () => show(Math.max(0, at - 1)),
    stop() { clear(); show(named("stopped")); },
    again() { clear(); show(0); },
  };
  form.addEventListener("click", (event) => does[event.target.closest("[data-do]")?.dataset.do]?.());
  // Enter inside a choice means "next", never "send".
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (event.target.type === "radio") does.next();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!agreed()) { show(0); say(words.agree); return; }
    const given = sheet();
    if (!Object.keys(given.answers).length && !given.feeling) { show(0); say(words.empty); return; }
    try {
      await keep(freeze(given));
    } catch {
      form.submit(); // nothing can be kept on this phone: it goes as a form
      return;
    }
    clear();
    show(named("thanks"));
    await report(true);
  });

  form.querySelector(".step-only").hidden = false;
  // A browser may bring back what the child before had chosen.
  addEventListener("pageshow", (event) => { if (event.persisted) { clear(); show(0, false); } });
  if (fault.hidden) clear();
  show(0, false);
  // Without a network the page of any site stands in for this one.
  if (window.caches && navigator.serviceWorker?.controller) {
    caches.match("/forum-shell", { ignoreVary: true }).then((kept) => { if (kept) find("#ready").textContent = words.ready; });
  }
}

if (form) {
  start();
  drain().catch(() => {});
} else {
  report(false);
}
