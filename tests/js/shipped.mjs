// The scripts as they are shipped, loaded into node, and the same with a bug planted into their text.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const made = [];
process.on("exit", () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/**
 * Modules of static/js/judge by name. `plants` are texts to be replaced; one that is not there is an error, so that a
 * planted bug cannot silently miss.
 */
export async function shipped(names, plants = []) {
  const folder = mkdtempSync(join(tmpdir(), "fieldmark-js-"));
  made.push(folder);
  cpSync(join(ROOT, "static", "js"), join(folder, "js"), { recursive: true });
  cpSync(join(ROOT, "static", "vendor"), join(folder, "vendor"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type": "module"}'); // a browser needs no such word, node does
  for (const { file, from, to } of plants) {
    const path = join(folder, "js", "judge", file);
    const text = readFileSync(path, "utf8");
    if (text.split(from).length !== 2) throw new Error(`${file} does not hold this once: ${from}`);
    writeFileSync(path, text.replace(from, () => to));
  }
  const loaded = await Promise.all(names.map((name) => import(pathToFileURL(join(folder, "js", "judge", name)).href)));
  return Object.assign({}, ...loaded);
}
