// Whom the console of a stage has called: first on the list, and opened by itself when the call is new.

import { lacking } from "./states.js";

/** The entries on stage now that this judge marks, the newest call first. @param {Desk} desk @returns {Entry[]} */
export function called(desk) {
  const ids = desk.pack.stage ? desk.pack.stage.called : [];
  return ids.map((id) => desk.entry(id)).filter(/** @returns {entry is Entry} */ (entry) => !!entry && !entry.recused);
}

/** Open what was called since, but never over a sheet on stage that is not finished, nor over words being typed.
 * @param {Desk} desk @param {string[]} known the calls before @param {Frame} frame */
export function follow(desk, known, frame) {
  const now = called(desk);
  const fresh = now.find((entry) => !known.includes(entry.id));
  const here = desk.place.view === "sheet" ? now.filter((entry) => entry.id === desk.place.entry) : [];
  if (fresh && desk.place.view !== "comment" && !lacking(desk, here).length) frame.open({ view: "sheet", entry: fresh.id });
}
