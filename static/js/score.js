// Comfort on /score: shows pasted cells as a table at once, lets faulty cells be corrected in place, and prints.
// The page works without it. Remembers nothing.

import { letters, rowsOf, textOf } from "./grid.js";

const MOST_SHOWN = 60;

/** @param {string} tag @param {string} [text] @returns {HTMLElement} */
function made(tag, text = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/**
 * The first rows and columns of a grid as a table with letters and numbers, as in Excel.
 * @param {string[][]} rows @param {string} label @returns {HTMLElement}
 */
function table(rows, label) {
  const width = Math.min(MOST_SHOWN, Math.max(...rows.map((row) => row.length)));
  const frame = made("div");
  frame.className = "frame sheet";
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", label);
  const cells = frame.appendChild(made("table"));
  cells.className = "cells";
  const head = cells.appendChild(made("thead")).appendChild(made("tr"));
  head.appendChild(made("td")).className = "stay";
  for (let c = 0; c < width; c++) head.appendChild(made("th", letters(c))).setAttribute("scope", "col");
  const body = cells.appendChild(made("tbody"));
  rows.slice(0, MOST_SHOWN).forEach((row, r) => {
    const line = body.appendChild(made("tr"));
    const number = line.appendChild(made("th", String(r + 1)));
    number.className = "stay";
    number.setAttribute("scope", "row");
    for (let c = 0; c < width; c++) line.appendChild(made("td", row[c] ?? ""));
  });
  return frame;
}

/** What was pasted, shown at once below the text. @param {HTMLElement} part */
function preview(part) {
  const text = part.querySelector("textarea");
  const place = part.querySelector("[data-preview]");
  if (!(text instanceof HTMLTextAreaElement) || !(place instanceof HTMLElement)) return;
  const show = () => {
    const rows = rowsOf(text.value);
    const any = rows.length > 1 && !part.querySelector("[data-faulty]");
    place.replaceChildren(...(any ? [table(rows, place.dataset.label ?? "")] : []));
    place.hidden = !any;
    text.classList.toggle("low", any);
    if (any) text.scrollTop = 0;
  };
  text.addEventListener("input", () => {
    part.querySelector("[data-faulty]")?.remove(); // it no longer shows what stands in the text
    show();
  });
  show();
}

/** Faulty cells become fields; what is written there goes into the text that is sent. @param {HTMLElement} part */
function correct(part) {
  const text = part.querySelector("textarea");
  if (!(text instanceof HTMLTextAreaElement)) return;
  for (const cell of part.querySelectorAll("td.faulty")) {
    if (!(cell instanceof HTMLElement)) continue;
    const row = Number(cell.dataset.row);
    const column = Number(cell.dataset.column);
    const field = document.createElement("input");
    field.type = "text";
    field.autocomplete = "off";
    field.value = rowsOf(text.value)[row]?.[column] ?? "";
    field.title = cell.title;
    field.setAttribute("aria-label", `${letters(column)}${row + 1}`);
    const was = field.value;
    field.addEventListener("input", () => {
      const rows = rowsOf(text.value);
      const line = (rows[row] ??= []);
      while (line.length <= column) line.push("");
      line[column] = field.value.replace(/[\t\n]/g, " ");
      text.value = textOf(rows);
      cell.classList.toggle("mended", field.value.trim() !== was.trim());
    });
    cell.replaceChildren(field);
  }
}

/**
 * A file and pasted text for the same part would be two answers: whatever was given last stays, the other is cleared.
 * @param {HTMLElement} part
 */
function fileInstead(part) {
  const file = part.querySelector('input[type="file"]');
  const text = part.querySelector("textarea");
  if (!(file instanceof HTMLInputElement) || !(text instanceof HTMLTextAreaElement)) return;
  file.addEventListener("change", () => {
    if (!file.files?.length) return;
    text.value = "";
    text.dispatchEvent(new Event("input"));
  });
  text.addEventListener("input", () => {
    if (text.value) file.value = "";
  });
}

for (const part of document.querySelectorAll(".part")) {
  if (!(part instanceof HTMLElement)) continue;
  correct(part);
  preview(part);
  fileInstead(part);
}

// The rule in words is the one that was sent; while a field is changed it would say something else.
for (const field of document.querySelectorAll(".fields input")) {
  field.addEventListener("input", () => document.querySelector(".inwords")?.setAttribute("hidden", ""));
}

for (const button of document.querySelectorAll("[data-print]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const hint of document.querySelectorAll(".noscript")) hint.remove();

const faults = document.querySelector("#faults");
if (faults instanceof HTMLElement) {
  faults.focus();
  faults.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)))?.querySelector("input");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
