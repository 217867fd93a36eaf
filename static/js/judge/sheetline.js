// One line of a score sheet: the item, what may be given, the mark, and a sentence where something is to be said.

import { html } from "./html.js";
import { plain, read, shown, unusual } from "./marks.js";
import { objection } from "./sheets.js";
import { named, say } from "./words.js";

/**
 * @param {{item: Item, sheet: Sheet, index: number, on: boolean, told: string, refused: boolean, here: {current: HTMLElement | null}, onGo: () => void}} props
 *   `told` is said below the line the judge is on: why a mark cannot stand, or what was undone.
 */
export function SheetLine({ item, sheet, index, on, told, refused, here, onGo }) {
  const typed = sheet.typed[index] || "";
  const ticks = sheet.ticks[index];
  // The line being typed shows what was typed; the others their mark, decimals under decimals.
  const mark = on || typeof ticks !== "number" ? typed : shown(ticks, item);
  const why = on ? told : "ticks" in read(typed, item) ? "" : objection(typed, item);
  const reason = !why && unusual(ticks, item) && !sheet.note.trim() ? item.usual : null;
  return html`<button type="button" class=${on ? "line on" : "line"} aria-pressed=${on} ref=${on ? here : null} onClick=${onGo}>
    <span><b class="name">${named(item.name)}</b><small>${item.floor ? say("{low} to {full}", { low: plain(item.floor, item), full: plain(item.full, item) }) : say("full {full}", { full: plain(item.full, item) })}</small></span>
    <b class=${mark ? "mark" : "mark none"} aria-label=${mark || say("not marked")}>${mark || "—"}</b>
    ${why ? html`<span class=${on && !refused ? "why mild" : "why"} role="alert">${why}</span>` : null}
    ${reason ? html`<span class="why mild">${say("Usually {low} to {high}: please note a reason.", { low: plain(reason[0], item), high: plain(reason[1], item) })}</span>` : null}
  </button>`;
}
