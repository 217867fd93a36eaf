// A pasted grid as rows of text, and back: the same reading as app/tally/sources.py, so that what the page shows is
// what the server computes. tests/vectors/pasted.json holds the two together. Knows no page.

/** Letters of a column: 0 is A, 26 is AA. @param {number} column @returns {string} */
export function letters(column) {
  let name = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

/** Rows of cells of a pasted text. @param {string} pasted @returns {string[][]} */
export function rowsOf(pasted) {
  const text = pasted.replace(/\ufeff/g, "").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (!text.trim()) return [];
  for (const separator of ["\t", ",", ";"]) {
    if (text.includes(separator)) return separated(text, separator);
  }
  if (text.includes("，")) return separated(text.replace(/，/g, ","), ",");
  if (text.includes("；")) return separated(text.replace(/；/g, ";"), ";");
  return text.split("\n").map((line) => line.replace(/^[ \u00a0\u3000]+|[ \u00a0\u3000]+$/g, "").split(/[ \u00a0\u3000]+/));
}

/** The text Excel would put on the clipboard. @param {string[][]} rows @returns {string} */
export function textOf(rows) {
  return rows.map((row) => row.map(quoted).join("\t")).join("\n");
}

/** @param {string} cell @returns {string} */
function quoted(cell) {
  return /["\t\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

/**
 * Excel puts quotes round a cell with a line break in it. An odd number of quotes means that they are ordinary text.
 * @param {string} text @param {string} separator @returns {string[][]}
 */
function separated(text, separator) {
  const quotes = (text.split('"').length - 1) % 2 === 0;
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let cell = "";
  let inside = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (quotes && letter === '"') {
      if (inside && text[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (inside || cell === "") {
        inside = !inside;
      } else {
        cell += '"';
      }
    } else if (!inside && letter === separator) {
      row.push(cell);
      cell = "";
    } else if (!inside && letter === "\n") {
      // Like Python's csv: a line with nothing on it is a row without cells.
      rows.push(row.length || cell ? [...row, cell] : []);
      row = [];
      cell = "";
    } else {
      cell += letter;
    }
  }
  rows.push(row.length || cell ? [...row, cell] : []);
  return rows;
}
