// The grid of paper: pasting cells, checking marks at once, saving without losing what was typed.
// The page works without it. Keeps nothing beyond the page: a second typist may sit down at the same computer.

import { rowsOf } from "./grid.js";
import { cells, forgetRun, form, placeOf } from "./paper_keys.js";

const CHECK_AFTER_MS = 200;

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

const told = byId("told");
const words = form.dataset;

form.addEventListener("focusin", (event) => {
  const place = placeOf(event.target);
  if (!place) return;
  const cell = /** @type {HTMLInputElement} */ (event.target);
  cell.select();
  if (cell.title) told.textContent = cell.title;
});
form.addEventListener("pointerdown", forgetRun);

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

// Sentences that come while somebody types must not push the cells down under his fingers: below the grid is room.
if (byId("faults").hidden) byId("save").parentElement?.before(byId("faults"));

// Straight to work, unless something is to be read first: to the first cell that differs, or the first empty one.
if (byId("faults").hidden) {
  const first = form.querySelector("td.differs input, td.is-differs input") ?? all().find((cell) => !cell.value);
  if (first instanceof HTMLInputElement) first.focus({ preventScroll: true });
}
