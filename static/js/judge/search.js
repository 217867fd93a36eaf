// Projects found by a part of their name, unit or place, or by their number. Knows no page.

/** Full-width letters and digits, as Chinese keyboards give them, count as the others. @param {string} text */
function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}

/** Every word must be found; a number alone is first of all a project's number. @param {Desk} desk @param {string} wanted @returns {Entry[]} */
export function matching(desk, wanted) {
  const words = wanted.trim().split(/\s+/).map(folded).filter(Boolean);
  const told = (/** @type {Entry} */ entry) => folded([entry.name, desk.unit(entry), entry.where].join(" "));
  const found = desk.entries().filter((entry) => words.every((word) => told(entry).includes(word) || String(entry.number) === word));
  const first = (/** @type {Entry} */ entry) => (words.includes(String(entry.number)) ? 0 : 1);
  return found.sort((a, b) => first(a) - first(b));
}
