// What the server says of this judge's sheets, taken in: in one transaction with what the store holds, because another
// tab of this phone may have written since this page read it.

import { shown } from "./marks.js";
import { same } from "./states.js";

/** The sheets as they stand in the store, unless this page is about to write newer ones. @param {Desk} desk @param {Tx} tx */
async function current(desk, tx) {
  const [sheets, held] = [await tx.all("sheets"), await tx.all("records")];
  if (desk.saving || desk.lost) return;
  desk.held = held;
  desk.adopt(sheets);
}

/** The server's numbers belong to one life of it: after a restore from a backup they begin again, and an old one would
 * say that everything new was seen long ago. @param {Desk} desk @param {Tx} tx @param {string} epoch */
async function inLife(desk, tx, epoch) {
  const before = await tx.get("meta", "seen_epoch");
  desk.seenEpoch = epoch;
  if (before === epoch) return;
  await tx.put("meta", epoch, "seen_epoch");
  if (before === undefined) return;
  for (const sheet of desk.sheets.values()) {
    Object.assign(sheet, { seen: null, other: null });
    await tx.put("sheets", sheet);
  }
}

/** Marks from elsewhere: taken over where nothing of this phone is at stake, else put before the judge.
 * @param {Desk} desk @param {ServerSheet} from @returns {Sheet | null} the sheet, where it has changed */
function meet(desk, from) {
  const entry = desk.entry(from.entry);
  if (!entry) return null;
  const sheet = desk.sheet(entry);
  desk.sheets.set(entry.id, sheet);
  if (sheet.seen && (sheet.seen.rev > from.rev || sheet.seen.revision_id === from.revision_id)) return null;
  const last = desk.last(entry.id);
  // Kept by the server and not decided: it stands here as it was handed in.
  if (last && last.where === "quarantined" && !sheet.edited) return null;
  const ours = sheet.sent && sheet.sent.revision_id === from.revision_id;
  const open = sheet.edited || (!!last && last.where !== "handed");
  const equal = same(sheet.ticks, from.ticks);
  if (ours || !open || equal) {
    sheet.seen = from;
    if (!ours && !open) {
      const items = desk.items(entry);
      Object.assign(sheet, { ticks: from.ticks, sent: null, other: null, undo: undefined });
      sheet.typed = items.map((item, i) => (typeof from.ticks[i] === "number" ? shown(/** @type {number} */ (from.ticks[i]), item) : ""));
    }
  } else if (from.state === "submitted" && (!sheet.other || sheet.other.rev <= from.rev)) {
    sheet.other = from;
  }
  return sheet;
}

/** A sheet of this phone that waited for a decision and was admitted: from now on it is handed in like any other.
 * @param {Desk} desk @param {Tx} tx @param {ServerSheet} from */
async function admitted(desk, tx, from) {
  const held = /** @type {Held | undefined} */ (await tx.find("records", "revision_id", from.revision_id));
  if (!held || (held.where !== "quarantined" && held.where !== "conflict")) return;
  const now = { where: /** @type {const} */ ("handed"), rev: from.rev };
  await tx.put("records", Object.assign(held, now));
  const shown = desk.held.find((one) => one.revision_id === from.revision_id);
  if (shown) Object.assign(shown, now);
}

/** What an answer says beside its results. @param {Desk} desk @param {Tx} tx @param {Answer} answer */
export async function take(desk, tx, answer) {
  await current(desk, tx);
  await inLife(desk, tx, answer.server_epoch);
  // What came by another way first: a draft of this phone has a newer number, and would hide it.
  for (const change of answer.changes) {
    await admitted(desk, tx, change);
    const sheet = meet(desk, change);
    if (sheet) await tx.put("sheets", sheet);
  }
  for (const result of answer.results) {
    if (!result.rev || (result.result !== "stored" && result.result !== "duplicate")) continue;
    const held = await tx.find("records", "revision_id", result.revision_id);
    if (!held || held.record.kind !== "sheet") continue;
    const { entry_id, revision_id, state, ticks } = held.record;
    const sheet = desk.sheets.get(entry_id);
    if (!sheet || !sheet.sent || sheet.other || (sheet.seen && sheet.seen.rev >= result.rev)) continue;
    sheet.seen = { entry: entry_id, revision_id, rev: result.rev, state, ticks, origin: "phone" };
    await tx.put("sheets", sheet);
  }
}

/** A new package: who, what, and the server's sheets. @param {Desk} desk @param {Package} pack @param {string} etag */
export async function takePackage(desk, pack, etag) {
  await desk.outbox.meet(pack.server_epoch, pack.device ? pack.device.highest_seq : 0);
  desk.pack = pack;
  await desk.store.run("write", ["meta", "records", "sheets"], async (tx) => {
    await current(desk, tx);
    await inLife(desk, tx, pack.server_epoch);
    for (const one of pack.sheets) {
      await admitted(desk, tx, one);
      const sheet = meet(desk, one);
      if (sheet) await tx.put("sheets", sheet);
    }
    await tx.put("meta", pack, "package");
    await tx.put("meta", etag, "etag");
    await tx.put("meta", pack.server_rev, "server_rev");
  });
}

/**
 * Everything a page knows that a store needs which was thrown away under it: the records with their numbers, and what is
 * shown. The server's epoch is left out, so that all is offered again.
 * @param {Desk} desk @returns {Row[]}
 */
export function known(desk) {
  const numbers = [(desk.pack.device || { highest_seq: 0 }).highest_seq, ...desk.held.map((one) => one.device_seq)];
  const meta = { seq: Math.max(0, ...numbers), package: desk.pack, place: desk.place, clock_offset_ms: desk.clockOffset, seen_epoch: desk.seenEpoch };
  const stores = { records: desk.held, sheets: desk.sheets.values(), findings: desk.findings.values(), photos: desk.photos };
  /** @type {Row[]} */
  const rows = Object.entries(meta).map(([key, value]) => ["meta", value, key]);
  for (const [store, all] of Object.entries(stores)) for (const one of all) rows.push([store, one]);
  return rows;
}
