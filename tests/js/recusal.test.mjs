// Asking to be recused: kept and sent like a sheet, nothing asked of the judge meanwhile, and the server's word counts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const MODULES = ["store.js", "outbox.js", "desk.js", "states.js", "line.js", "later/recuse.js"];
const { Store, Outbox, Desk, lacking, wishOf, stateLine, askOut } = await shipped(MODULES);

const ITEM = { id: "a", criterion: { zh: "项" }, name: { zh: "项" }, floor: 0, full: 9, step: "1", usual: null, role: "score" };

function pack(rev = 0, first = {}) {
  const entries = ["E1", "E2"].map((id) => ({ id, unit: "U", name: id, form: "form", day: "1", at: "", where: "", recused: false }));
  Object.assign(entries[0], first);
  return {
    fieldmark: "package/1", contest: { id: "tour", name: "", simulated: true, collected: false }, judge: { id: "J17", number: 17, name: "", unit: "" },
    device: { id: "d", highest_seq: 0 }, scheme_digest: "s", server_epoch: "e1", server_rev: rev, server_time: "", components: [], units: [],
    forms: { form: [ITEM] }, entries, sheets: [],
  };
}

let ids = 0;
async function tab() {
  const means = { uuid: () => `id-${++ids}`, now: () => 0 };
  const store = new Store("fieldmark/tour/J17", { indexedDB: new IDBFactory(), timeoutMs: 500 });
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

const wish = (desk) => wishOf(desk, desk.entry("E1"));
const open = (desk) => lacking(desk, desk.entries()).map((entry) => entry.id);

test("a request waits in the outbox, is sent whole, and asks nothing of the judge until it is answered", async () => {
  const desk = await tab();
  await askOut(desk, desk.entry("E1"), "是我本单位的项目");
  assert.deepEqual([wish(desk), open(desk)], ["open", ["E2"]]);
  assert.equal(stateLine(desk).tone, "wait");
  const [record] = (await contact(desk, 10)).records;
  assert.deepEqual([record.kind, record.entry_id, record.reason, record.device_seq], ["recusal", "E1", "是我本单位的项目", 1]);
  assert.deepEqual([wish(desk), open(desk)], ["open", ["E2"]]); // stored, and not answered
  assert.equal(stateLine(desk).tone, "ok");
});

test("declined, it is to be marked and may be asked again; confirmed, it is recused", async () => {
  const desk = await tab();
  await askOut(desk, desk.entry("E1"), "亲属");
  await contact(desk, 10);
  const asked = { revision_id: desk.held[0].revision_id, state: "declined", reason: "不属于回避情形" };
  await desk.takePackage(pack(11, { asked }), "e2");
  assert.deepEqual([wish(desk), open(desk)], ["declined", ["E1", "E2"]]);
  await askOut(desk, desk.entry("E1"), "再次申请");
  assert.equal(wish(desk), "open");
  await contact(desk, 12);
  await desk.takePackage(pack(13, { recused: true }), "e3");
  assert.deepEqual([wish(desk), open(desk)], ["", ["E2"]]);
});

test("what another phone of the judge asked is known by the package; what the server refuses asks for nothing", async () => {
  const desk = await tab();
  await desk.takePackage(pack(11, { asked: { revision_id: "elsewhere", state: "open", reason: "" } }), "e2");
  assert.equal(wish(desk), "open");
  const other = await tab();
  await askOut(other, other.entry("E1"), "亲属");
  await contact(other, 0, { result: "rejected", reason: "unknown_entry", rev: 0 });
  assert.equal(wish(other), "");
});
