// @ts-check
// The children's audit, one screen at a time. Answers stay in the page until they are sent, and then in the outbox.
import { fill } from "../dom.js";
import { drain, forget, freeze, keep, pause, paused, told } from "./outbox.js";

const form = /** @type {OwnForm} */ (document.querySelector("form#forum"));
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
  const site = form.dataset.site || decodeURIComponent(location.pathname.replace(/^\/forum\//, ""));
  let at = 0;
  let first = 0; // no way back beyond this screen: the earlier answers are those of the child that stopped
  let left = null;
  let kept = {};

  function show(index, focus = true) {
    hush();
    at = index;
    screens.forEach((each, place) => { each.hidden = place !== at; });
    const kind = screens[at].dataset.screen;
    const number = questions.indexOf(screens[at]);
    find("#steer").hidden = !["question", "send"].includes(kind);
    find(".go").hidden = kind !== "question";
    find(".start").hidden = kind !== "consent";
    for (const back of form.querySelectorAll("[data-do=back]")) back.disabled = first > 0 && at <= first;
    [...dots.children].forEach((dot, place) => {
      dot.className = number === place ? "now" : kind === "send" || place < number ? "past" : "";
    });
    find("#step").textContent = number < 0 ? "" : fill(words.step, { number: number + 1, all: questions.length });
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
    first = 0;
    kept = {};
    form.reset();
    for (const radio of form.querySelectorAll("input[type=radio], input[type=checkbox]")) radio.checked = false;
    say("");
  }
  function sheet() {
    const data = new FormData(form);
    const answers = { ...kept.answers };
    for (const [name, value] of [...data].sort()) if (name.startsWith("q.") && value) answers[name.slice(2)] = value;
    return {
      format: Number(form.dataset.format), id: randomId(),
      site,
      revision: Number(form.dataset.revision), day: today(), agreed: true, answers,
      feeling: data.get("feeling") || (kept.feeling ?? ""), age: data.get("age") || (kept.age ?? ""),
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
    back: () => show(Math.max(first, at - 1)),
    stop() {
      const given = sheet();
      const some = Object.keys(given.answers).length || given.feeling;
      left = some ? { given, at } : null;
      if (!some) { over("gone"); return; }
      for (const part of ["gone", "kept", "next"]) find(`#stop-${part}`).hidden = true;
      find("#stop-ask").hidden = false;
      show(named("stopped"));
    },
    send: () => form.requestSubmit(),
    later() {
      const { answers, feeling, age, revision, day } = left.given;
      // Only one unfinished sheet is stored: a child that stops while there is one is asked again, without this option.
      pause({ site, day, revision, at: left.at, answers, feeling, age }).then(() => over("kept"), () => {});
    },
    discard: () => over("gone"),
    async resume() {
      if (!agreed()) { say(words.agree); fault.scrollIntoView({ block: "center" }); return; }
      const found = await paused(site, today());
      await forget(site);
      if (!found || found.revision !== Number(form.dataset.revision)) { await offer(); return; }
      say("");
      kept = found;
      first = Math.min(found.at, named("send"));
      show(first);
    },
    async forget() { await forget(site); await offer(); },
    again() { clear(); show(0); offer(); },
    aloud: (button) => aloud(button),
  };
  function over(how) {
    clear();
    left = null;
    find("#stop-ask").hidden = true;
    find("#stop-gone").hidden = how !== "gone";
    find("#stop-kept").hidden = how !== "kept";
    find("#stop-next").hidden = false;
    show(named("stopped"));
  }
  async function offer() {
    const found = await paused(site, today()).catch(() => undefined);
    find("#paused").hidden = !found;
    find("[data-do=later]").hidden = Boolean(found);
  }

  /* --- reading aloud with the browser's voice, on request --- */
  let voice = null;
  let hush = () => {};
  if ("speechSynthesis" in window) {
    for (const line of form.querySelectorAll(".aloud")) line.hidden = false;
    hush = () => voice?.hush();
  }
  async function aloud(button) {
    voice ??= await import("./speaking.js");
    if (!(await voice.speak(button, screens[at]))) button.nextElementSibling.textContent = words.no_voice;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) does[button.dataset.do]?.(button);
  });
  // Enter inside a choice means "next", never "send".
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (event.target instanceof HTMLInputElement && event.target.type === "radio") does.next();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!agreed()) { show(0); say(words.agree); return; }
    const given = sheet();
    if (!Object.keys(given.answers).length && !given.feeling) { show(0); say(words.empty); return; }
    try {
      await keep(freeze(given));
    } catch {
      form.submit(); // this phone has no storage: submit it as a form
      return;
    }
    clear();
    show(named("thanks"));
    await report(true);
  });

  form.querySelector(".step-only").hidden = false;
  // A browser may restore the choices of the child before.
  addEventListener("pageshow", (event) => { if (event.persisted) { clear(); show(0, false); offer(); } });
  if (fault.hidden) clear();
  show(0, false);
  offer();
  // Without a network a cached page of any site is shown in its place.
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
