// What the oldest phones served know, asked of MDN's compatibility data: Chrome 86 of Android, Safari of iOS 15.0.

import { createRequire } from "node:module";

const data = createRequire(import.meta.url)("@mdn/browser-compat-data");

/** The name in the data, the version, and how we call it. @type {[string, number, string][]} */
const PHONES = [
  ["chrome_android", 86, "Chrome 86"],
  ["safari_ios", 15.0, "Safari 15.0"],
];

/** Whether a statement of support holds at a version, under the name asked for and without a switch. */
function holds(statement, version) {
  const { version_added: added, version_removed: removed, flags, prefix, alternative_name: other } = statement;
  if (flags || prefix || other || !added || added === "preview") return false;
  return parseFloat(added.replace("≤", "")) <= version && !(removed && parseFloat(removed) <= version);
}

/** The place in the data with this path, such as `api.Navigator.locks`. @param {string} path */
export function at(path) {
  return path.split(".").reduce((node, key) => (node && Object.hasOwn(node, key) ? node[key] : undefined), data);
}

/** @param {string} path */
export function told(path) {
  const node = at(path);
  return !!(node && node.__compat);
}

/** The phones that lack what the data tells at a path; none where it tells nothing. @param {string} path @returns {string[]} */
export function lacking(path) {
  if (!told(path)) return [];
  const { support } = at(path).__compat;
  const without = PHONES.filter(([name, version]) => support[name] && ![support[name]].flat().some((one) => holds(one, version)));
  return without.map(([, , name]) => name);
}

/** @typedef {{line: number, path: string, lack: string[]}} Find one use of something that an oldest phone lacks */
