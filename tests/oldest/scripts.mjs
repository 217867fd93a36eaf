// Scripts: syntax, and what they ask of the browser. Where a receiver is not known its method is judged by the name:
// it is told when nothing with a method of that name has it on the oldest phones.

import { parse } from "acorn";
import { ancestor, full } from "acorn-walk";
import { at, lacking, told } from "./data.mjs";

/** @typedef {import("./data.mjs").Find} Find */

// Chrome 86 and Safari 15.0 have all syntax of this edition but looking behind in patterns, and not all of the next.
const EDITION = 2021;
/** What stands in a page under a name of its own, and what is reached through it. @type {Record<string, string>} */
const KNOWN = {
  navigator: "Navigator",
  document: "Document",
  window: "Window",
  self: "Window",
  globalThis: "Window",
  history: "History",
  crypto: "Crypto",
  caches: "CacheStorage",
  indexedDB: "IDBFactory",
  performance: "Performance",
  "Navigator.storage": "StorageManager",
  "Navigator.serviceWorker": "ServiceWorkerContainer",
  "Navigator.locks": "LockManager",
  "Navigator.clipboard": "Clipboard",
  "Crypto.subtle": "SubtleCrypto",
};
/** Our own objects have methods that are called like those of rare interfaces, but not like these. */
const EVERYDAY = /^javascript\.builtins\.(Array|TypedArray|String|Object|Promise|Map|Set|RegExp|Number|Date)\./;

/** Every method by its name, with the paths at which the data tells of one. @type {Map<string, string[]>} */
const METHODS = new Map();
for (const room of ["api", "javascript.builtins", "javascript.builtins.Intl"]) {
  for (const [owner, members] of Object.entries(at(room))) {
    for (const name of Object.keys(members).filter((one) => !/^__compat$|_static$|_event$/.test(one))) {
      METHODS.set(name, [...(METHODS.get(name) || []), `${room}.${owner}.${name}`]);
    }
  }
}

/** The path of a global name, or "". @param {string} name */
function globalPath(name) {
  return [`api.${name}`, `api.Window.${name}`, `javascript.builtins.${name}`].find(told) || "";
}

/** The interface of an expression, where its words say it. */
function interfaceOf(node) {
  if (node.type === "Identifier") return KNOWN[node.name] || "";
  if (node.type !== "MemberExpression" || node.computed) return "";
  const owner = interfaceOf(node.object);
  return KNOWN[owner === "Window" ? node.property.name : `${owner}.${node.property.name}`] || "";
}

/** @param {string} text @returns {{tree: import("acorn").Program, trouble?: undefined} | {tree?: undefined, trouble: Find}} */
function read(text) {
  try {
    return { tree: parse(text, { ecmaVersion: EDITION, sourceType: "module", locations: true }) };
  } catch (error) {
    return { trouble: { line: error.loc.line, path: `syntax, ${error.message},`, lack: [`ECMAScript ${EDITION}`] } };
  }
}

/** The names a script gives to members of its own objects. @param {string} text @returns {string[]} */
export function ownMembers(text) {
  const { tree } = read(text);
  /** @type {string[]} */
  const names = [];
  if (!tree) return names;
  full(tree, (node) => {
    if ((node.type === "MethodDefinition" || node.type === "Property") && node.key.type === "Identifier") names.push(node.key.name);
    if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression" && !node.left.computed) names.push(node.left.property.name);
  });
  return names;
}

/** @param {string} text @param {Set<string>} ours names of members of our own objects @returns {Find[]} */
export function inScript(text, ours) {
  /** @type {Find[]} */
  const found = [];
  const tell = (node, path) => {
    const lack = lacking(path);
    if (lack.length) found.push({ line: node.loc.start.line, path, lack });
  };
  const { tree, trouble } = read(text);
  if (!tree) return [trouble];
  const declared = new Set();
  full(tree, (node, _, type) => {
    if (type === "VariablePattern") declared.add(node.name);
    if (node.local) declared.add(node.local.name);
    if (/^(Function|Class)/.test(node.type) && node.id) declared.add(node.id.name);
  });
  const isGlobal = (node) => node.type === "Identifier" && !declared.has(node.name);
  const tellMember = (node, owner, name) => tell(node, owner === "Window" ? globalPath(name) : `api.${owner}.${name}`);
  ancestor(tree, {
    Identifier(node) {
      if (isGlobal(node)) tell(node, globalPath(node.name));
    },
    MemberExpression(node, _, above) {
      if (node.computed) return;
      const { name } = node.property;
      const owner = interfaceOf(node.object);
      if (owner) return tellMember(node, owner, name);
      if (node.object.type === "MetaProperty") return tell(node, `javascript.operators.import_meta.${name}`);
      const whole = isGlobal(node.object) && globalPath(node.object.name);
      const path = whole && [`${whole}.${name}_static`, `${whole}.${name}`].find(told);
      if (path) return tell(node, path);
      const over = above[above.length - 2];
      const paths = (over.type === "CallExpression" && over.callee === node && METHODS.get(name)) || [];
      if (!paths.length || !paths.every((one) => lacking(one).length)) return;
      if (!ours.has(name) || paths.some((one) => EVERYDAY.test(one))) tell(node, paths.find((one) => EVERYDAY.test(one)) || paths[0]);
    },
    VariableDeclarator(node) {
      const owner = node.init && node.id.type === "ObjectPattern" && interfaceOf(node.init);
      if (owner) for (const one of node.id.properties) if (one.key) tellMember(one, owner, one.key.name);
    },
    Literal(node, _, above) {
      const over = above[above.length - 2];
      const spelt = over && over.callee && over.callee.name === "RegExp" ? String(node.value) : "";
      const pattern = node.regex ? node.regex.pattern : spelt;
      if (/\(\?<[=!]/.test(pattern.replace(/\\./g, ""))) tell(node, "javascript.regular_expressions.lookbehind_assertion");
    },
  });
  return found;
}
