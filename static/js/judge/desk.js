// The judge's desk: everything the phone keeps for one judge in one contest, in memory as in the store. The pages read
// it; the deeds in sheets.js and findings.js change it. Written to the store first, shown as kept afterwards.

import { formOf, stateOf } from "./states.js";
import { known, take, takePackage } from "./taking.js";

export class Desk {
  /** @param {Store} store @param {Outbox} outbox @param {Package} pack @param {{uuid: () => string, now: () => number}} means */
  constructor(store, outbox, pack, means) {
    this.store = store;
    this.outbox = outbox;
    this.pack = pack;
    this.means = means;
    /** @type {Map<string, Sheet>} */
    this.sheets = new Map();
    /** @type {Map<string, Finding>} */
    this.findings = new Map();
    /** @type {Held[]} */
    this.held = [];
    /** @type {Photo[]} */
    this.photos = [];
    /** @type {Place} */
    this.place = { view: "stops" };
    this.clockOffset = 0;
    /** The life of the server that the numbers in `seen` belong to. */
    this.seenEpoch = "";
    /** When everything was last confirmed by the server, on the phone's clock. */
    this.confirmedAt = 0;
    /** How the last contact ended. @type {"" | "revoked" | Outcome["kind"]} */
    this.contact = "";
    /** Writes under way; "lost" when one failed for good. @type {number} */
    this.saving = 0;
    this.lost = false;
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    /** @type {() => void} */
    this.changed = () => undefined;
    /** Something was written: other tabs of this phone look again. @type {() => void} */
    this.wrote = () => undefined;
    /** @type {() => void} */
    this.send = () => undefined;
  }

  /** Everything from the store: at the start, and when the page comes back from behind another one. */
  async load() {
    for (;;) {
      await this.queue;
      // What could not be written stands only here.
      if (this.lost) return;
      const read = await this.store.run("read", ["meta", "records", "sheets", "findings", "photos"], async (tx) => ({
        sheets: await tx.all("sheets"),
        findings: await tx.all("findings"),
        held: await tx.all("records"),
        photos: await tx.all("photos"),
        place: (await tx.get("meta", "place")) || { view: "stops" },
        clockOffset: (await tx.get("meta", "clock_offset_ms")) || 0,
        seenEpoch: (await tx.get("meta", "seen_epoch")) || "",
        confirmedAt: (await tx.get("meta", "confirmed_at")) || 0,
      }));
      // A key pressed meanwhile is newer than what was read.
      if (this.saving) continue;
      const { sheets, findings, ...others } = read;
      Object.assign(this, others);
      this.adopt(sheets);
      for (const one of findings) this.findings.set(one.finding_id, Object.assign(this.findings.get(one.finding_id) || {}, one));
      this.store.remembers = () => known(this);
      return;
    }
  }

  /** Sheets as the store has them. Each stays the object it was: a page may have it in hand. @param {Sheet[]} sheets */
  adopt(sheets) {
    for (const sheet of sheets) this.sheets.set(sheet.entry, Object.assign(this.sheets.get(sheet.entry) || {}, sheet));
  }

  /** @param {Outcome} outcome of a contact */
  heard(outcome) {
    this.contact = outcome.kind === "delivered" && outcome.answer.revoked ? "revoked" : outcome.kind;
  }

  async reloadQueue() {
    this.held = await this.outbox.all();
    this.photos = await this.store.run("read", ["photos"], (tx) => tx.all("photos"));
  }

  entries() {
    return this.pack.entries;
  }

  /** @param {string | undefined} id @returns {Entry | undefined} */
  entry(id) {
    return this.pack.entries.find((entry) => entry.id === id);
  }

  /** @param {Entry} entry @returns {Item[]} */
  items(entry) {
    return this.pack.forms[entry.form] || [];
  }

  /** @param {Entry} entry */
  unit(entry) {
    const unit = this.pack.units.find((one) => one.id === entry.unit);
    return unit ? unit.name : "";
  }

  /** The sheet on the table, empty where there is none yet. @param {Entry} entry @returns {Sheet} */
  sheet(entry) {
    const items = this.items(entry);
    const kept = this.fitting(entry);
    if (kept) return kept;
    // Other lines or steps than when it was marked: the scheme was changed, and the same ticks would be other marks.
    const { note, seen } = this.sheets.get(entry.id) || { note: "", seen: null };
    return { entry: entry.id, form: formOf(items), typed: items.map(() => ""), ticks: items.map(() => null), note, edited: false, seen, other: null, sent: null };
  }

  /** The kept sheet of an entry, if it was marked by the form the entry has now. @param {Entry} entry @returns {Sheet | undefined} */
  fitting(entry) {
    const items = this.items(entry);
    const kept = this.sheets.get(entry.id);
    return kept && kept.ticks.length === items.length && (kept.form || formOf(items)) === formOf(items) ? kept : undefined;
  }

  /** The record last made of an entry's sheet. @param {string} entry @returns {Held | undefined} */
  last(entry) {
    const sheet = this.sheets.get(entry);
    const sent = sheet && sheet.sent;
    return sent ? this.held.find((held) => held.revision_id === sent.revision_id) : undefined;
  }

  /** @param {Entry} entry */
  state(entry) {
    const kept = this.fitting(entry);
    return stateOf(entry, kept, kept && this.last(entry.id));
  }

  /** One write after the other, counted, so that "kept" is never said too early. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  write(work) {
    const idle = !this.saving;
    this.saving += 1;
    const done = idle ? work() : this.queue.then(work);
    this.queue = done
      .then(() => (this.lost ? this.writeAll() : undefined))
      .then(
        () => (this.lost = false),
        () => (this.lost = true),
      )
      .finally(() => {
        this.saving -= 1;
        this.changed();
        this.wrote();
      });
    return done;
  }

  /** After a write that failed: the next one that succeeds says nothing of what that one was to keep. */
  writeAll() {
    return this.store.run("strict", ["sheets", "findings"], async (tx) => {
      for (const sheet of this.sheets.values()) await tx.put("sheets", sheet);
      for (const finding of this.findings.values()) await tx.put("findings", finding);
    });
  }

  /** Go to a page of the phone, and be there again after a reload. @param {Place} place */
  go(place) {
    this.place = { day: this.place.day, ...place };
    const kept = this.write(() => this.store.set("place", this.place));
    this.changed();
    return kept;
  }

  /** What an answer says beside its results, in the transaction that keeps them. @param {Tx} tx @param {Answer} answer */
  take(tx, answer) {
    return take(this, tx, answer);
  }

  /** A new package: who, what, and the server's sheets. @param {Package} pack @param {string} etag */
  async takePackage(pack, etag) {
    await takePackage(this, pack, etag);
    this.changed();
  }

  /** @returns {Stamp} */
  stamp() {
    return { revision_id: this.means.uuid(), marked_at: new Date(this.means.now()).toISOString(), clock_offset_ms: this.clockOffset };
  }
}
