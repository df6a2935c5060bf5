// Compares scripts by their syntax trees; prints {same, different: [names]}. Run with --expose-internals.
// FOLDER FOLDER: each script of the second is that of the first. FOLDER FILE: each module in a pack is that of the folder, but for how it imports and exports.

const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const { readFileSync, readdirSync, statSync } = require("node:fs");
const { join, posix } = require("node:path");

const [written, served] = process.argv.slice(2);
let numbered = []; // the modules of a pack, which calls them by their numbers
const SPELLING = new Set(["start", "end", "raw"]); // where a node stands in its text, and how a literal is written

function parsed(path, name = "") {
  return parse(readFileSync(join(path, name), "utf8"), { ecmaVersion: "latest", sourceType: name.startsWith("map/") ? "script" : "module" });
}

// A late import is a call in a pack; what it names is told by the pack's own path.
function text(tree, name = "") {
  return JSON.stringify(tree, (key, value) => {
    if (SPELLING.has(key)) return undefined;
    if (value?.type === "ImportExpression" && value.source.value) return `late ${beside(name, value.source.value)}`;
    if (calls(value, "$L")) return `late ${numbered[value.arguments[0].value]}`;
    return value instanceof RegExp || typeof value === "bigint" ? String(value) : value;
  });
}

const beside = (name, path) => (name ? posix.join(posix.dirname(name), path) : path);
const calls = (node, name) => node?.type === "CallExpression" && node.callee.name === name;

function folderAgainstFolder() {
  const names = readdirSync(served, { recursive: true }).map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".js"));
  return [names, (name) => text(parsed(written, name)) === text(parsed(served, name))];
}

function folderAgainstPack() {
  const modules = parsed(served).body[0].declarations.find(({ id }) => id.name === "$M").init.properties;
  const packed = new Map(modules.map(({ key, value }) => [key.value, value.body.body]));
  numbered = [...packed.keys()];
  const same = (name) => {
    const own = parsed(written, name).body;
    const exported = own.filter(({ type }) => type === "ExportNamedDeclaration").map(({ declaration }) => declaration.id?.name ?? declaration.declarations[0].id.name);
    const imported = own.filter(({ type }) => type === "ImportDeclaration");
    const body = packed.get(name);
    const taken = body.filter((node) => calls(node.declarations?.[0].init ?? node.expression, "$R"));
    const rest = body.filter((node) => !taken.includes(node));
    const handed = exported.length ? rest.pop().argument.properties.map(({ key }) => key.name) : [];
    // The names that an import binds are the names that are bound in its place.
    const bound = (node) => [beside(name, node.source.value), ...node.specifiers.map(({ local, imported: from }) => [from?.name ?? "*", local.name])];
    const names = ({ id }) => (id.type === "Identifier" ? [["*", id.name]] : id.properties.map(({ key, value }) => [key.name, value.name]));
    const binds = ({ declarations, expression }) => [numbered[(expression ?? declarations[0].init).arguments[0].value], ...(declarations ? names(declarations[0]) : [])];
    const plain = own.filter((node) => !imported.includes(node)).map((node) => node.declaration ?? node);
    return text(plain, name) === text(rest) && text(exported) === text(handed) && text(imported.map(bound)) === text(taken.map(binds));
  };
  return [[...packed.keys()], same];
}

const [names, isSame] = statSync(served).isDirectory() ? folderAgainstFolder() : folderAgainstPack();
const different = names.filter((name) => !isSame(name));
process.stdout.write(JSON.stringify({ same: names.length - different.length, different }));
