// Styles: properties, words and units of their values, selectors and conditions. A value is at home everywhere when the
// same block says the property before in other words, or with a prefix; so is all inside @supports.

import * as css from "css-tree";
import { lacking, told } from "./data.mjs";

/** @typedef {import("./data.mjs").Find} Find */

/** Units that the data tells of as a group. @type {[RegExp, string][]} */
const UNITS = [
  [/^dv/, "viewport_percentage_units_dynamic"],
  [/^sv/, "viewport_percentage_units_small"],
  [/^lv/, "viewport_percentage_units_large"],
  [/^cq/, "container_query_length_units"],
];
/** What looks a little different where it is not known, and loses nothing. */
const LOOKS = ["cursor", "resize", "size", "accent-color", "scrollbar-width", "text-underline-offset", "text-decoration-thickness", "break-after"];

/** @param {string} unit */
function unitPath(unit) {
  const [, group] = UNITS.find(([pattern]) => pattern.test(unit)) || [null, unit];
  return `css.types.length.${group}`;
}

/** @param {string} text @returns {Find[]} */
export function inStyle(text) {
  /** @type {Find[]} */
  const found = [];
  const tell = (node, path) => {
    const lack = lacking(path);
    if (lack.length) found.push({ line: node.loc.start.line, path, lack });
    return lack.length > 0;
  };
  const onParseError = (error) => found.push({ line: error.line, path: `syntax (${error.message})`, lack: ["every phone"] });
  css.walk(css.parse(text, { positions: true, onParseError }), function (node) {
    if (this.atrule && this.atrule.name === "supports") return;
    if (node.type === "Atrule" && node.name !== "page") tell(node, `css.at-rules.${node.name}`);
    if (node.type === "Feature") tell(node, `css.at-rules.media.${node.name.replace(/^(min|max)-/, "")}`);
    if (node.type === "FeatureRange") tell(node, "css.at-rules.media.range_syntax");
    if (node.type === "PseudoClassSelector" || node.type === "PseudoElementSelector") tell(node, `css.selectors.${node.name}`);
    if (node.type === "NestingSelector") tell(node, "css.selectors.nesting");
    if (node.type !== "Declaration" || /^--/.test(node.property) || LOOKS.includes(node.property)) return;
    const { property } = node;
    const block = this.block ? this.block.children.toArray() : [];
    const before = block.slice(0, block.indexOf(node));
    if (before.some((one) => one.property === property || one.property === `-webkit-${property}`)) return;
    if (tell(node, `css.properties.${property}`)) return;
    css.walk(node.value, (part) => {
      if (part.type === "Dimension") tell(part, unitPath(part.unit.toLowerCase()));
      if (part.type !== "Identifier" && part.type !== "Function") return;
      const { name } = part;
      const path = [`css.properties.${property}.${name}`, `css.properties.${property}.${name.replace(/-/g, "_")}`, `css.types.${name}`, `css.types.color.${name}`].find(told);
      if (path) tell(part, path);
    });
  });
  return found;
}
