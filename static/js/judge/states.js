// What state each sheet is in, and what lies where: computed from what is kept, stored nowhere. Knows no page.

import { unmarked } from "./marks.js";

/** @typedef {"recused" | "dropped" | "absent" | "none" | "partial" | "ready" | "changed" | "done" | "conflict" | "refused"} Kind */

/** @param {Ticks} a @param {Ticks} b */
export function same(a, b) {
  return a.length === b.length && a.every((mark, i) => mark === b[i]);
}

/** What makes ticks mean marks: the lines of a form and their steps. @param {Item[]} items @returns {string} */
export function formOf(items) {
  return items.map((item) => `${item.id}:${item.step}`).join(" ");
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
  const nothing = { kind: /** @type {Kind} */ (entry.dropped ? "dropped" : entry.absent ? "absent" : "none"), missing: 0, where: /** @type {const} */ ("") };
  if (!sheet) return nothing;
  const missing = unmarked(sheet.ticks);
  if (sheet.other || (last && last.where === "conflict")) return { kind: "conflict", missing, where: "phone" };
  if (last && (last.where === "rejected" || last.where === "mismatch")) return { kind: "refused", missing, where: "phone" };
  if (submitted(sheet)) {
    if (sheet.edited) return { kind: "changed", missing, where: "phone" };
    if (!last) return { kind: "done", missing, where: sheet.sent ? "phone" : "server" };
    return { kind: "done", missing, where: last.where === "handed" ? "server" : last.where === "quarantined" ? "pending" : "phone" };
  }
  if (missing === sheet.ticks.length && !sheet.typed.some(Boolean)) return { ...nothing, missing };
  return { kind: missing ? "partial" : "ready", missing, where: "phone" };
}

/** What became of the judge's newest request to be recused; the server's word where it knows of it. @param {Desk} desk @param {Entry} entry
 * @returns {"" | "open" | "declined"} */
export function wishOf(desk, entry) {
  const told = entry.asked;
  const mine = desk.held.filter(({ record }) => record.kind === "recusal" && record.entry_id === entry.id).pop();
  const answered = !mine || mine.where === "rejected" || (mine.where === "handed" && mine.rev <= desk.pack.server_rev);
  if (mine && !answered && (!told || told.revision_id !== mine.revision_id)) return "open";
  return told ? told.state : "";
}

/** What the judge has still to do of these: a recusal, also one that is asked for, a stop that is not visited and a day of leave ask nothing of him. @param {Desk} desk @param {Entry[]} entries */
export function lacking(desk, entries) {
  return entries.filter((entry) => !entry.dropped && wishOf(desk, entry) !== "open" && !["done", "recused", "absent"].includes(desk.state(entry).kind));
}

/** What was handed in and no signature covers, where the scheme asks for one. What the server had when it told what is
 * unsigned, and did not name, was signed on another phone. @param {Desk} desk @returns {ToSign[]} */
export function toSign(desk) {
  const { unsigned } = desk.pack;
  if (!unsigned) return [];
  const signed = new Set(desk.held.flatMap(({ record, where }) => (record.kind === "signature" && where !== "rejected" ? record.covers.map((one) => one.revision_id) : [])));
  return desk.entries().flatMap((entry) => {
    const sheet = desk.sheets.get(entry.id);
    const from = sheet && (sheet.sent || sheet.seen);
    if (!from || entry.dropped || desk.state(entry).kind !== "done" || signed.has(from.revision_id)) return [];
    const held = desk.held.find((one) => one.revision_id === from.revision_id);
    const told = unsigned.find((one) => one.revision_id === from.revision_id);
    const elsewhere = held && held.where === "handed" && held.rev <= desk.pack.server_rev;
    return told || (held && !elsewhere) ? [{ entry_id: entry.id, revision_id: from.revision_id, digest: told ? told.digest : "", record: held && held.record }] : [];
  });
}

/** Whether there is anything on it to hand in. @param {Finding} finding */
export function holds(finding) {
  return !!(finding.text.trim() || finding.files.length || finding.category || finding.severity);
}

/** Where a finding lies, and its photos that were not taken. @param {Desk} desk @param {Finding} finding
 * @returns {{record: "none" | "phone" | "server" | "refused", refused: Photo[]}} */
export function standingOf(desk, finding) {
  const gone = finding.state === "withdrawn";
  const held = desk.held.find((one) => one.revision_id === finding.revision_id);
  const refused = desk.photos.filter((photo) => photo.refused && !gone && finding.files.includes(photo.sha256));
  /** @type {"none" | "phone" | "server" | "refused"} */
  let record = "phone";
  if (!finding.revision_id) record = holds(finding) && !gone ? "phone" : "none";
  else if (held && held.where !== "waiting" && !finding.edited) record = ["handed", "quarantined"].includes(held.where) ? "server" : "refused";
  return { record, refused };
}

/** Those not taken, wholly or in part. @param {Desk} desk @returns {Finding[]} */
export function troubled(desk) {
  return [...desk.findings.values()].filter((finding) => {
    const { record, refused } = standingOf(desk, finding);
    return record === "refused" || refused.length > 0;
  });
}

/** What the state line says: only receipts make something "handed in". @param {Desk} desk */
export function tally(desk) {
  const found = { handed: 0, phone: 0, pending: 0, changed: 0, look: 0, findings: 0, signatures: 0, requests: 0, comments: 0, photos: 0, notTaken: 0 };
  const told = new Set();
  for (const entry of desk.entries()) {
    const state = desk.state(entry);
    const last = desk.last(entry.id);
    if (entry.dropped && state.kind !== "done") continue;
    if (state.kind === "conflict" || state.kind === "refused") found.look += 1;
    else if (state.kind === "done" && state.where !== "phone") found.handed += 1;
    else if (state.kind === "done" || (state.kind === "changed" && last && last.where === "waiting")) found.phone += 1;
    else if (state.kind === "changed") found.changed += 1;
    else continue;
    if (state.where === "pending") found.pending += 1;
    told.add(entry.id);
  }
  // On its way, of a project that has left the list or has another form now.
  for (const { where, record } of desk.held) {
    if (where === "waiting" && record.kind === "signature") found.signatures += 1;
    if (where === "waiting" && record.kind === "recusal") found.requests += 1;
    if (where === "waiting" && record.kind === "comment") found.comments += 1;
    if (where !== "waiting" || record.kind !== "sheet" || record.state === "draft" || told.has(record.entry_id)) continue;
    told.add(record.entry_id);
    found.phone += 1;
  }
  for (const finding of desk.findings.values()) if (standingOf(desk, finding).record === "phone") found.findings += 1;
  found.notTaken = troubled(desk).length;
  found.photos = desk.photos.filter((photo) => !photo.done && !photo.refused).length;
  return found;
}
