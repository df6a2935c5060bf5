// @ts-check
// Numbers of answers: read as people type them, and written so that they read in one way only. Pure: no page stands behind it.

import { isWhole, number } from "../typed_numbers.js";

/** More decimals than anybody types: what is read with these is not rounded. */
export const DECIMALS = 12;

/** The number that a text means, as it was typed and not rounded; undefined where it is none or could be two. */
export function exact(text, units) {
  const { steps } = number(text, DECIMALS, units);
  if (steps === undefined) return undefined;
  const digits = String(steps < 0n ? -steps : steps).padStart(DECIMALS + 1, "0");
  return Number(`${steps < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`);
}

/**
 * How a question {decimals, low, high, units, counts} takes a text: {value}, {choices: [small, large]}, {refused: true}, {unit: true} for
 * another unit than its own, {outside: [low, high]}, or {broken: true} for a count with a fraction.
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

/** A number with its unit, which stands right before it where the edition has it so. */
export function withUnit(text, unit, first) {
  return first ? `${unit}${text}` : `${text} ${unit}`;
}

/** A number as somebody who speaks `language` would type it. */
export function asTyped(value, language) {
  const plain = Number.isInteger(value) ? String(value) : value.toFixed(DECIMALS).replace(/\.?0+$/, "");
  const [whole, fraction] = plain.split(".");
  if (!fraction) return whole;
  // Three decimals could be thousands: one more makes it plain.
  return `${whole}${language === "en" ? "." : ","}${fraction.length === 3 ? `${fraction}0` : fraction}`;
}
