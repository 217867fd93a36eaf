// What state each sheet is in, and what lies where: computed from what is kept, stored nowhere. Knows no page.

import { unmarked } from "./marks.js";

/** @typedef {"recused" | "none" | "partial" | "ready" | "changed" | "done" | "conflict" | "refused"} Kind */

/** @param {Ticks} a @param {Ticks} b */
export function same(a, b) {
  return a.length === b.length && a.every((mark, i) => mark === b[i]);
}

/** Was this sheet handed in for good, whatever happened to it since? @param {Sheet} sheet */
export function submitted(sheet) {
  return (sheet.sent ? sheet.sent.state : sheet.seen && sheet.seen.state) === "submitted";
}

/**
 * @param {Entry} entry @param {Sheet | undefined} sheet @param {Held | undefined} last the record made of it last
 * @returns {{kind: Kind, missing: number, where: "phone" | "server" | "pending" | ""}}
 */
export function stateOf(entry, sheet, last) {
  if (entry.recused) return { kind: "recused", missing: 0, where: "" };
  if (!sheet) return { kind: "none", missing: 0, where: "" };
  const missing = unmarked(sheet.ticks);
  if (sheet.other || (last && last.where === "conflict")) return { kind: "conflict", missing, where: "phone" };
  if (last && (last.where === "rejected" || last.where === "mismatch")) return { kind: "refused", missing, where: "phone" };
  if (submitted(sheet)) {
    if (sheet.edited) return { kind: "changed", missing, where: "phone" };
    if (!last) return { kind: "done", missing, where: sheet.sent ? "phone" : "server" };
    return { kind: "done", missing, where: last.where === "handed" ? "server" : last.where === "quarantined" ? "pending" : "phone" };
  }
  if (missing === sheet.ticks.length && !sheet.typed.some(Boolean)) return { kind: "none", missing, where: "" };
  return { kind: missing ? "partial" : "ready", missing, where: "phone" };
}

/**
 * What the state line says. Only receipts make something "handed in".
 * @param {Desk} desk
 */
export function tally(desk) {
  const found = { handed: 0, phone: 0, pending: 0, changed: 0, look: 0, findings: 0, photos: 0 };
  for (const entry of desk.entries()) {
    const state = desk.state(entry);
    if (state.kind === "conflict" || state.kind === "refused") found.look += 1;
    if (state.kind === "done") {
      if (state.where === "phone") found.phone += 1;
      else found.handed += 1;
      if (state.where === "pending") found.pending += 1;
    }
    if (state.kind === "changed") {
      const last = desk.last(entry.id);
      if (last && last.where === "waiting") found.phone += 1;
      else found.changed += 1;
    }
  }
  const waiting = desk.held.filter((held) => held.where === "waiting" && held.record.kind === "finding");
  found.findings = new Set(waiting.map((held) => held.record.kind === "finding" && held.record.finding_id)).size;
  found.photos = desk.photos.filter((photo) => !photo.done && !photo.refused).length;
  return found;
}
