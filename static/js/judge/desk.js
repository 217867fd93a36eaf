// The judge's desk: everything the phone keeps for one judge in one contest, in memory as in the store. The pages read
// it; the deeds in sheets.js and findings.js change it. Written to the store first, shown as kept afterwards.

/**
 * @typedef {import("./types.js").Answer} Answer @typedef {import("./types.js").Entry} Entry
 * @typedef {import("./types.js").Finding} Finding @typedef {import("./types.js").Held} Held
 * @typedef {import("./types.js").Item} Item @typedef {import("./types.js").Package} Package
 * @typedef {import("./types.js").Photo} Photo @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").ServerSheet} ServerSheet @typedef {import("./types.js").Sheet} Sheet
 * @typedef {import("./types.js").Tx} Tx @typedef {import("./store.js").Store} Store @typedef {import("./outbox.js").Outbox} Outbox
 */
import { shown } from "./marks.js";
import { same, stateOf } from "./states.js";

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
    /** When everything was last confirmed by the server, on the phone's clock. */
    this.confirmedAt = 0;
    /** How the last contact ended. @type {"" | import("./types.js").Outcome["kind"]} */
    this.contact = "";
    /** Writes under way; "lost" when one failed for good. @type {number} */
    this.saving = 0;
    this.lost = false;
    /** @type {Promise<unknown>} */
    this.queue = Promise.resolve();
    /** @type {() => void} */
    this.changed = () => undefined;
    /** @type {() => void} */
    this.send = () => undefined;
  }

  /** Everything from the store: at the start, and when the page comes back from behind another one. */
  async load() {
    await this.queue;
    await this.store.run("read", ["meta", "records", "sheets", "findings", "photos"], async (tx) => {
      const sheets = /** @type {Sheet[]} */ (await tx.all("sheets"));
      const findings = /** @type {Finding[]} */ (await tx.all("findings"));
      this.held = await tx.all("records");
      this.photos = await tx.all("photos");
      this.place = (await tx.get("meta", "place")) || { view: "stops" };
      this.clockOffset = (await tx.get("meta", "clock_offset_ms")) || 0;
      this.confirmedAt = (await tx.get("meta", "confirmed_at")) || 0;
      this.sheets = new Map(sheets.map((sheet) => [sheet.entry, sheet]));
      this.findings = new Map(findings.map((finding) => [finding.finding_id, finding]));
    });
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
    const kept = this.sheets.get(entry.id);
    if (kept && kept.ticks.length === items.length) return kept;
    // Another number of lines than when it was marked: the scheme was changed, and the marks cannot be carried over.
    const [seen, sent] = kept ? [kept.seen, kept.sent] : [null, null];
    return { entry: entry.id, typed: items.map(() => ""), ticks: items.map(() => null), note: kept ? kept.note : "", edited: false, seen, other: null, sent };
  }

  /** The record last made of an entry's sheet. @param {string} entry @returns {Held | undefined} */
  last(entry) {
    const sheet = this.sheets.get(entry);
    const sent = sheet && sheet.sent;
    return sent ? this.held.find((held) => held.revision_id === sent.revision_id) : undefined;
  }

  /** @param {Entry} entry */
  state(entry) {
    return stateOf(entry, this.sheets.get(entry.id), this.last(entry.id));
  }

  /** One write after the other, counted, so that "kept" is never said too early. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  write(work) {
    this.saving += 1;
    const done = this.queue.then(work);
    this.queue = done.then(
      () => (this.lost = false),
      () => (this.lost = true),
    ).finally(() => {
      this.saving -= 1;
      this.changed();
    });
    return done;
  }

  /** Go to a page of the phone, and be there again after a reload. @param {Place} place */
  go(place) {
    this.place = { day: this.place.day, ...place };
    this.changed();
    return this.write(() => this.store.set("place", this.place));
  }

  /** Marks from elsewhere: taken over where nothing of this phone is at stake, else put before the judge. @param {ServerSheet} from */
  meet(from) {
    const entry = this.entry(from.entry);
    if (!entry) return null;
    const sheet = this.sheet(entry);
    this.sheets.set(entry.id, sheet);
    if (sheet.seen && sheet.seen.rev > from.rev) return null;
    const last = this.last(entry.id);
    const ours = sheet.sent && sheet.sent.revision_id === from.revision_id;
    const open = sheet.edited || (!!last && last.where !== "handed" && last.where !== "quarantined");
    const equal = same(sheet.ticks, from.ticks);
    if (ours || !open || equal) {
      sheet.seen = from;
      if (!ours && !open) {
        const items = this.items(entry);
        Object.assign(sheet, { ticks: from.ticks, sent: null, other: null });
        sheet.typed = items.map((item, i) => (typeof from.ticks[i] === "number" ? shown(/** @type {number} */ (from.ticks[i]), item) : ""));
      }
    } else if (from.state === "submitted" && (!sheet.other || sheet.other.rev <= from.rev)) {
      sheet.other = from;
    }
    return sheet;
  }

  /** What an answer says beside its results, in the transaction that keeps them. @param {Tx} tx @param {Answer} answer */
  async take(tx, answer) {
    for (const result of answer.results) {
      const held = this.held.find((one) => one.revision_id === result.revision_id);
      if (!held || !result.rev || held.record.kind !== "sheet" || (result.result !== "stored" && result.result !== "duplicate")) continue;
      const { entry_id, revision_id, state, ticks } = held.record;
      const sheet = this.sheets.get(entry_id);
      if (!sheet || (sheet.seen && sheet.seen.rev >= result.rev)) continue;
      sheet.seen = { entry: entry_id, revision_id, rev: result.rev, state, ticks, origin: "phone" };
      await tx.put("sheets", sheet);
    }
    for (const change of answer.changes) {
      const sheet = this.meet(change);
      if (sheet) await tx.put("sheets", sheet);
    }
  }

  /** A new package: who, what, and the server's sheets. @param {Package} pack @param {string} etag */
  async takePackage(pack, etag) {
    const restored = await this.outbox.meet(pack.server_epoch);
    if (restored) this.held = await this.outbox.all();
    this.pack = pack;
    for (const sheet of this.sheets.values()) if (restored) Object.assign(sheet, { seen: null, other: null });
    for (const sheet of pack.sheets) this.meet(sheet);
    await this.store.run("write", ["meta", "sheets"], async (tx) => {
      await tx.put("meta", pack, "package");
      await tx.put("meta", etag, "etag");
      await tx.put("meta", pack.server_rev, "server_rev");
      for (const sheet of this.sheets.values()) await tx.put("sheets", sheet);
    });
    this.changed();
  }

  /** @returns {import("./types.js").Stamp} */
  stamp() {
    return { revision_id: this.means.uuid(), marked_at: new Date(this.means.now()).toISOString(), clock_offset_ms: this.clockOffset };
  }
}
