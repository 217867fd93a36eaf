// The first screen: the stops of a day with their states, the next one on top. No number stands here untouched.

import { html, useState, whileTouched } from "./html.js";
import { subtotal } from "./marks.js";
import { Exposed, Verdict } from "./check.js";
import { troubled } from "./states.js";
import { count, say } from "./words.js";

/** @type {Record<Kind, [string, string]>} each state's shape and tone */
const SHAPES = {
  done: ["✓", "ok"],
  partial: ["◐", "wait"],
  ready: ["◐", "wait"],
  changed: ["◐", "wait"],
  none: ["○", "off"],
  recused: ["⊘", "off"],
  conflict: ["!", "bad"],
  refused: ["!", "bad"],
};

/** @param {{kind: Kind, missing: number}} state @returns {string} */
export function stateWord({ kind, missing }) {
  if (kind === "done") return say("marked");
  if (kind === "partial") return count(missing, "{n} item open", "{n} items open");
  if (kind === "ready") return say("not handed in");
  if (kind === "changed") return say("change not handed in");
  if (kind === "recused") return say("own unit, recused");
  if (kind === "conflict") return say("please decide");
  if (kind === "refused") return say("please look");
  return say("not marked");
}

/** The day to show at first: where something is begun or still open. @param {Desk} desk @returns {string} */
export function dayOf(desk) {
  if (desk.place.day !== undefined && daysOf(desk).includes(desk.place.day)) return desk.place.day;
  const open = nextOf(desk, desk.entries());
  const last = desk.entries()[desk.entries().length - 1];
  return (open || last || { day: "" }).day;
}

/** @param {Desk} desk @returns {string[]} */
function daysOf(desk) {
  return [...new Set(desk.entries().map((entry) => entry.day))];
}

/** What is to be marked next. @param {Desk} desk @param {Entry[]} entries @returns {Entry | undefined} */
function nextOf(desk, entries) {
  const begun = entries.find((entry) => ["partial", "ready", "changed"].includes(desk.state(entry).kind));
  return begun || entries.find((entry) => desk.state(entry).kind === "none");
}

/** @param {string} day */
export function dayName(day) {
  return /^\d+$/.test(day) ? say("Day {day}", { day }) : day;
}

/** @param {{desk: Desk, frame: Frame, entry: Entry}} props */
function Stop({ desk, frame, entry }) {
  const [seen, show] = useState(false);
  const state = desk.state(entry);
  const [shape, tone] = SHAPES[state.kind];
  const sheet = desk.sheets.get(entry.id);
  const place = [entry.at, entry.where || desk.unit(entry)].filter(Boolean).join(" · ");
  const look = state.kind === "conflict" || state.kind === "refused";
  const open = () => frame.open({ view: look ? "decide" : "sheet", entry: entry.id });
  const inside = html`<i class=${tone} aria-hidden="true">${shape}</i><span><b>${entry.name}</b><small>${place}</small></span>`;
  const word = stateWord(state);
  if (state.kind === "recused") return html`<li class="stop"><span class="to">${inside}</span><span class="word">${word}</span></li>`;
  const touch = sheet && state.kind === "done" ? whileTouched(show) : null;
  return html`<li class="stop">
    <button type="button" class="to" onClick=${open}>${inside}</button>
    ${touch
      ? html`<button type="button" class="word touch" aria-label=${say("{state}: touch to see the total", { state: word })} ...${touch}>${seen && sheet ? subtotal(sheet.ticks, desk.items(entry)) : word}</button>`
      : html`<button type="button" class="word ${tone}" onClick=${open}>${word}</button>`}
  </li>`;
}

/** @param {{desk: Desk, frame: Frame, finding: Finding}} props */
function Trouble({ desk, frame, finding }) {
  const name = (desk.entry(finding.entry) || { name: finding.text }).name;
  const open = () => frame.open({ view: "finding", entry: finding.entry, finding: finding.finding_id });
  return html`<div class="notice bad"><p><b>! ${say("A note or photo was not taken: {name}", { name })}</b></p><button type="button" class="btn" onClick=${open}>${say("please look")}</button></div>`;
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Stops({ desk, frame }) {
  const days = daysOf(desk);
  const day = dayOf(desk);
  const entries = desk.entries().filter((entry) => entry.day === day);
  const next = nextOf(desk, entries);
  const begun = next && desk.state(next).kind !== "none";
  return html`<main class="page stops" id="main">
    <div class="notices">
      <${Exposed} />
      ${desk.pack.contest.simulated && html`<p class="notice off">${say("A rehearsal: all names and marks are invented.")}</p>`}
      ${desk.pack.contest.collected && html`<p class="notice wait">${say("The sheets are collected. What you still send is kept, and the organiser decides about it.")}</p>`}
      ${troubled(desk).map((finding) => html`<${Trouble} key=${finding.finding_id} desk=${desk} frame=${frame} finding=${finding} />`)}
      <${Verdict} frame=${frame} />
    </div>
    ${days.length > 1 &&
    html`<nav class="days" aria-label=${say("Days")}>
      ${days.map((one) => html`<button type="button" aria-pressed=${one === day} onClick=${() => frame.open({ view: "stops", day: one })}>${dayName(one)}</button>`)}
    </nav>`}
    ${next
      ? html`<section class="nextstop">
          <small>${[begun ? say("Not finished") : say("Next one"), next.at, desk.unit(next)].filter(Boolean).join(" · ")}</small>
          <h2>${next.name}</h2>
          <button type="button" class="btn primary wide" onClick=${() => frame.open({ view: "sheet", entry: next.id })}>${begun ? say("Go on marking") : say("Start marking")}</button>
        </section>`
      : html`<section class="nextstop done"><h2><span class="ok">✓</span> ${say("Everything here is marked")}</h2></section>`}
    <ul>${entries.map((entry) => html`<${Stop} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} />`)}</ul>
    <button type="button" class="btn wide" onClick=${() => frame.open({ view: "county", unit: (next || entries[0] || { unit: "" }).unit })}>${say("Compare by unit, change marks")}</button>
  </main>`;
}
