// Compares the scripts of two folders by their syntax trees; prints {same, different: [names]}. Run with --expose-internals.

const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const { readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");

const [written, served] = process.argv.slice(2);
const SPELLING = new Set(["start", "end", "raw"]); // where a node stands in its text, and how a literal is written

function tree(path, name) {
  const sourceType = name.startsWith("map/") ? "script" : "module";
  const parsed = parse(readFileSync(join(path, name), "utf8"), { ecmaVersion: "latest", sourceType });
  return JSON.stringify(parsed, (key, value) => (SPELLING.has(key) ? undefined : value instanceof RegExp || typeof value === "bigint" ? String(value) : value));
}

const names = readdirSync(served, { recursive: true }).map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".js"));
const different = names.filter((name) => tree(written, name) !== tree(served, name));
process.stdout.write(JSON.stringify({ same: names.length - different.length, different }));
