// What stands beside a sheet's name: its full marks, and where it lies.

import { html } from "./html.js";
import { fullMarks } from "./marks.js";
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
