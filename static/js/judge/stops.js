// The first screen: the stops of a day with their states, the next one on top. No number stands here untouched.

import { called } from "./called.js";
import { Exposed, Verdict } from "./check.js";
import { html, useState } from "./html.js";
import { matching } from "./search.js";
import { lacking, toSign, troubled, wishOf } from "./states.js";
import { Stop } from "./stop.js";
import { count, say } from "./words.js";

/** With more projects than this they can be searched. */
const MANY = 12;

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

/** What is to be marked next: who is on stage before everything else. @param {Desk} desk @param {Entry[]} entries @returns {Entry | undefined} */
function nextOf(desk, entries) {
  entries = entries.filter((entry) => !entry.dropped && wishOf(desk, entry) !== "open");
  const now = lacking(desk, called(desk)).find((entry) => entries.includes(entry));
  if (now) return now;
  const begun = entries.find((entry) => ["partial", "ready", "changed"].includes(desk.state(entry).kind));
  return begun || entries.find((entry) => desk.state(entry).kind === "none");
}

/** @param {string} day */
export function dayName(day) {
  return /^\d+$/.test(day) ? say("Day {day}", { day }) : day;
}

/** @param {number} n */
export function signWord(n) {
  return count(n, "Sign for {n} sheet", "Sign for {n} sheets");
}

/** What is still to be marked of several, in words. @param {Desk} desk @param {Entry[]} entries */
function rest(desk, entries) {
  const open = lacking(desk, entries).length;
  return open ? say("{n} to mark", { n: open }) : "✓";
}

/** @param {{desk: Desk, frame: Frame, finding: Finding}} props */
function Trouble({ desk, frame, finding }) {
  const name = (desk.entry(finding.entry) || { name: finding.text }).name;
  const open = () => frame.open({ view: "finding", entry: finding.entry, finding: finding.finding_id });
  return html`<div class="notice bad"><p><b>! ${say("A note or photo was not taken: {name}", { name })}</b></p><button type="button" class="btn" onClick=${open}>${say("please look")}</button></div>`;
}

/** The stops of one day, the next one on top. @param {{desk: Desk, frame: Frame, days: string[]}} props */
function Day({ desk, frame, days }) {
  const day = dayOf(desk);
  const entries = desk.entries().filter((entry) => entry.day === day);
  const next = nextOf(desk, entries);
  const begun = next && !["none", "absent"].includes(desk.state(next).kind);
  const of = (/** @type {string} */ one) => desk.entries().filter((entry) => entry.day === one);
  return html`${days.length > 1 &&
    html`<nav class="days" aria-label=${say("Days")}>
      ${days.map((one) => html`<button type="button" aria-pressed=${one === day} onClick=${() => frame.open({ view: "stops", day: one })}>${dayName(one)}<small>${rest(desk, of(one))}</small></button>`)}
    </nav>`}
    ${next
      ? html`<section class="nextstop">
          <small>${[called(desk).includes(next) ? say("On stage now") : begun ? say("Not finished") : say("Next one"), next.at, desk.unit(next)].filter(Boolean).join(" · ")}</small>
          <h2>${next.name}</h2>
          <button type="button" class="btn primary wide" onClick=${() => frame.open({ view: "sheet", entry: next.id })}>${begun ? say("Go on marking") : say("Start marking")}</button>
        </section>`
      : html`<section class="nextstop done"><h2><span class="ok">✓</span> ${say("Everything here is marked")}</h2></section>`}
    <ul>${entries.map((entry) => html`<${Stop} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} />`)}</ul>
    <div class="two">
      <button type="button" class="btn" onClick=${() => frame.open({ view: "summary", day })}>${say("Hand in: overview")}</button>
      <button type="button" class="btn" onClick=${() => frame.open({ view: "county", unit: (next || entries[0] || { unit: "" }).unit })}>${say("Compare by unit, change marks")}</button>
    </div>`;
}

/** What a search finds, of all days. @param {{desk: Desk, frame: Frame, wanted: string}} props */
function Found({ desk, frame, wanted }) {
  const found = matching(desk, wanted);
  if (!found.length) return html`<p class="hint" role="status">${say("No project is called so. Search by a part of its name, its unit, or its number.")}</p>`;
  return html`<ul>${found.map((entry) => html`<${Stop} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} day=${dayName(entry.day)} />`)}</ul>`;
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Stops({ desk, frame }) {
  const [wanted, want] = useState("");
  const many = desk.entries().length > MANY;
  const unsigned = toSign(desk).length;
  return html`<main class="page stops" id="main">
    <div class="notices">
      <${Exposed} />
      ${desk.pack.contest.simulated && html`<p class="notice off">${say("A rehearsal: all names and marks are invented.")}</p>`}
      ${desk.pack.contest.collected && html`<p class="notice wait">${say("The sheets are collected. What you still send is kept, and the organiser decides about it.")}</p>`}
      ${troubled(desk).map((finding) => html`<${Trouble} key=${finding.finding_id} desk=${desk} frame=${frame} finding=${finding} />`)}
      ${unsigned > 0 && html`<div class="notice wait"><button type="button" class="btn" onClick=${() => frame.open({ view: "sign" })}>${signWord(unsigned)}</button></div>`}
      <${Verdict} frame=${frame} />
    </div>
    ${many && html`<input type="search" class="search" aria-label=${say("Search")} placeholder=${say("Name, unit, number")} value=${wanted} onInput=${(/** @type {{target: HTMLInputElement}} */ event) => want(event.target.value)} />`}
    ${wanted.trim() ? html`<${Found} desk=${desk} frame=${frame} wanted=${wanted} />` : html`<${Day} desk=${desk} frame=${frame} days=${daysOf(desk)} />`}
  </main>`;
}
