// Where the judge must look: two versions of one sheet, or a sheet the server did not take.

import { html } from "../html.js";
import { shown, subtotal } from "../marks.js";
import { decide } from "../sheets.js";
import { named, say } from "../words.js";

/** @param {string} reason @returns {string} */
function because(reason) {
  if (reason === "incomplete") return say("An item is not marked. Open the sheet, mark it, and hand in again.");
  if (reason === "out_of_range") return say("A mark is outside what may be given. Open the sheet, correct it, and hand in again.");
  if (reason === "recused") return say("The organiser has entered you as recused here. You need not do anything.");
  if (reason === "stale_scheme") return say("The rubric was changed after you marked. Open the sheet, check it, and hand in again.");
  if (reason === "unknown_entry") return say("The organiser has taken this project off the list. You need not do anything.");
  return say("The server could not read this sheet. It is kept as it is. Open it and hand in again; if that fails, tell the organiser.");
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const entry = desk.entry(desk.place.entry);
  return entry ? html`<${Decide} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} />` : null;
}

/** @param {{desk: Desk, frame: Frame, entry: Entry}} props */
function Decide({ desk, frame, entry }) {
  const sheet = desk.sheet(entry);
  const items = desk.items(entry);
  const last = desk.last(entry.id);
  const other = sheet.other;
  const open = () => frame.open({ view: "sheet", entry: entry.id });
  if (desk.state(entry).kind !== "conflict") {
    const code = last && last.where === "mismatch" ? last.receipt : "";
    return html`<main class="page" id="main">
      <h2>${entry.name}</h2>
      <p class="notice bad">${code ? say("The server holds other content under the number of this sheet. Both are kept. Tell the organiser this code: {code}", { code }) : because(last ? last.reason : "")}</p>
      <button type="button" class="btn primary wide" onClick=${open}>${say("Open the sheet")}</button>
    </main>`;
  }
  const settle = (/** @type {"phone" | "other"} */ which) => decide(desk, entry, which).then(() => frame.back());
  const paper = !!other && other.origin !== "phone"; // typed, from his paper or as he dictated it
  const from = paper ? say("Entered by staff") : say("Your other phone");
  return html`<main class="page decide" id="main">
    <h2>${entry.name}</h2>
    <p class="notice bad">${say("There are two different sheets of yours for this project. Both are kept. Which one is right?")}</p>
    ${other
      ? html`<table><thead><tr><th></th><th class="num">${say("This phone")}</th><th class="num">${from}</th></tr></thead>
          <tbody>${items.map((item, i) => {
            const theirs = other.ticks[i];
            const ours = sheet.ticks[i];
            const different = ours !== theirs;
            return html`<tr class=${different ? "different" : ""}><th scope="row">${named(item.name)}</th><td class="num">${typeof ours === "number" ? shown(ours, item) : "—"}</td><td class="num">${typeof theirs === "number" ? shown(theirs, item) : "—"}</td></tr>`;
          })}</tbody>
          <tfoot><tr><th scope="row">${say("Total")}</th><td class="num"><b>${subtotal(sheet.ticks, items)}</b></td><td class="num"><b>${subtotal(other.ticks, items)}</b></td></tr></tfoot></table>`
      : html`<p class="hint">${say("The other marks are not on this phone yet.")}</p>`}
    <button type="button" class="btn primary wide" onClick=${() => settle("phone")}>${say("This phone's marks are right")}</button>
    ${other && html`<button type="button" class="btn primary wide" onClick=${() => settle("other")}>${paper ? say("What staff entered is right") : say("The other phone's marks are right")}</button>`}
    <button type="button" class="btn wide" onClick=${open}>${say("Mark anew")}</button>
  </main>`;
}
