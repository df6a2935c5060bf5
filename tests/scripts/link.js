// Parses every script of static/ and links the modules as a browser does, without running them; prints {script: [imported scripts]}.
// Run with --experimental-vm-modules. It fails with the engine's own words where a file or an exported name is missing.

import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join, posix } from "node:path";
import { Script, SourceTextModule } from "node:vm";

const [folder] = process.argv.slice(2);
const names = readdirSync(folder, { recursive: true }).map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".js")).sort();
const modules = new Map();
const graph = {};

function moduleOf(name) {
  if (!modules.has(name)) modules.set(name, new SourceTextModule(readFileSync(join(folder, name), "utf8"), { identifier: name }));
  return modules.get(name);
}

for (const name of names) {
  if (name.startsWith("map/") || name.startsWith("vendor/")) {
    new Script(readFileSync(join(folder, name), "utf8"), { filename: name }); // classic scripts
    continue;
  }
  const made = moduleOf(name);
  const imported = await imports(name, made);
  graph[name] = imported;
}

async function imports(name, made) {
  const found = [];
  const find = (specifier) => {
    if (!/^\.\.?\//.test(specifier)) throw new Error(`${name} imports '${specifier}', which is no path`);
    const path = posix.join(posix.dirname(name), specifier);
    if (!existsSync(join(folder, path))) throw new Error(`${name} imports '${specifier}', which does not exist`);
    return path;
  };
  for (const specifier of made.dependencySpecifiers) found.push(find(specifier));
  // A dynamic import is found by its text: nothing is run here.
  for (const [, specifier] of readFileSync(join(folder, name), "utf8").matchAll(/\bimport\("([^"]+)"\)/g)) find(specifier);
  return found;
}

for (const made of modules.values()) {
  if (made.status === "unlinked") await made.link((specifier, { identifier }) => moduleOf(posix.join(posix.dirname(identifier), specifier)));
}
process.stdout.write(JSON.stringify(graph));
