// The judge's own marks for the same item on other projects, so that he keeps his scale. Shown only while touched: a
// neighbour is watching.

import { html, useState, whileTouched } from "./html.js";
import { shown } from "./marks.js";
import { count, named, say } from "./words.js";

/** So many fit above the pad while a thumb holds the button. */
const MOST = 20;

/**
 * What this judge gave for an item elsewhere, in the order of the route.
 * @param {Desk} desk @param {Entry} entry @param {Item} item @returns {{entry: Entry, ticks: number}[]}
 */
export function earlier(desk, entry, item) {
  const component = (/** @type {Entry} */ one) => one.form.split("/")[0];
  return desk.entries().flatMap((one) => {
    const sheet = one.id !== entry.id && component(one) === component(entry) ? desk.fitting(one) : undefined;
    const index = sheet ? desk.items(one).findIndex((other) => other.id === item.id && other.step === item.step && other.full === item.full) : -1;
    const ticks = sheet ? sheet.ticks[index] : null;
    return typeof ticks === "number" ? [{ entry: one, ticks }] : [];
  });
}

/** @param {{desk: Desk, entry: Entry, item: Item}} props */
export function Earlier({ desk, entry, item }) {
  const [seen, show] = useState(false);
  const given = earlier(desk, entry, item);
  const marks = given.map((one) => one.ticks);
  // The last ones on the way here, where there are too many.
  const before = given.filter((one) => desk.entries().indexOf(one.entry) < desk.entries().indexOf(entry)).length;
  const from = Math.max(0, Math.min(before, given.length) - MOST);
  return html`<button type="button" class="btn touch" disabled=${!given.length} aria-pressed=${seen} ...${whileTouched(show)}>${say("My marks")}</button>
    ${seen &&
    html`<div class="earlier" role="status">
      <p><b>${named(item.name)}</b> <small>${count(given.length, "{n} project", "{n} projects")} · ${say("from {low} to {high}", { low: shown(Math.min(...marks), item), high: shown(Math.max(...marks), item) })}</small></p>
      <ol>${given.slice(from, from + MOST).map((one) => html`<li key=${one.entry.id}><b>${shown(one.ticks, item)}</b><span>${one.entry.name}</span></li>`)}</ol>
    </div>`}`;
}
