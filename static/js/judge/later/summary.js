// Handing in (交分) with all of a day before one's eyes: what is complete goes with one tap, what is missing is said,
// nothing is forced. No number stands here untouched.

import { html, useState } from "../html.js";
import { lacking, toSign } from "../states.js";
import { submit, unexplained } from "../sheets.js";
import { Stop } from "../stop.js";
import { dayName, dayOf, signWord } from "../stops.js";
import { count, named, say } from "../words.js";

/** What can be handed in now. @param {Desk} desk @param {Entry[]} entries */
export function complete(desk, entries) {
  return entries.filter((entry) => {
    const { kind, missing } = desk.state(entry);
    return !entry.dropped && (kind === "ready" || kind === "changed") && missing === 0;
  });
}

/** Hand these in, one after the other. Returns how many were written down. @param {Desk} desk @param {Entry[]} entries */
export async function handIn(desk, entries) {
  let done = 0;
  for (const entry of entries) {
    const kept = await submit(desk, entry).then(
      () => true,
      () => false,
    );
    if (!kept) break;
    done += 1;
  }
  return done;
}

/** What is missing on a sheet, in words. @param {Desk} desk @param {Entry} entry */
function missingOf(desk, entry) {
  const { kind } = desk.state(entry);
  if (kind === "partial" || kind === "changed") {
    const sheet = desk.sheet(entry);
    const names = desk.items(entry).filter((_, i) => sheet.ticks[i] === null).map((item) => named(item.name));
    if (names.length) return say("Still to mark: {names}", { names: names.join(say(", ")) });
  }
  return complete(desk, [entry]).length && unexplained(desk, entry) ? say("Outside the usual range, without a reason yet.") : "";
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const [told, tell] = useState(/** @type {string[]} */ ([]));
  const day = dayOf(desk);
  const entries = desk.entries().filter((entry) => entry.day === day);
  const ready = complete(desk, entries);
  const plain = ready.filter((entry) => !unexplained(desk, entry));
  const unreasoned = ready.length - plain.length;
  const unsigned = toSign(desk).length;
  const hand = async (/** @type {Entry[]} */ which) => {
    const done = await handIn(desk, which);
    if (done === which.length && toSign(desk).length) return frame.open({ view: "sign" });
    const left = lacking(desk, entries).length;
    const lost = done < which.length ? say("The phone did not write it down. Try again; if it stays so, use paper.") : "";
    const sent = done ? count(done, "{n} sheet handed in: kept on this phone, sent by itself.", "{n} sheets handed in: kept on this phone, sent by themselves.") : "";
    const rest = left ? say("Still open today: {n}.", { n: left }) : say("Nothing is open here any more.");
    tell([lost, sent, rest].filter(Boolean));
  };
  return html`<main class="page summary" id="main">
      ${told.length > 0 && html`<div class="notice ok" role="status">${told.map((sentence) => html`<p>${sentence}</p>`)}</div>`}
      <h2>${dayName(day)}</h2>
      <p class="hint">${desk.pack.contest.collected ? say("The sheets are collected. What you still send is kept, and the organiser decides about it.") : say("What is handed in can still be changed until the sheets are collected.")}</p>
      <ul>${entries.map((entry) => {
        const missing = missingOf(desk, entry);
        return html`<${Stop} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} />${missing && html`<li class="missing wait">${missing}</li>`}`;
      })}</ul>
    </main>
    <div class="hold">
      ${plain.length
        ? html`<button type="button" class="btn primary wide" onClick=${() => hand(plain)}>${count(plain.length, "Hand in {n} complete sheet", "Hand in all {n} complete sheets")}</button>`
        : html`<p class="hint">${lacking(desk, entries).length ? say("No further sheet is complete.") : say("Everything here is handed in.")}</p>`}
      ${unreasoned > 0 && html`<button type="button" class="btn wide" onClick=${() => hand(ready)}>${count(unreasoned, "Also {n} without a reason", "Also {n} without a reason")}</button>`}
      ${unsigned > 0 && html`<button type="button" class="btn wide" onClick=${() => frame.open({ view: "sign" })}>${signWord(unsigned)}</button>`}
    </div>`;
}
