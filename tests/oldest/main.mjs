// Nothing that is shipped goes beyond the oldest phones served, but where allowed.json says why it does no harm there.
// `npm run oldest`; `make check` runs it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inMarkup } from "./markup.mjs";
import { inScript, ownMembers } from "./scripts.mjs";
import { inStyle } from "./styles.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const SHIPPED = /^(static\/.*\.(js|css)|app\/templates\/.*\.html)$/;

/** @typedef {{file: string, uses: string[], check?: string, why: string}} Allowed `file` "*": anywhere; `check`: the words
 * of the file that ask the browser first, or that stand in for what it lacks */

/** @returns {[string, string][]} every file that is sent, or made into a page, with its text */
export function shipped() {
  const all = ["static", "app/templates"].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((name) => `${folder}/${name}`));
  const names = all.map((name) => name.replace(/\\/g, "/")).filter((name) => SHIPPED.test(name));
  return names.sort().map((name) => [name, readFileSync(join(ROOT, name), "utf8")]);
}

/** @returns {Allowed[]} */
export function allowances() {
  return JSON.parse(readFileSync(join(HERE, "allowed.json"), "utf8"));
}

/** What is found and not allowed, and what is allowed and not found: a line each.
 * @param {[string, string][]} files @param {Allowed[]} allowed @returns {string[]} */
export function troubles(files, allowed) {
  const ours = new Set(files.filter(([name]) => /^static\/js.*\.js$/.test(name)).flatMap(([, text]) => ownMembers(text)));
  /** @type {string[]} */
  const told = [];
  const used = new Set();
  for (const [name, text] of files) {
    const found = name.endsWith(".css") ? inStyle(text) : inMarkup(text);
    if (name.endsWith(".js")) found.push(...inScript(text, ours));
    for (const { line, path, lack } of found) {
      const one = allowed.find(({ file, uses }) => (file === "*" || file === name) && uses.includes(path));
      if (one) used.add(`${one.file} ${path}`);
      if (!one) told.push(`${name}:${line}: ${path} is not in ${lack.join(" and ")}`);
      else if (one.check && !text.includes(one.check)) told.push(`${name}:${line}: ${path}, and nothing says "${one.check}"`);
    }
  }
  const idle = allowed.flatMap(({ file, uses }) => uses.map((path) => `${file} ${path}`)).filter((one) => !used.has(one));
  return [...told, ...idle.map((one) => `allowed.json: ${one} is used nowhere`)];
}

if (import.meta.url === pathToFileURL(process.argv[1] || "").href) {
  const found = troubles(shipped(), allowances());
  for (const one of found) console.error(one);
  process.exitCode = found.length ? 1 : 0;
}
