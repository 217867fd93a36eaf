// What a judge does with a sheet: type, step, write a note, hand in, leave, decide. Each deed is kept before it is
// shown as kept.

import { added, plain, pressed, read, shown, stepped, unmarked, unusual } from "./marks.js";
import { submitted } from "./states.js";
import { say } from "./words.js";

/** @param {Desk} desk @param {Sheet} sheet */
function keep(desk, sheet) {
  sheet.edited = true;
  desk.sheets.set(sheet.entry, sheet);
  // First the store is asked: drawing takes a slow phone longer than keeping.
  const kept = desk.write(() => desk.store.run("row", ["sheets"], (tx) => tx.put("sheets", sheet)));
  desk.changed();
  return kept;
}

/** Why a text cannot stand, in a sentence. @param {string} typed @param {Item} item @returns {string} */
export function objection(typed, item) {
  const meant = read(typed, item);
  if ("ticks" in meant || meant.why === "none") return "";
  const [low, high] = [plain(item.floor, item), plain(item.full, item)];
  if (meant.why === "grid") return say("This item goes in steps of {step}: {low} or {high}.", { step: item.step, low: meant.near[0], high: meant.near[1] });
  if (meant.why === "below") return say("{mark} is below the lowest mark. You can give {low} to {high}.", { mark: typed, low, high });
  return say("{mark} is above full marks. You can give {low} to {high}.", { mark: typed, low, high });
}

/** What stands in a line is kept before it changes: all keys of one visit to a line are one change.
 * @param {Sheet} sheet @param {number} index @param {boolean} fresh */
function remember(sheet, index, fresh) {
  if (fresh || !sheet.undo || sheet.undo.item !== index) sheet.undo = { item: index, typed: sheet.typed[index] || "" };
}

/** @param {Sheet} sheet @param {number} index @param {string} typed @param {Item} item */
function put(sheet, index, typed, item) {
  const meant = read(typed, item);
  sheet.typed[index] = typed;
  sheet.ticks[index] = "ticks" in meant ? meant.ticks : null;
}

/**
 * A key of the pad. Returns the sentence why not, or nothing.
 * @param {Desk} desk @param {Entry} entry @param {number} index @param {string} key @param {boolean} fresh start anew instead of going on
 * @returns {string}
 */
export function press(desk, entry, index, key, fresh) {
  const sheet = desk.sheet(entry);
  const item = desk.items(entry)[index];
  if (!item) return "";
  const before = fresh && key !== "back" && key !== "sign" ? "" : sheet.typed[index] || "";
  const after = pressed(before, key, item);
  if ("why" in after) {
    if (after.why !== "grid") return objection(added(before, key), item);
    return say("This item goes in steps of {step}.", { step: item.step });
  }
  remember(sheet, index, fresh);
  put(sheet, index, after.typed, item);
  keep(desk, sheet).catch(() => undefined);
  return "";
}

/** @param {Desk} desk @param {Entry} entry @param {number} index @param {1 | -1} way @param {boolean} fresh the first key of this visit to the line */
export function step(desk, entry, index, way, fresh) {
  const sheet = desk.sheet(entry);
  const item = desk.items(entry)[index];
  if (!item) return;
  const now = sheet.ticks[index];
  remember(sheet, index, fresh);
  put(sheet, index, shown(stepped(now === undefined ? null : now, way, item), item), item);
  keep(desk, sheet).catch(() => undefined);
}

/** The last change of a mark on this sheet is taken back. Returns its line, or -1. @param {Desk} desk @param {Entry} entry @returns {number} */
export function undo(desk, entry) {
  const sheet = desk.sheet(entry);
  const last = sheet.undo;
  const item = last && desk.items(entry)[last.item];
  if (!last || !item) return -1;
  put(sheet, last.item, last.typed, item);
  sheet.undo = undefined;
  keep(desk, sheet).catch(() => undefined);
  return last.item;
}

