// Names that are never cut: each text of a scene as large as its box takes it, headings in two lines at the most.
// Sizes are hundredths of the hall's height; ``data-fit`` is the largest one.

const LEAST = 2;
const LINES = 2;
const LINE = 1.2;
const FINE = 0.2; // less than that nobody sees

/** @param {ParentNode} within */
export function fit(within) {
  for (const element of within.querySelectorAll("[data-fit]")) {
    if (element instanceof HTMLElement) one(element);
  }
}

/** @param {HTMLElement} element */
function one(element) {
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
}

/** A list has to fit into what is left for it, and each of its names into two lines. @param {HTMLElement} element @param {number} size */
function fits(element, size) {
  const isList = element.tagName === "OL";
  const names = isList ? [...element.querySelectorAll(".who")] : [element];
  const inLines = names.every((name) => name.clientHeight <= (LINES + 0.5) * LINE * size);
  const across = element.scrollWidth <= element.clientWidth + 1;
  return inLines && across && (!isList || element.scrollHeight <= element.clientHeight + 1);
}
