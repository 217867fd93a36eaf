// All projects of one county beside each other, to compare and to change until the sheets are collected. Numbers show
// only while the button is held.

import { html, useState, whileTouched } from "../html.js";
import { shown, subtotal, unmarked } from "../marks.js";
import { stateWord } from "../stop.js";
import { named, say } from "../words.js";

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const [seen, show] = useState(false);
  const units = desk.pack.units.filter((unit) => desk.entries().some((entry) => entry.unit === unit.id));
  const unit = units.find((one) => one.id === desk.place.unit) || units[0];
  const entries = desk.entries().filter((entry) => unit && entry.unit === unit.id);
  const forms = [...new Set(entries.map((entry) => entry.form))];
  return html`<main class="page county" id="main">
      <label class="pick">${say("Unit")}
        <select onChange=${(/** @type {{target: HTMLSelectElement}} */ event) => frame.open({ view: "county", unit: event.target.value })}>
          ${units.map((one) => html`<option value=${one.id} selected=${!!unit && one.id === unit.id}>${one.name}</option>`)}
        </select></label>
      ${forms.map((form) => html`<${Table} desk=${desk} frame=${frame} entries=${entries.filter((entry) => entry.form === form)} seen=${seen} />`)}
      <p class="hint">${desk.pack.contest.collected ? say("The sheets are collected.") : say("Touch a project to change its marks. This is possible until the sheets are collected.")}</p>
    </main>
    <div class="hold"><button type="button" class="btn primary wide" aria-pressed=${seen} ...${whileTouched(show)}>${seen ? say("Let go to hide") : say("Hold to see the marks")}</button></div>`;
}

/** @param {{desk: Desk, frame: Frame, entries: Entry[], seen: boolean}} props */
function Table({ desk, frame, entries, seen }) {
  const first = entries[0];
  if (!first) return null;
  const items = desk.items(first);
  return html`<div class="frame" role="region" tabindex="0" aria-label=${say("Marks of this unit")}><table>
    <thead><tr><th class="stay" scope="col">${say("Project")}</th><th scope="col" class="num">${say("Total")}</th>${items.map((item) => html`<th scope="col" class="num">${named(item.name)}</th>`)}</tr></thead>
    <tbody>${entries.map((entry) => html`<${Row} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} seen=${seen} />`)}</tbody>
  </table></div>`;
}

/** @param {{desk: Desk, frame: Frame, entry: Entry, seen: boolean}} props */
function Row({ desk, frame, entry, seen }) {
  const state = desk.state(entry);
  const items = desk.items(entry);
  const sheet = desk.sheet(entry);
  if (state.kind === "recused") {
    return html`<tr><th scope="row" class="stay"><span class="off">⊘</span> ${entry.name}</th><td colspan=${items.length + 1}><small>${stateWord(state)}</small></td></tr>`;
  }
  const open = () => frame.open({ view: state.kind === "conflict" || state.kind === "refused" ? "decide" : "sheet", entry: entry.id, from: "county", unit: entry.unit });
  const none = unmarked(sheet.ticks) === items.length;
  return html`<tr>
    <th scope="row" class="stay"><button type="button" onClick=${open}>${entry.name}<small>${stateWord(state)}</small></button></th>
    <td class="num"><b>${none ? "—" : seen ? subtotal(sheet.ticks, items) : "••"}</b></td>
    ${items.map((item, i) => html`<td class="num">${sheet.ticks[i] === null ? "—" : seen ? shown(/** @type {number} */ (sheet.ticks[i]), item) : "••"}</td>`)}
  </tr>`;
}
