// One project in a list: its state as a shape and a word. The total stands there only while it is touched.

import { html, useState, whileTouched } from "./html.js";
import { subtotal } from "./marks.js";
import { wishOf } from "./states.js";
import { count, say } from "./words.js";

/** @type {Record<Kind, [string, string]>} each state's shape and tone */
const SHAPES = {
  done: ["✓", "ok"],
  partial: ["◐", "wait"],
  ready: ["◐", "wait"],
  changed: ["◐", "wait"],
  none: ["○", "off"],
  absent: ["◇", "off"],
  recused: ["⊘", "off"],
  dropped: ["–", "off"],
  conflict: ["!", "bad"],
  refused: ["!", "bad"],
};

/** @param {{kind: Kind, missing: number}} state @returns {string} */
export function stateWord({ kind, missing }) {
  if (kind === "done") return say("marked");
  if (kind === "partial") return count(missing, "{n} item open", "{n} items open");
  if (kind === "ready") return say("not handed in");
  if (kind === "changed") return say("change not handed in");
  if (kind === "recused") return say("recused");
  if (kind === "absent") return say("on leave");
  if (kind === "dropped") return say("not visited");
  if (kind === "conflict") return say("please decide");
  if (kind === "refused") return say("please look");
  return say("not marked");
}

/** @param {{desk: Desk, frame: Frame, entry: Entry, day?: string}} props `day` is named where a list is not of one day */
export function Stop({ desk, frame, entry, day = "" }) {
  const [seen, show] = useState(false);
  const state = desk.state(entry);
  const wish = wishOf(desk, entry) === "open" && state.kind !== "recused";
  const [shape, tone] = wish ? ["⊘", "wait"] : SHAPES[entry.dropped ? "dropped" : state.kind];
  const sheet = desk.sheets.get(entry.id);
  const place = [entry.number, day, entry.at, entry.where || desk.unit(entry)].filter(Boolean).join(" · ");
  const look = state.kind === "conflict" || state.kind === "refused";
  const open = () => frame.open({ view: look ? "decide" : "sheet", entry: entry.id });
  const inside = html`<i class=${tone} aria-hidden="true">${shape}</i><span><b>${entry.name}</b><small>${place}</small></span>`;
  const own = state.kind === "recused" && entry.unit === desk.pack.judge.unit;
  const word = own ? say("own unit, recused") : wish ? say("recusal asked for") : entry.dropped ? say("not visited") : stateWord(state);
  if (state.kind === "recused") return html`<li class="stop"><span class="to">${inside}</span><span class="word">${word}</span></li>`;
  const touch = sheet && state.kind === "done" && !wish ? whileTouched(show) : null;
  return html`<li class="stop">
    <button type="button" class="to" onClick=${open}>${inside}</button>
    ${touch
      ? html`<button type="button" class="word touch" aria-label=${say("{state}: touch to see the total", { state: word })} ...${touch}>${seen && sheet ? subtotal(sheet.ticks, desk.items(entry)) : word}</button>`
      : html`<button type="button" class="word ${tone}" onClick=${open}>${word}</button>`}
  </li>`;
}
