// A part of the page made like a newer one, in place: what is the same is not touched, so that the focus, an open
// <details>, how far something is scrolled and what somebody is typing stay as they are.

/** The same row in both: else a row that goes would leave its open <details> to the next. @param {Node} node */
const keyOf = (node) => (node instanceof Element ? node.getAttribute("data-key") || node.id : "");

/** @param {Element} old @param {Element} fresh */
export function morph(old, fresh) {
  if (old.hasAttribute("data-keep")) return;
  attributes(old, fresh);
  if (!(old instanceof HTMLTextAreaElement && touched(old))) children(old, fresh);
}

/** Whether the reader has changed what stands in a field, or is in it. @param {Element | null} field @returns {boolean} */
function touched(field) {
  if (field === document.activeElement && field?.matches("input, textarea, select")) return true;
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (field instanceof HTMLInputElement) {
    return field.type === "file"
      ? field.value !== ""
      : field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  }
  if (field instanceof HTMLSelectElement) {
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  }
  return field instanceof HTMLOptionElement && touched(field.closest("select"));
}

/** Whether something of the reader's would go with it. @param {Node} node */
const inUse = (node) => node instanceof Element && [node, ...node.querySelectorAll("input, textarea, select")].some(touched);

/** @param {Element} old @param {Element} fresh */
function attributes(old, fresh) {
  const his = new Set(["DETAILS", "DIALOG"].includes(old.tagName) ? ["open"] : []);
  if (touched(old)) for (const name of ["value", "checked", "selected"]) his.add(name);
  for (const { name, value } of [...fresh.attributes]) {
    if (!his.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!his.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

/** For each node that is wanted the one that is there already, if any. @param {Element} old @param {Element} fresh */
function pairs(old, fresh) {
  /** @type {Map<string, ChildNode[]>} */
  const there = new Map();
  /** @param {ChildNode} node */
  const sort = (node) => `${node.nodeName} ${keyOf(node)}`;
  for (const node of old.childNodes) {
    const alike = there.get(sort(node));
    if (alike) alike.push(node);
    else there.set(sort(node), [node]);
  }
  return [...fresh.childNodes].map((wanted) => ({ wanted, found: there.get(sort(wanted))?.shift() }));
}

/** @param {Element} old @param {Element} fresh */
function children(old, fresh) {
  const matched = pairs(old, fresh);
  const staying = new Set(matched.map(({ found }) => found));
  // What is typed in a row that is gone stays: sending it is answered by a sentence, losing it by nothing.
  for (const node of [...old.childNodes]) if (!staying.has(node) && !inUse(node)) node.remove();
  let at = old.firstChild;
  for (const { wanted, found } of matched) {
    while (at && !staying.has(at)) at = at.nextSibling;
    if (!found) {
      old.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else old.insertBefore(found, at); // only where the order has changed: moving takes the focus away
    if (found instanceof Element && wanted instanceof Element) morph(found, wanted);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
}
