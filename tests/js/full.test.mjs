// A phone that is full: a large photo has no room, a sheet written down beside it has; and what no room is left for is
// told as not kept and written down as soon as there is room again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const { Store, Outbox, Desk, attach, begin, press, stateLine, submit } = await shipped(["store.js", "outbox.js", "desk.js", "sheets.js", "findings.js", "line.js"]);

const ITEM = { id: "a", criterion: { zh: "项" }, name: { zh: "项" }, floor: 0, full: 9, step: "1", usual: null, role: "score" };
const PACK = {
  fieldmark: "package/1", contest: { id: "tour", name: "", simulated: true, collected: false }, judge: { id: "J17", number: 17, name: "", unit: "" },
  device: { id: "d", highest_seq: 0 }, scheme_digest: "s", server_epoch: "e1", server_rev: 0, server_time: "", components: [], units: [], forms: { form: [ITEM] },
  entries: ["E1", "E2"].map((id) => ({ id, unit: "U", name: id, form: "form", day: "1", at: "", where: "", recused: false })), sheets: [],
};

/** A phone whose disk takes so many bytes in one transaction and no more, as systems do it: the writing is taken back. */
class Disk {
  constructor(room) {
    this.room = room;
    this.factory = new IDBFactory();
  }

  open(name, version) {
    const request = this.factory.open(name, version);
    request.addEventListener("success", () => this.watch(request.result));
    return request;
  }

  watch(database) {
    const begin = database.transaction.bind(database);
    database.transaction = (stores, mode, options) => {
      const transaction = begin(stores, mode, options);
      const of = transaction.objectStore.bind(transaction);
      let written = 0;
      transaction.objectStore = (name) => {
        const store = of(name);
        const put = store.put.bind(store);
        store.put = (value, ...key) => {
          written += value && value.bytes ? value.bytes.byteLength : 100;
          if (written > this.room) throw new DOMException("no room", "QuotaExceededError");
          return put(value, ...key);
        };
        return store;
      };
      return transaction;
    };
  }
}

let ids = 0;
async function deskOn(disk) {
  const means = { uuid: () => `id-${++ids}`, now: () => 0 };
  const store = new Store("fieldmark/tour/J17", { indexedDB: disk, timeoutMs: 500 });
  const desk = new Desk(store, new Outbox(store, means), PACK, means);
  await desk.load();
  await desk.takePackage(PACK, "etag");
  return desk;
}

const photo = { sha256: "f", bytes: new ArrayBuffer(400_000), type: "image/jpeg", thumb: "", here: 0, done: false, added_at: "1" };

test("a photo for which there is no room takes no sheet with it, and is not told as a mark that was lost", async () => {
  const disk = new Disk(Infinity);
  const desk = await deskOn(disk);
  await begin(desk, desk.entry("E1"), "problem");
  const [finding] = desk.findings.values();
  disk.room = 10_000;
  const [photographed] = await Promise.allSettled([
    attach(desk, finding, photo), // in the same moment as keys and a sheet
    (press(desk, desk.entry("E1"), 0, "7", true), submit(desk, desk.entry("E1"))),
  ]);
  press(desk, desk.entry("E2"), 0, "8", true);
  await desk.queue;
  assert.equal(photographed.reason.name, "QuotaExceededError", "its page tells the judge");
  assert.deepEqual([desk.lost, finding.files, desk.photos.length], [false, [], 0]);
  assert.doesNotMatch(stateLine(desk).text, /Not kept/);
  const again = await deskOn(disk);
  assert.deepEqual((await again.outbox.all()).map((held) => [held.record.kind, held.record.ticks, held.where]), [["sheet", [7], "waiting"]]);
  assert.deepEqual(again.sheet(again.entry("E2")).ticks, [8]);

  await attach(again, again.findings.values().next().value, { ...photo, sha256: "g", bytes: new ArrayBuffer(900) });
  assert.equal(again.photos.length, 1, "a smaller one still finds room");
});

test("a photo without room right after the page opened says nothing of the marks", async () => {
  const disk = new Disk(Infinity);
  const desk = await deskOn(disk);
  await begin(desk, desk.entry("E1"), "problem");
  disk.room = 10_000;
  await assert.rejects(attach(desk, [...desk.findings.values()][0], photo), { name: "QuotaExceededError" });
  assert.deepEqual([desk.lost, stateLine(desk).tone], [false, "ok"]);
});

test("a sheet for which there is no room is told as not kept, and written down with the next one for which there is", async () => {
  const disk = new Disk(Infinity);
  const desk = await deskOn(disk);
  disk.room = 0;
  press(desk, desk.entry("E1"), 0, "7", true);
  await assert.rejects(submit(desk, desk.entry("E1")), { name: "QuotaExceededError" });
  await desk.queue;
  assert.match(stateLine(desk).text, /Not kept! The phone did not write it down/);
  assert.equal(desk.state(desk.entry("E1")).kind, "ready", "it is not told as handed in");
  disk.room = Infinity;
  press(desk, desk.entry("E2"), 0, "8", true);
  await desk.queue;
  assert.equal(desk.lost, false);
  const again = await deskOn(disk);
  assert.deepEqual([again.sheet(again.entry("E1")).ticks, again.sheet(again.entry("E2")).ticks], [[7], [8]]);
});
