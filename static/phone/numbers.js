// @ts-check
// Parsing of typed numbers, and formatting that can be parsed unambiguously. Pure: does not use the page.

const LONGEST = 32;
const UNIT_BEHIND = /^(.*?[0-9]) *([^0-9 .,+\-−].*)$/s, UNIT_BEFORE = /^([^0-9 .,+\-−][^0-9]*?) *([+\-−]?[0-9].*)$/s;
// A unit after a number: letters and similar, including "m2". "e3", "?", "/2" and " atau 130" are not units.
const UNIT = /^(?!e[0-9])[a-z%°'"][a-z%°/ .]*[23²³]?$/i;
const oneSpelling = (unit) => unit.toLowerCase().replace(/[ .]/g, "").replace(/²/g, "2");

// Strip the unit from a number: {plain}, with {other} if the unit is not one of `units`.
function withoutUnit(plain, units = []) {
  const behind = UNIT_BEHIND.exec(plain), before = UNIT_BEFORE.exec(plain) ?? [];
  if (!behind && !before.length) return { plain };
  const [amount, unit] = behind ? behind.slice(1) : before.slice(1).reverse();
  return units.map(oneSpelling).includes(oneSpelling(unit)) ? { plain: amount } : { other: Boolean(behind) && UNIT.test(unit) };
}

// Parse a typed number in integer steps of its last decimal: {steps}, {ambiguous: [small, large]}, {refused: true}, or
// {refused: true, unit: true} if its unit is not one of `units`; without these keys it is not a number.
export function number(text, decimals, units) {
  const { plain, other } = withoutUnit(String(text).trim().replace(/[\s\u00a0\u2009\u202f]/g, " "), units);
  if (plain === undefined) return units && other ? { refused: true, unit: true } : { refused: true };
  const negative = /^[-−]/.test(plain);
  const body = plain.replace(/^[-−+]/, "").trim();
  if (!body || body.length > LONGEST) return { refused: true };
  const marks = [".", ","].filter((mark) => body.includes(mark));
  let whole = body, fraction = "";
  if (marks.length === 2) {
    const last = body.lastIndexOf(".") > body.lastIndexOf(",") ? "." : ",";
    if (body.split(last).length === 2) [whole, fraction] = body.split(last);
  } else if (marks.length === 1 && body.split(marks[0]).length === 2) {
    [whole, fraction] = body.split(marks[0]);
    if (/^\d{3}$/.test(fraction) && /^[1-9]\d{0,2}$/.test(whole)) return { ambiguous: [`${whole},${fraction}`, whole + fraction] };
    whole ||= "0";
  }
  if (!/^\d+$/.test(whole)) {
    const mark = [".", ",", " "].find((each) => new RegExp(`^\\d{1,3}(\\${each}\\d{3})+$`).test(whole));
    if (!mark) return { refused: true };
    whole = whole.replaceAll(mark, "");
  }
  if (fraction && !/^\d+$/.test(fraction)) return { refused: true };
  return { steps: rounded(whole, fraction, decimals) * (negative ? -1n : 1n) };
}

// Round half away from zero, on the decimals as written, without floating point.
function rounded(whole, fraction, decimals) {
  const kept = BigInt(whole + fraction.padEnd(decimals, "0").slice(0, decimals));
  return fraction.length > decimals && fraction[decimals] >= "5" ? kept + 1n : kept;
}

const FINEST = 12;

// Whether a stored or typed number is an integer.
export function isWhole(answer, units) {
  const { steps } = typeof answer === "number" ? stored(answer, FINEST) : number(answer, FINEST, units);
  return steps !== undefined && steps % 10n ** BigInt(FINEST) === 0n;
}

// A stored number (decimal point, no group separators) in integer steps of its last decimal.
export function stored(value, decimals) {
  if (!Number.isFinite(value)) return { refused: true };
  const [mantissa, exponent] = Math.abs(value).toString().split("e");
  let [whole, fraction = ""] = mantissa.split(".");
  const shift = Number(exponent ?? 0);
  if (shift > 0) [whole, fraction] = [whole + fraction.padEnd(shift, "0").slice(0, shift), fraction.slice(shift)];
  if (shift < 0) [whole, fraction] = ["0", "0".repeat(-shift - whole.length) + whole + fraction];
  return { steps: rounded(whole, fraction, decimals) * (value < 0 ? -1n : 1n) };
}

/** More decimals than a typed number has, so that parsing with these does not round. */
export const DECIMALS = 12;

/** Return the number in a text, not rounded; undefined if it is not a number or ambiguous. */
export function exact(text, units) {
  const { steps } = number(text, DECIMALS, units);
  if (steps === undefined) return undefined;
  const digits = String(steps < 0n ? -steps : steps).padStart(DECIMALS + 1, "0");
  return Number(`${steps < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`);
}

/**
 * Parse a text for a question {decimals, low, high, units, counts}: {value}, {choices: [small, large]}, {refused: true}, {unit: true} for
 * a wrong unit, {outside: [low, high]}, or {broken: true} for a count with a fraction.
 */
export function read(text, { decimals, low, high, units, counts }) {
  const { steps, ambiguous, refused, unit } = number(text, decimals, units);
  if (ambiguous) return { choices: ambiguous };
  if (unit) return { unit };
  if (refused || steps === undefined) return { refused: true };
  const inside = steps >= BigInt(low) && steps <= BigInt(high);
  if (inside && counts && !isWhole(text, units)) return { broken: true };
  if (inside) return { value: exact(text, units) };
  return { outside: [low, high].map((limit) => limit / 10 ** decimals) };
}

/** Format a number with its unit, which precedes it if the edition defines it so. */
export function withUnit(text, unit, first) {
  return first ? `${unit}${text}` : `${text} ${unit}`;
}

/** Format a number as it is typed in `language`. */
export function asTyped(value, language) {
  const plain = Number.isInteger(value) ? String(value) : value.toFixed(DECIMALS).replace(/\.?0+$/, "");
  const [whole, fraction] = plain.split(".");
  if (!fraction) return whole;
  // Three decimals could be read as thousands: a fourth one makes it unambiguous.
  return `${whole}${language === "en" ? "." : ","}${fraction.length === 3 ? `${fraction}0` : fraction}`;
}