/** @param {Desk} desk @param {Entry} entry @param {string} text */
export function note(desk, entry, text) {
  const sheet = desk.sheet(entry);
  sheet.note = text;
  keep(desk, sheet).catch(() => undefined);
}

/** The first line that still needs a mark, after this one if there is any. @param {Sheet} sheet @param {number} after @returns {number} */
export function nextOpen(sheet, after) {
  const later = sheet.ticks.findIndex((mark, i) => i > after && mark === null);
  return later >= 0 ? later : sheet.ticks.indexOf(null);
}

/** Marks outside the usual band without a word why. @param {Desk} desk @param {Entry} entry @returns {number} */
export function unexplained(desk, entry) {
  const sheet = desk.sheet(entry);
  if (sheet.note.trim()) return 0;
  return desk.items(entry).filter((item, i) => unusual(sheet.ticks[i], item)).length;
}

/** @param {Desk} desk @param {Sheet} sheet @param {SheetState} state @param {number} [basedOn] */
async function record(desk, sheet, state, basedOn) {
  /** @type {SheetContent} */
  const content = {
    kind: "sheet",
    ...desk.stamp(),
    entry_id: sheet.entry,
    state,
    ticks: sheet.ticks.slice(),
    note: sheet.note,
    files: [],
    scheme_digest: desk.pack.scheme_digest,
    based_on: basedOn === undefined ? (sheet.seen ? sheet.seen.rev : 0) : basedOn,
    server_epoch: desk.seenEpoch,
  };
  const sent = { revision_id: content.revision_id, state, ticks: content.ticks };
  /** @type {Sheet} */
  const after = { ...sheet, edited: false, sent, other: null };
  await desk.write(async () => {
    const held = await desk.outbox.append(content, (tx) => tx.put("sheets", after));
    // Somebody with quick fingers may have typed on while the disk was writing.
    const now = desk.sheets.get(sheet.entry) || after;
    Object.assign(now, { sent, other: null, edited: JSON.stringify([now.ticks, now.note]) !== JSON.stringify([content.ticks, content.note]) });
    desk.sheets.set(sheet.entry, now);
    desk.held = [...desk.held, held];
  });
  desk.send();
}

/** Hand the sheet in. Only a whole sheet: the caller says what is missing. @param {Desk} desk @param {Entry} entry */
export async function submit(desk, entry) {
  const sheet = desk.sheet(entry);
  if (unmarked(sheet.ticks) === 0) await record(desk, sheet, "submitted");
}

/**
 * Leaving a sheet sends a draft, so that the marks are safe before they are handed in. Not after it was handed in:
 * there the marks handed in stand until the judge hands in the new ones.
 * @param {Desk} desk @param {Entry} entry
 */
export async function leave(desk, entry) {
  await desk.queue; // what is being written may be this sheet, handed in
  const sheet = desk.fitting(entry);
  if (!sheet || !sheet.edited || submitted(sheet) || sheet.other) return;
  await record(desk, sheet, "draft");
}

/**
 * Two versions of one sheet: the judge says which is his. Either way a new revision says so.
 * @param {Desk} desk @param {Entry} entry @param {"phone" | "other"} which
 */
export async function decide(desk, entry, which) {
  const sheet = desk.sheet(entry);
  const other = sheet.other;
  if (other && which === "other") {
    sheet.ticks = other.ticks.slice();
    sheet.undo = undefined;
    sheet.typed = desk.items(entry).map((item, i) => (typeof sheet.ticks[i] === "number" ? shown(/** @type {number} */ (sheet.ticks[i]), item) : ""));
  }
  const basedOn = other ? other.rev : sheet.seen ? sheet.seen.rev : 0;
  if (other) sheet.seen = other;
  if (unmarked(sheet.ticks)) {
    // What is on this phone is not whole yet: it stays on the table, now knowing the other marks.
    sheet.other = null;
    await keep(desk, sheet);
  } else {
    await record(desk, sheet, "submitted", basedOn);
  }
}
