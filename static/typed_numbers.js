// @ts-check
// Numbers as people type them and as answers store them, in whole steps of their last decimal (rba_audit/standard/numbers.py). Pure.

import { LONGEST_NUMBER } from "./generated/terms.js";

const UNIT_BEHIND = /^(.*?[0-9]) *([^0-9 .,+\-−].*)$/s, UNIT_BEFORE = /^([^0-9 .,+\-−][^0-9]*?) *([+\-−]?[0-9].*)$/s;
// What stands behind a number as a unit: letters and such, "m2" among them. "e3", "?", "/2" and " atau 130" are none.
const UNIT = /^(?!e[0-9])[a-z%°'"][a-z%°/ .]*[23²³]?$/i;
const oneSpelling = (unit) => unit.toLowerCase().replace(/[ .]/g, "").replace(/²/g, "2");

// The number without the unit beside it, as {plain}; {other} tells whether what stands there instead is another unit than one of `units`.
function withoutUnit(plain, units = []) {
  const behind = UNIT_BEHIND.exec(plain), before = UNIT_BEFORE.exec(plain) ?? [];
  if (!behind && !before.length) return { plain };
  const [amount, unit] = behind ? behind.slice(1) : before.slice(1).reverse();
  return units.map(oneSpelling).includes(oneSpelling(unit)) ? { plain: amount } : { other: Boolean(behind) && UNIT.test(unit) };
}

// A number as people type it, in whole steps of its last decimal: {steps}, {ambiguous: [small, large]}, {refused: true}, or
// {refused: true, unit: true} where another unit stands beside it than one of `units`; without these, it is no number.
export function number(text, decimals, units) {
  const { plain, other } = withoutUnit(String(text).trim().replace(/[\s\u00a0\u2009\u202f]/g, " "), units);
  if (plain === undefined) return units && other ? { refused: true, unit: true } : { refused: true };
  const negative = /^[-−]/.test(plain);
  const body = plain.replace(/^[-−+]/, "").trim();
  if (!body || body.length > LONGEST_NUMBER) return { refused: true };
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

// Half away from zero, at the decimals as written: no float comes near.
function rounded(whole, fraction, decimals) {
  const kept = BigInt(whole + fraction.padEnd(decimals, "0").slice(0, decimals));
  return fraction.length > decimals && fraction[decimals] >= "5" ? kept + 1n : kept;
}

const FINEST = 12;

// Whether a number, as it is stored or was typed, has no fraction.
export function isWhole(answer, units) {
  const { steps } = typeof answer === "number" ? stored(answer, FINEST) : number(answer, FINEST, units);
  return steps !== undefined && steps % 10n ** BigInt(FINEST) === 0n;
}

// A stored number, which has a point before its decimals and no groups, in steps of its last decimal.
export function stored(value, decimals) {
  if (!Number.isFinite(value)) return { refused: true };
  const [mantissa, exponent] = Math.abs(value).toString().split("e");
  let [whole, fraction = ""] = mantissa.split(".");
  const shift = Number(exponent ?? 0);
  if (shift > 0) [whole, fraction] = [whole + fraction.padEnd(shift, "0").slice(0, shift), fraction.slice(shift)];
  if (shift < 0) [whole, fraction] = ["0", "0".repeat(-shift - whole.length) + whole + fraction];
  return { steps: rounded(whole, fraction, decimals) * (value < 0 ? -1n : 1n) };
}
