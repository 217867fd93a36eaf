// The grid of paper: moving by keyboard, pasting cells, checking marks at once, saving without losing what was typed.
// The page works without it. Keeps nothing beyond the page: a second typist may sit down at the same computer.

import { rowsOf } from "./grid.js";

const CHECK_AFTER_MS = 200;

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

const form = /** @type {HTMLFormElement} */ (byId("typing"));
const told = byId("told");
const words = form.dataset;

/** Rows of all tables one below the other; null where nothing can be typed. @type {(HTMLInputElement | null)[][]} */
const cells = [...form.querySelectorAll("tbody tr")].map((row) =>
  [...row.querySelectorAll("td[data-cell]")].map((cell) => cell.querySelector("input")),
);

/** @param {EventTarget | null} target @returns {[number, number] | null} */
function placeOf(target) {
  for (let row = 0; row < cells.length; row++) {
    const column = cells[row]?.findIndex((cell) => cell !== null && cell === target) ?? -1;
    if (column >= 0) return [row, column];
  }
  return null;
}

/** The column in which a run of Tab began: Enter goes back to it, as in Excel. @type {number | null} */
let began = null;

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

form.addEventListener("focusin", (event) => {
  const place = placeOf(event.target);
  if (!place) return;
  const cell = /** @type {HTMLInputElement} */ (event.target);
  cell.select();
  if (cell.title) told.textContent = cell.title;
});
form.addEventListener("pointerdown", () => (began = null));

form.addEventListener("paste", (event) => {
  const place = placeOf(event.target);
  const rows = rowsOf(event.clipboardData?.getData("text/plain") ?? "");
  if (!place || (rows.length < 2 && (rows[0]?.length ?? 0) < 2)) return;
  event.preventDefault();
  let lost = 0;
  rows.forEach((texts, r) =>
    texts.forEach((text, c) => {
      const cell = cells[place[0] + r]?.[place[1] + c];
      if (cell) {
        cell.value = text.trim();
        changed(cell);
      } else if (/[0-9]/.test(text)) lost++;
    }),
  );
  state();
  if (lost) told.textContent = `${told.textContent} · ${(words.spill ?? "").replace("{n}", String(lost))}`;
});

/** Cells whose marks the server has not seen yet. @type {Set<HTMLInputElement>} */
const unchecked = new Set();
let timer = 0;

/** @param {HTMLInputElement} cell */
function changed(cell) {
  unchecked.add(cell);
  fault(cell, "");
  const mark = cell.parentElement;
  mark?.classList.toggle("typed", cell.value !== cell.defaultValue);
  clearTimeout(timer);
  timer = setTimeout(check, CHECK_AFTER_MS);
}

form.addEventListener("input", (event) => {
  if (event.target instanceof HTMLInputElement && placeOf(event.target)) unchecked.delete(event.target);
  state();
});
form.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && placeOf(event.target)) changed(event.target);
});

const all = () => cells.flat().filter((cell) => cell !== null);
const unsaved = () => all().filter((cell) => cell.value.trim() !== cell.defaultValue).length;

function state() {
  const number = unsaved();
  const wrong = all().filter((cell) => cell.title).length;
  const parts = [number ? (words.unsaved ?? "").replace("{n}", String(number)) : (words.clean ?? "")];
  if (wrong) parts.push((words.wrong ?? "").replace("{n}", String(wrong)));
  told.textContent = parts.join(" · ");
}

/** @param {HTMLInputElement} cell @param {string} sentence */
function fault(cell, sentence) {
  cell.title = sentence;
  if (sentence) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
  cell.parentElement?.classList.toggle("wrong", Boolean(sentence));
}

/** The list of what is wrong, each sentence leading to its cell. @param {string} [trouble] */
function list(trouble = "") {
  byId("trouble").textContent = trouble;
  const wrong = all().filter((cell) => cell.title);
  byId("faultlist").replaceChildren(
    ...wrong.map((cell) => {
      const item = document.createElement("li");
      const link = item.appendChild(document.createElement("a"));
      link.href = `#${cell.id}`;
      link.textContent = cell.title;
      return item;
    }),
  );
  byId("faults").hidden = !wrong.length && !trouble;
}

byId("faultlist").addEventListener("click", (event) => {
  const link = event.target instanceof HTMLAnchorElement ? event.target : null;
  const cell = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!cell) return;
  event.preventDefault();
  cell.focus();
});

/** @param {{cell: string, sentence: string}[]} faults */
function show(faults) {
  for (const one of faults) {
    const cell = document.getElementById(one.cell);
    if (cell instanceof HTMLInputElement) fault(cell, one.sentence);
  }
}

/** @param {string} address @param {URLSearchParams} body @returns {Promise<{ok: boolean, answer: any}>} */
async function post(address, body) {
  const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  return { ok: response.ok, answer: await response.json() };
}

async function check() {
  const asked = [...unchecked].map((cell) => /** @type {[HTMLInputElement, string]} */ ([cell, cell.value]));
  unchecked.clear();
  if (!asked.length) return;
  const body = new URLSearchParams(asked.map(([cell, text]) => [cell.name, text]));
  try {
    const { ok, answer } = await post(words.check ?? "", body);
    // A cell that was typed over in the meantime is asked about again.
    const same = new Set(asked.filter(([cell, text]) => cell.value === text).map(([cell]) => cell.id));
    if (ok) show(answer.faults.filter((/** @type {{cell: string}} */ one) => same.has(one.cell)));
  } catch {
    return; // no connection: saving checks everything anyway, and says so
  }
  list();
  state();
}

let leaving = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const save = /** @type {HTMLButtonElement} */ (byId("save"));
  if (save.disabled) return;
  save.disabled = true;
  told.textContent = words.saving ?? "";
  let trouble = words.lost ?? "";
  try {
    const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const { ok, answer } = await post(form.action, new URLSearchParams(entries));
    if (ok && answer.next) {
      leaving = true;
      location.assign(answer.next);
      return;
    }
    show(answer.faults ?? []);
    trouble = answer.sentence ?? "";
  } catch {
    // The answer did not come: whether it was kept is seen when it is saved again, which changes nothing twice.
  }
  save.disabled = false;
  list(trouble);
  state();
  byId("faults").focus();
});

addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved()) event.preventDefault();
});
// After a journey back the browser may put typed marks into the cells again: the state tells of them.
addEventListener("pageshow", state);

// Straight to work: the first empty cell, unless something is to be read first.
if (byId("faults").hidden) all().find((cell) => !cell.value)?.focus({ preventScroll: true });
