// Asks Python for random cases and what it makes of them; see tests/helpers/script_cases.py.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LARGEST_BYTES = 2 ** 28;
const MADE_BY_MAKE = join(ROOT, ".venv/bin/python");

/** How often a random test is run over: once, and ten times with other cases at night (RBA_NIGHTLY=1). */
export const SEEDS = Array.from({ length: process.env.RBA_NIGHTLY === "1" ? 10 : 1 }, (_, seed) => seed);

/** The interpreter that knows this project, and what it is started with; RBA_PYTHON names another than that of .venv. */
export const PYTHON = {
  program: process.env.RBA_PYTHON ?? (existsSync(MADE_BY_MAKE) ? MADE_BY_MAKE : "python3"),
  env: { ...process.env, PYTHONPATH: [ROOT, join(ROOT, "tests"), process.env.PYTHONPATH].filter(Boolean).join(delimiter) },
};

/** The cases of some topics ("judging", "numbers", "folding"), by topic. */
export function cases(seed, ...topics) {
  const written = execFileSync(PYTHON.program, ["-m", "helpers.script_cases", topics.join(","), String(seed)], {
    cwd: ROOT,
    env: PYTHON.env,
    maxBuffer: LARGEST_BYTES,
  });
  return JSON.parse(written);
}

/** A function of numbers from 0 to 1: small and fast, the same for the same seed (mulberry32). */
export function chanceOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
