// A judge's own comment: kept and sent like a sheet, the newest counts, and what was refused or written elsewhere is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const MODULES = ["store.js", "outbox.js", "desk.js", "states.js", "line.js", "called.js", "later/comment.js"];
const { Store, Outbox, Desk, stateLine, follow, speak, commentOf } = await shipped(MODULES);

const ITEM = { id: "a", criterion: { zh: "项" }, name: { zh: "项" }, floor: 0, full: 9, step: "1", usual: null, role: "score" };

function pack(rev = 0, first = {}, called = []) {
  const entries = ["E1", "E2"].map((id) => ({ id, unit: "U", name: id, form: "form", day: "1", at: "", where: "", recused: false }));
  Object.assign(entries[0], first);
  return {
    fieldmark: "package/1", contest: { id: "stage", name: "", simulated: true, collected: false }, judge: { id: "J3", number: 3, name: "", unit: "" },
    device: { id: "d", highest_seq: 0 }, scheme_digest: "s", server_epoch: "e1", server_rev: rev, server_time: "", components: [], units: [],
    forms: { form: [ITEM] }, entries, sheets: [], stage: { called, beat_seconds: 3 },
  };
}

let ids = 0;
async function tab() {
  const means = { uuid: () => `id-${++ids}`, now: () => 0 };
  const store = new Store("fieldmark/stage/J3", { indexedDB: new IDBFactory(), timeoutMs: 500 });
  const desk = new Desk(store, new Outbox(store, means), pack(), means);
  await desk.load();
  await desk.takePackage(pack(), "etag");
  return desk;
}

async function contact(desk, rev, result = {}) {
  const batch = await desk.outbox.batch(200);
  const results = batch.records.map((record) => ({ revision_id: record.revision_id, result: "stored", reason: "", rev, receipt: "ABCDEFGH", ...result }));
  const answer = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: "e1", server_rev: rev, server_time: "", collected: false, package: "", missing: [], changes: [], results };
  await desk.outbox.merge(batch, answer, (tx) => desk.take(tx, answer));
  await desk.reloadQueue();
  return batch;
}

const now = (desk) => commentOf(desk, desk.entry("E1"));

test("a comment waits in the outbox, is told as waiting, and is sent whole; the newest is shown", async () => {
  const desk = await tab();
  assert.deepEqual(now(desk), { text: "", named: false, where: "" });
  await desk.store.set("comment/E1", { text: "台风", named: true });
  await speak(desk, desk.entry("E1"), { text: " 台风稳健 \n", named: true });
  assert.equal(await desk.store.get("comment/E1"), null); // what was typed is in the record now
  assert.deepEqual(now(desk), { text: "台风稳健", named: true, where: "waiting" });
  assert.equal(stateLine(desk).tone, "wait");
  const [record] = (await contact(desk, 10)).records;
  assert.deepEqual([record.kind, record.entry_id, record.text, record.named, record.device_seq], ["comment", "E1", "台风稳健", true, 1]);
  assert.equal(now(desk).where, "handed");
  assert.equal(stateLine(desk).tone, "ok");
  await speak(desk, desk.entry("E1"), { text: "", named: true });
  assert.deepEqual(now(desk), { text: "", named: true, where: "waiting" });
});

test("what the server refuses stays on the phone and is told; what another phone wrote after it is shown", async () => {
  const desk = await tab();
  await speak(desk, desk.entry("E1"), { text: "台风稳健", named: false });
  await contact(desk, 0, { result: "rejected", reason: "no_sheet", rev: 0 });
  assert.deepEqual(now(desk), { text: "台风稳健", named: false, where: "rejected" });
  await speak(desk, desk.entry("E1"), { text: "台风稳健", named: false });
  await contact(desk, 10);
  await desk.takePackage(pack(12, { comment: { revision_id: "elsewhere", text: "另一部手机", named: true } }), "e2");
  assert.deepEqual(now(desk), { text: "另一部手机", named: true, where: "handed" });
  await speak(desk, desk.entry("E1"), { text: "再改", named: true });
  assert.equal(now(desk).text, "再改");
});

test("a call opens the next sheet, but not over words being typed", async () => {
  const opened = [];
  const frame = { open: (place) => opened.push(place.entry) };
  const desk = await tab();
  await desk.takePackage(pack(11, {}, ["E2"]), "e2");
  desk.place = { view: "comment", entry: "E1" };
  follow(desk, [], frame);
  assert.deepEqual(opened, []);
  desk.place = { view: "stops" };
  follow(desk, [], frame);
  assert.deepEqual(opened, ["E2"]);
});
