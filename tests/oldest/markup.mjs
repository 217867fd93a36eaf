// Markup, in the pages' templates and in html`…` of the scripts: elements, attributes, and kinds of links and fields.

import { lacking, told } from "./data.mjs";

/** @typedef {import("./data.mjs").Find} Find */

const TAG = /<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/g;
const ATTRIBUTE = /(?:^|\s)([a-z][a-z-]*)(?:=(?:"([^"]*)"|(\S+)))?/g;
// What is filled in later may hold anything, also a closing bracket.
const FILLED = /\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\{[{%#][\s\S]*?[}%#]\}/g;

/** @param {string} text @returns {Find[]} */
export function inMarkup(text) {
  const plain = text.replace(FILLED, (one) => one.replace(/[^\n]/g, " "));
  return [...plain.matchAll(TAG)].flatMap((tag) => {
    const element = `html.elements.${tag[1]}`;
    const paths = [element];
    for (const [, name, quoted, bare] of (tag[2] || "").matchAll(ATTRIBUTE)) {
      const attribute = `${element}.${name}`;
      const value = quoted || bare || "";
      paths.push(told(attribute) ? attribute : `html.global_attributes.${name}`, `${attribute}.${value}`, `${attribute}_${value}`);
    }
    const line = plain.slice(0, tag.index).split("\n").length;
    return paths.filter((path) => lacking(path).length).map((path) => ({ line, path, lack: lacking(path) }));
  });
}
