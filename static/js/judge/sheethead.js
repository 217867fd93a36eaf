// What stands beside a sheet's name: its full marks, and where it lies; and above its lines: what there is to know of it.

import { html } from "./html.js";
import { fullMarks } from "./marks.js";
import { wishOf } from "./states.js";
import { say } from "./words.js";

/** @param {Desk} desk @param {Entry} entry @returns {[string, string]} where this sheet lies: word and tone */
function whereOf(desk, entry) {
  if (desk.lost) return [say("not kept"), "bad"];
  if (desk.saving) return [say("keeping …"), "off"];
  const state = desk.state(entry);
  if (state.kind === "none" || state.kind === "absent" || state.kind === "dropped") return [say("nothing on it yet"), "off"];
  if (state.kind === "done" && state.where === "server") return [say("handed in"), "ok"];
  if (state.kind === "done" && state.where === "pending") return [say("handed in, awaits a decision"), "ok"];
  return [say("kept on this phone"), "wait"];
}

/** @param {{desk: Desk, entry: Entry}} props */
export function SheetHead({ desk, entry }) {
  const [where, tone] = whereOf(desk, entry);
  return html`<p class="sheethead"><small>${say("Full marks {full}", { full: fullMarks(desk.items(entry)) })}</small><span class="state ${tone}">${where}</span></p>`;
}

/** What the judge should know before he marks. @param {{desk: Desk, entry: Entry}} props */
export function SheetTold({ desk, entry }) {
  const sheet = desk.sheet(entry);
  const enteredBy = !sheet.sent && sheet.seen && sheet.seen.by;
  const wish = wishOf(desk, entry);
  return html`
    ${entry.material && html`<p><a class="btn wide" href=${`material/${encodeURIComponent(entry.id)}`} target="_blank" rel="noopener">${say("Open the material")}</a></p>`}
    ${entry.dropped && html`<p class="notice wait">${say("This stop is not visited, and nothing is asked of you. What you marked is kept and does not count.")}</p>`}
    ${entry.absent && html`<p class="notice wait">${say("You are entered as on leave here. If you are here after all, mark, and tell the organiser.")}</p>`}
    ${wish === "open" && html`<p class="notice wait">${say("You asked to be recused here. You need not mark unless the organiser asks you to.")}</p>`}
    ${wish === "declined" && entry.asked && html`<p class="notice wait">${say("The organiser asks you to mark this one: {reason}", { reason: entry.asked.reason })}</p>`}
    ${enteredBy && html`<p class="notice wait">${say("Entered for you by {first}, confirmed by {second}. If it is wrong, change it here or tell the organiser.", { first: enteredBy[0] || "", second: enteredBy[1] || "" })}</p>`}`;
}
