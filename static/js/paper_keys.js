// Moving through the grid of paper by keyboard, as in Excel. Knows the cells and nothing of marks.

export const form = /** @type {HTMLFormElement} */ (document.getElementById("typing"));

/** Rows of all tables one below the other; null where nothing can be typed. @type {(HTMLInputElement | null)[][]} */
export const cells = [...form.querySelectorAll("tbody tr")].map((row) =>
  [...row.querySelectorAll("td[data-cell]")].map((cell) => cell.querySelector("input")),
);

/** @param {EventTarget | null} target @returns {[number, number] | null} */
export function placeOf(target) {
  for (let row = 0; row < cells.length; row++) {
    const column = cells[row]?.findIndex((cell) => cell !== null && cell === target) ?? -1;
    if (column >= 0) return [row, column];
  }
  return null;
}

/** The column in which a run of Tab began: Enter goes back to it, as in Excel. @type {number | null} */
let began = null;

export function forgetRun() {
  began = null;
}

/** @param {number} row @param {number} column @param {number} down @param {number} right @returns {boolean} */
function move(row, column, down, right) {
  for (let r = row + down, c = column + right; ; r += down, c += right) {
    const line = cells[r];
    if (!line || c < 0 || c >= line.length) return false;
    const cell = line[c];
    if (cell) {
      cell.focus();
      cell.select();
      return true;
    }
  }
}

/** Down; from the last row to the top of the next column. @param {number} row @param {number} column */
function enter(row, column) {
  const back = began;
  began = null;
  if (back !== null && back < column) {
    const next = cells[row + 1]?.[back];
    if (next) {
      next.focus();
      next.select();
      return;
    }
  }
  if (!move(row, column, 1, 0)) move(-1, column + 1, 1, 0);
}

/** Whether an arrow would leave the text of the cell. @param {HTMLInputElement} cell @param {boolean} left */
function atEdge(cell, left) {
  const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  return all || (cell.selectionStart === cell.selectionEnd && cell.selectionStart === (left ? 0 : cell.value.length));
}

form.addEventListener("keydown", (event) => {
  const place = placeOf(event.target);
  if (!place || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const [row, column] = place;
  const cell = /** @type {HTMLInputElement} */ (event.target);
  if (event.key === "Tab") {
    began = event.shiftKey ? null : (began ?? column);
    return; // the browser moves on by itself, and past the grid
  }
  if (event.key === "Enter") {
    event.preventDefault(); // it would send the form
    if (event.shiftKey) move(row, column, -1, 0);
    else enter(row, column);
    return;
  }
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const step = arrows[/** @type {keyof typeof arrows} */ (event.key)];
  if (!step || (step[1] && !atEdge(cell, event.key === "ArrowLeft"))) return;
  event.preventDefault();
  began = null;
  move(row, column, step[0] ?? 0, step[1] ?? 0);
});
