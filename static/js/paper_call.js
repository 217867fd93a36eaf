// 唱分: one person calls the marks aloud in the order of the paper, the other types them with one hand on the number block.
// A mark that cannot be is told at once, with a low tone, and the cell is not left. The server checks everything again.

import { form } from "./paper_keys.js";

const NARROW = /** @type {Record<string, string>} */ ({ "．": ".", "。": ".", "，": ",", "、": ",", "－": "-", "−": "-", "　": "" });
const NUMBER = /^[+-]?\d{1,9}([.]\d{1,9}|,\d{1,2})?$/;
const NEAR = 1e-6;

const panel = /** @type {HTMLElement} */ (document.getElementById("calling"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("callmode"));
const kept = /** @type {HTMLInputElement} */ (form.elements.namedItem("called"));
const speak = /** @type {HTMLInputElement} */ (document.getElementById("speak"));
const save = /** @type {HTMLElement} */ (document.getElementById("save"));
const words = panel.dataset;

/** @param {string} name @param {string} text */
function say(name, text) {
  const place = /** @type {HTMLElement} */ (panel.querySelector(`[data-call="${name}"]`));
  if (place.textContent !== text) place.textContent = text;
}

/** The cells as the paper is read: a sheet line by line; where every sheet is one mark, a judge's page from top to bottom. */
const cells = [...form.querySelectorAll("table.grid")].flatMap((table) => {
  const rows = [...table.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td[data-cell]")].map((cell) => cell.querySelector("input")),
  );
  const lines = table.classList.contains("single") ? (rows[0] ?? []).map((_, n) => rows.map((row) => row[n] ?? null)) : rows;
  return lines.flat().filter((cell) => cell && !cell.readOnly);
});
/** Where all is typed and some of it differently from the other typing, only that is called again. */
const amber = cells.filter((cell) => cell?.closest("td.differs, td.is-differs"));
const order = amber.length && cells.every((cell) => cell?.value) ? amber : cells;

let on = false;
/** @type {AudioContext | undefined} */
let sound;

function tone() {
  if (typeof AudioContext !== "function") return;
  sound ??= new AudioContext();
  const [wave, loud] = [sound.createOscillator(), sound.createGain()];
  wave.frequency.value = 220;
  loud.gain.value = 0.2;
  wave.connect(loud).connect(sound.destination);
  wave.start();
  wave.stop(sound.currentTime + 0.25);
}

/** A voice of this computer only: others would send the marks elsewhere to be spoken. */
function voice() {
  const all = typeof speechSynthesis === "object" ? speechSynthesis.getVoices() : [];
  return all.find((one) => one.localService && one.lang.startsWith(document.documentElement.lang.slice(0, 2)));
}

/** @param {string} text */
function aloud(text) {
  const its = speak.checked && voice();
  if (!its) return;
  const said = new SpeechSynthesisUtterance(text);
  said.voice = its;
  speechSynthesis.cancel();
  speechSynthesis.speak(said);
}

/** @param {string} text as an input method writes it */
const narrow = (text) =>
  text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。，、－−　]/g, (sign) => NARROW[sign] ?? "")
    .trim();

/** @param {EventTarget | null} target @returns {HTMLInputElement | null} */
const called = (target) => (on && target instanceof HTMLInputElement && order.includes(target) ? target : null);

/** What is wrong with a mark, in a word; the sentence comes from the server. @param {HTMLInputElement} cell */
function wrong(cell) {
  const { floor = "0", full = "0", step = "1" } = cell.dataset;
  if (!cell.value) return words.nothing ?? "";
  if (!NUMBER.test(cell.value)) return words.number ?? "";
  const mark = Number(cell.value.replace(",", "."));
  if (mark > Number(full)) return (words.above ?? "").replace("{full}", full);
  if (mark < Number(floor)) return (words.under ?? "").replace("{floor}", floor);
  const ticks = mark / Number(step);
  return Math.abs(ticks - Math.round(ticks)) > NEAR ? (words.steps ?? "").replace("{step}", step) : "";
}

/** @param {HTMLInputElement} cell */
function draw(cell) {
  const { where = "", item = "", floor = "", full = "", step = "" } = cell.dataset;
  say("where", where);
  say("item", item);
  say("limits", `${floor}–${full} / ${step}`);
  say("mark", cell.value || "—");
  say("count", `${order.indexOf(cell) + 1}/${order.length}`);
}

/** @param {string} text */
function refuse(text) {
  say("fault", text);
  panel.classList.toggle("wrong", text !== "");
  if (text) tone();
}

/** @param {HTMLInputElement} cell @param {number} by */
function go(cell, by) {
  refuse("");
  const next = order[order.indexOf(cell) + by];
  if (next) next.focus();
  else if (by > 0) {
    save.focus();
    for (const name of ["item", "limits"]) say(name, "");
    say("where", words.end ?? "");
    say("mark", "⏎");
  }
}

/** @param {HTMLInputElement} cell */
function take(cell) {
  cell.value = narrow(cell.value);
  const fault = wrong(cell);
  if (fault) {
    refuse(fault);
    cell.select();
    return;
  }
  cell.value = cell.value.replace(",", ".");
  leave(cell, cell.value);
}

/** Read back what was taken, and go on. @param {HTMLInputElement} cell @param {string} text */
function leave(cell, text) {
  cell.dispatchEvent(new Event("change", { bubbles: true }));
  say("back", `${cell.dataset.item} ${text}`);
  aloud(text);
  go(cell, 1);
}

// Before the keys of the grid, which move as in Excel.
form.addEventListener(
  "keydown",
  (event) => {
    const cell = called(event.target);
    if (!cell || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const signed = Number(cell.dataset.floor) < 0; // there the key is a sign
    const back = event.key === "-" && !signed && (cell.value === "" || cell.selectionEnd !== cell.selectionStart);
    const sends = event.key === "+";
    if (event.key !== "Enter" && event.key !== "*" && !back && !sends) return;
    event.preventDefault();
    event.stopPropagation();
    if (sends) save.click();
    else if (back || (event.key === "Enter" && event.shiftKey)) go(cell, -1);
    else if (event.key === "Enter") take(cell);
    else {
      cell.value = "";
      leave(cell, words.empty ?? "");
    }
  },
  true,
);

form.addEventListener("focusin", (event) => {
  const cell = called(event.target);
  if (!cell) return;
  refuse("");
  draw(cell);
});

form.addEventListener("input", (event) => {
  const cell = called(event.target);
  if (!cell) return;
  if (event instanceof InputEvent && event.isComposing) return;
  const text = narrow(cell.value);
  if (text !== cell.value) cell.value = text;
  refuse("");
  draw(cell);
});

/** @param {boolean} wanted */
function set(wanted) {
  on = wanted;
  panel.hidden = !on;
  kept.disabled = !on;
  button.setAttribute("aria-pressed", String(on));
  form.classList.toggle("iscalled", on);
  if (!on) return;
  const first = amber[0] ?? order.find((cell) => !cell?.value) ?? order[0];
  if (!first) return;
  first.focus();
  draw(first);
}

function offer() {
  const label = /** @type {HTMLElement} */ (speak.parentElement);
  label.hidden = !voice();
}

if (order.length) {
  button.hidden = false;
  button.addEventListener("click", () => set(!on));
  offer();
  if (typeof speechSynthesis === "object") speechSynthesis.addEventListener?.("voiceschanged", offer);
  if (!kept.disabled) set(true);
}
