// What this phone has to hand in. A record gets its number in the transaction that keeps it, is never changed, and is
// never deleted: an answer of the server only moves it. Knows no page and no network.


const STORES = ["meta", "records", "sheets", "findings"];
/** @type {{[result: string]: Where}} */
const MOVES = {
  stored: "handed",
  duplicate: "handed",
  quarantined: "quarantined",
  mismatch: "mismatch",
  conflict: "conflict",
  rejected: "rejected",
};

export class Outbox {
  /** @param {Store} store @param {{uuid: () => string, now: () => number}} means */
  constructor(store, { uuid, now }) {
    this.store = store;
    this.uuid = uuid;
    this.now = now;
    /** Numbers the server asked for again, so that a server that never has enough is not sent them for ever. @type {Set<string>} */
    this.askedAgain = new Set();
  }

  /**
   * Keep a record. `also` writes in the same transaction, so that the sheet and its record cannot disagree.
   * @param {Content} content @param {(tx: Tx, held: Held) => Promise<unknown>} [also] @returns {Promise<Held>}
   */
  append(content, also) {
    return this.store.run("strict", STORES, async (tx) => {
      // The transaction may run twice when the first answer got lost: the second must not take a second number.
      const [known, last] = await Promise.all([tx.find("records", "revision_id", content.revision_id), tx.get("meta", "seq")]);
      if (known) return /** @type {Held} */ (known);
      const device_seq = /** @type {number} */ (last || 0) + 1;
      /** @type {Held} */
      const held = {
        device_seq,
        revision_id: content.revision_id,
        where: "waiting",
        record: { ...content, device_seq },
        reason: "",
        rev: 0,
        receipt: "",
      };
      await Promise.all([tx.put("meta", device_seq, "seq"), tx.put("records", held), also && also(tx, held)]);
      return held;
    });
  }

  /** Everything the phone holds, in the order it was made. @returns {Promise<Held[]>} */
  all() {
    return this.store.run("read", ["records"], (tx) => tx.all("records"));
  }

  /** The next batch: the oldest records that wait, and what the phone has given out. @param {number} limit @returns {Promise<Batch>} */
  batch(limit) {
    return this.store.run("read", ["meta", "records"], async (tx) => {
      const waiting = /** @type {Held[]} */ (await tx.all("records")).filter((held) => held.where === "waiting");
      return {
        batch_id: this.uuid(),
        highest_seq: /** @type {number | undefined} */ (await tx.get("meta", "seq")) || 0,
        waiting: Math.max(0, waiting.length - limit), // what is left when this batch has arrived
        server_rev: /** @type {number | undefined} */ (await tx.get("meta", "server_rev")) || 0,
        server_epoch: /** @type {string | undefined} */ (await tx.get("meta", "server_epoch")) || "",
        sent_at: new Date(this.now()).toISOString(),
        records: waiting.slice(0, limit).map((held) => held.record),
      };
    });
  }

  /**
   * Take in an answer to a batch. Returns how many records wait now.
   * @param {Batch} batch @param {Answer} answer @param {(tx: Tx) => Promise<unknown>} [also] @returns {Promise<number>}
   */
  async merge(batch, answer, also) {
    /** @type {string[]} */
    let asked = [];
    // The disk is not waited for: whoever forgets an answer asks again, and is told the same.
    const left = await this.store.run("write", STORES, async (tx) => {
      asked = []; // the transaction may run twice
      const records = /** @type {Held[]} */ (await tx.all("records"));
      const kept = (await tx.get("meta", "server_epoch")) || "";
      const before = new Map(records.map((held) => [held, held.where]));
      // Restored from a backup: what that server knew is unknown. First everything waits again, then this answer counts.
      if (kept !== answer.server_epoch) await this.offerAll(tx, records, answer.server_epoch);
      const sent = new Set(batch.records.map((record) => record.revision_id));
      for (const result of answer.results) {
        const held = records.find((one) => one.revision_id === result.revision_id);
        const where = MOVES[result.result];
        if (!held || !where || !sent.has(held.revision_id)) continue;
        // An answer that came late must not undo a better one.
        if (held.where === "handed" && where !== "handed") continue;
        if (held.record.kind === "signature" && where === "handed" && !result.reason) this.covered(records, held.record);
        Object.assign(held, { where, reason: result.reason, rev: result.rev || held.rev, receipt: result.receipt });
      }
      for (const held of records) {
        const again = `${answer.server_epoch} ${held.device_seq}`;
        if (!answer.missing.includes(held.device_seq) || held.where === "waiting" || this.askedAgain.has(again)) continue;
        asked.push(again);
        held.where = "waiting";
      }
      for (const held of records) if (before.get(held) !== held.where || held.receipt) await tx.put("records", held);
      await tx.put("meta", answer.server_rev, "server_rev");
      if (also) await also(tx);
      return records.filter((held) => held.where === "waiting").length;
    });
    for (const again of asked) this.askedAgain.add(again);
    return left;
  }

  /** Sheets that waited for this signature count from now on. @param {Held[]} records @param {SignatureContent} signature */
  covered(records, signature) {
    for (const held of records) {
      if (held.reason === "after_signature" && held.where === "quarantined" && signature.covers.some((one) => one.revision_id === held.revision_id)) held.where = "handed";
    }
  }

  /**
   * The package may bring a new epoch too, and says which number this device gave out last: a browser that threw its
   * store away would use its numbers again, and nobody would miss what was in it.
   * @param {string} epoch @param {number} [highest] @returns {Promise<boolean>} whether the epoch was new
   */
  meet(epoch, highest = 0) {
    return this.store.run("strict", STORES, async (tx) => {
      if (highest > ((await tx.get("meta", "seq")) || 0)) await tx.put("meta", highest, "seq");
      if (((await tx.get("meta", "server_epoch")) || "") === epoch) return false;
      const records = /** @type {Held[]} */ (await tx.all("records"));
      await this.offerAll(tx, records, epoch);
      for (const held of records) await tx.put("records", held);
      return true;
    });
  }

  /** @param {Tx} tx @param {Held[]} records @param {string} epoch */
  async offerAll(tx, records, epoch) {
    for (const held of records) held.where = "waiting";
    await tx.put("meta", epoch, "server_epoch");
    await tx.put("meta", 0, "server_rev");
  }
}
