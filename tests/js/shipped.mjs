// The scripts as they are shipped, loaded into node, and the same with a bug planted into their text.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const made = [];
process.on("exit", () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A script's text with the bug in it. */
export function planted(text, { file, from, to }) {
  if (text.split(from).length !== 2) throw new Error(`${file} does not hold this once: ${from}`);
  return text.replace(from, () => to);
}

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
  for (const plant of plants) {
    const path = join(folder, "js", "judge", plant.file);
    writeFileSync(path, planted(readFileSync(path, "utf8"), plant));
  }
  const loaded = await Promise.all(names.map((name) => import(pathToFileURL(join(folder, "js", "judge", name)).href)));
  return Object.assign({}, ...loaded);
}
