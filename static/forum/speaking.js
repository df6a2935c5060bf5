// @ts-check
// Read a screen aloud. Only voices that run on the device are used, so that no text is sent to a server.

const VOICES_MS = 1500;
const language = document.documentElement.lang;
const OLD_NAMES = { id: "in" }; // the old code of Indonesian, which some systems use
let pressed = null;

/** Stop speaking. */
export function hush() {
  speechSynthesis.cancel();
  pressed?.setAttribute("aria-pressed", "false");
  pressed = null;
}

/** Read a screen aloud, or stop if it is being read; return false if the device has no voice for the language. */
export async function speak(button, screen) {
  const again = pressed === button;
  hush();
  if (again) return true;
  const voice = await voiceOf(language);
  if (!voice) return false;
  pressed = button;
  button.setAttribute("aria-pressed", "true");
  const sentences = sentencesOf(screen);
  for (const [at, text] of sentences.entries()) {
    const said = new SpeechSynthesisUtterance(text);
    Object.assign(said, { voice, lang: voice.lang, rate: 0.9 });
    if (at === sentences.length - 1) said.onend = () => pressed === button && hush();
    speechSynthesis.speak(said);
  }
  return true;
}

function sentencesOf(screen) {
  const parts = screen.querySelectorAll("h1, h2, .lead, .consent span, .picks .pick > span > span");
  return [...parts].map((part) => part.textContent.trim()).filter(Boolean);
}

// Some devices load their voices late.
async function voiceOf(wanted) {
  const find = () => speechSynthesis.getVoices().find(({ lang, localService }) => localService && [wanted, OLD_NAMES[wanted]].includes(lang.toLowerCase().split(/[-_]/)[0]));
  if (find() || speechSynthesis.getVoices().length) return find();
  await new Promise((resolve) => {
    speechSynthesis.addEventListener?.("voiceschanged", resolve, { once: true });
    setTimeout(resolve, VOICES_MS);
  });
  return find();
}
