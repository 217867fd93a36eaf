// Names that are never cut: each text of a scene as large as its box takes it, names in two lines at the most. A list
// that can then not be read from the last row is shown in leaves, which follow one another.
// Sizes are hundredths of the hall's height; ``data-fit`` is the largest one.

const LEAST = 2;
const READ = 4; // 12 cm on a wall of 3 m: read from 30 m
const LINES = 2;
const LINE = 1.2;
const FINE = 0.2; // less than that nobody sees

/** @param {ParentNode} within */
export function fit(within) {
  for (const element of within.querySelectorAll("[data-fit]")) {
    if (element instanceof HTMLElement) one(element);
  }
}

/** The next leaf of a list that has several. @param {ParentNode} within */
export function turn(within) {
  const list = within.querySelector("[data-leaves]");
  if (!(list instanceof HTMLElement)) return;
  list.dataset.leaf = `${(Number(list.dataset.leaf) + 1) % Number(list.dataset.leaves)}`;
  one(list);
}

/** @param {HTMLElement} element */
function one(element) {
  const rows = element.dataset.list === undefined ? [] : [...element.children];
  for (const row of rows) row.removeAttribute("hidden");
  delete element.dataset.leaves;
  const unit = (element.closest(".hall")?.clientHeight ?? 0) / 100;
  /** @param {number} size @returns {boolean} whether it fits at that size, which it then has */
  const at = (size) => {
    element.style.fontSize = `${size * unit}px`;
    return fits(element, size * unit);
  };
  let high = Number(element.dataset.fit);
  if (!unit || at(high)) return;
  let low = LEAST;
  while (high - low > FINE) {
    const middle = (low + high) / 2;
    if (at(middle)) low = middle;
    else high = middle;
  }
  at(low);
  if (rows.length > 1 && low < READ) {
    at(READ);
    inLeaves(element, rows);
  }
}

/** Shows one leaf of a list, and which of how many it is. @param {HTMLElement} list @param {Element[]} rows */
function inLeaves(list, rows) {
  /** @param {number} from @param {number} to */
  const only = (from, to) => rows.forEach((row, at) => row.toggleAttribute("hidden", at < from || at >= to));
  let leaves = 1;
  let length = rows.length;
  const roomy = () => {
    for (let from = 0; from < rows.length; from += length) {
      only(from, from + length);
      if (!inside(list)) return false;
    }
    return true;
  };
  while (length > 1 && !roomy()) length = Math.ceil(rows.length / ++leaves);
  leaves = Math.ceil(rows.length / length);
  const leaf = Math.min(Number(list.dataset.leaf ?? 0), leaves - 1);
  only(leaf * length, (leaf + 1) * length);
  list.dataset.leaf = `${leaf}`;
  if (leaves < 2) return;
  list.dataset.leaves = `${leaves}`;
  list.dataset.says = `${leaf + 1} / ${leaves}`;
}

/** Each name in two lines, and everything inside of the box. @param {HTMLElement} element @param {number} size */
function fits(element, size) {
  const names = element.tagName === "OL" ? [...element.querySelectorAll(".who")] : [element];
  return names.every((name) => name.clientHeight <= (LINES + 0.5) * LINE * size) && inside(element);
}

/** A list has to fit into what is left for it, a heading only across. @param {HTMLElement} element */
function inside(element) {
  const room = element.tagName === "OL" ? (element.closest(".middle") ?? element) : null;
  return element.scrollWidth <= element.clientWidth + 1 && (!room || element.scrollHeight <= room.clientHeight + 1);
}
