// @ts-check
// State of a danger report as shown to the user: only a receipt means that it has arrived.
// Pure: the caller provides storage, texts and the clock, so that each state can be tested by itself.

const SHOWN_MS = 24 * 3600_000;

/**
 * Return {sent, why, at} of an entry of the outbox. `sent` is "no", "words" (the report has arrived without its photo) or "all"; `why`
 * names the reason why something is missing, or is ""; `at` is the time of receipt by the server's clock. `me` is the id of the
 * signed-in person, null without one.
 * @param {Pick<Entry, "state" | "problem" | "receipt" | "author">} entry
 * @param {string | null} [me]
 */
export function standing({ state, problem = "", receipt = null, author }, me) {
  const at = receipt?.recorded_at ?? "";
  const sent = !at ? "no" : state === "sent" ? "all" : "words";
  if (sent === "all") return { sent, why: "", at };
  if (me === null && state !== "refused") return { sent, why: "signed_out", at };
  if (me && author !== me) return { sent, why: "other", at };
  if (state === "signed_out" || state === "refused") return { sent, why: state, at };
  if (state === "sending") return { sent, why: "trying", at };
  return { sent, why: ["network", "busy", "server"].includes(problem) ? problem : "waiting", at };
}

/** Dangers shown on every page: those not sent, and those sent within a day but not yet acknowledged by the user; oldest first. */
export function alarms(entries, now) {
  return entries
    .filter(({ kind, state, told_sent, sent_at }) => kind === "danger" && (state !== "sent" || (told_sent === false && !(Date.parse(sent_at) < now - SHOWN_MS))))
    .sort((one, other) => (one.since < other.since ? -1 : 1));
}

/** Contacts for a site, in their order: those for all areas and for its area; all contacts if its area is unknown. */
export function contactsFor(site, work) {
  const contacts = work?.telephone?.contacts ?? [];
  const code = work?.sites?.find(({ id }) => id === site)?.kelurahan_code;
  if (!code) return contacts;
  return contacts.filter(({ area }) => !area || `${code}.`.startsWith(`${area}.`)); // the dots prevent 36.7 from matching 36.73
}
