// Signing: what is asked of the judge, what a signature holds, and what of it is sent, kept and believed.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const MODULES = ["store.js", "outbox.js", "desk.js", "sheets.js", "states.js", "line.js", "later/signing.js"];
const { Store, Outbox, Desk, submit, press, toSign, stateLine, linesOf, codeOf, moved, sign } = await shipped(MODULES);

const ITEM = { id: "a", criterion: { zh: "项" }, name: { zh: "项" }, floor: 0, full: 9, step: "1", usual: null, role: "score" };
const DRAWN = { way: "drawn", name: "", strokes: [[0, 0, 10, 10]] };

function pack(changed = {}) {
  return {
    fieldmark: "package/1", contest: { id: "tour", name: "", simulated: true, collected: false }, judge: { id: "J17", number: 17, name: "", unit: "" },
    device: { id: "d", highest_seq: 0 }, scheme_digest: "s", server_epoch: "e1", server_rev: 0, server_time: "", components: [], units: [],
    forms: { form: [ITEM] }, entries: ["E1", "E2"].map((id) => ({ id, unit: "U", name: id, form: "form", day: "1", at: "", where: "", recused: false })),
    sheets: [], unsigned: [], ...changed,
  };
}

let ids = 0;
async function tab(given = pack(), factory = new IDBFactory()) {
  const means = { uuid: () => `id-${++ids}`, now: () => 0 };
  const store = new Store("fieldmark/tour/J17", { indexedDB: factory, timeoutMs: 500 });
  const desk = new Desk(store, new Outbox(store, means), given, means);
  await desk.load();
  await desk.takePackage(given, "etag");
  return desk;
}

/** What the server says to the next batch; `how` gives results that are not "stored", by the records' kind. */
async function contact(desk, how = {}) {
  const batch = await desk.outbox.batch(200);
  const results = batch.records.map((record) => ({ revision_id: record.revision_id, result: "stored", reason: "", rev: 10, receipt: "ABCDEFGH", ...how[record.kind] }));
  const answer = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: "e1", server_rev: 10, server_time: "", collected: false, package: "", missing: [], changes: [], results };
  await desk.outbox.merge(batch, answer, (tx) => desk.take(tx, answer));
  await desk.reloadQueue();
  return batch;
}

async function handIn(desk, key, id = "E1") {
  press(desk, desk.entry(id), 0, key, true);
  await submit(desk, desk.entry(id));
}
const asked = (desk) => toSign(desk).map((one) => one.entry_id);
const where = (desk) => desk.held.map((held) => held.where);

test("what was handed in is to be signed, by the digest that the server counts; what is only marked is not", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  press(desk, desk.entry("E2"), 0, "7", true);
  assert.deepEqual(asked(desk), ["E1"]);
  const [line] = await linesOf(desk);
  const record = desk.held[0].record;
  const text = `{${Object.keys(record).sort().map((key) => `${JSON.stringify(key)}:${JSON.stringify(record[key])}`).join(",")}}`;
  assert.equal(line.digest, createHash("sha256").update(text).digest("hex"));
  assert.equal(line.code.length, 8);
  assert.equal(codeOf("0102030405060708"), "AEBAGBAF");
});

test("what the judge signed on another phone is not asked for here, from the next package on", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  await contact(desk);
  await handIn(desk, "6", "E2");
  assert.deepEqual(asked(desk), ["E1", "E2"]);
  await desk.takePackage(pack({ server_rev: 9 }), "before this sheet");
  assert.deepEqual(asked(desk), ["E1", "E2"]);
  await desk.takePackage(pack({ server_rev: 10 }), "without it among the unsigned");
  assert.deepEqual(asked(desk), ["E2"]);
});

test("a signature is a record of the same outbox with a number of its own, and waits like any other", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  await contact(desk);
  await sign(desk, await linesOf(desk), DRAWN);
  const held = (await desk.outbox.all()).at(-1);
  assert.equal(held.device_seq, 2);
  assert.deepEqual(held.record.covers.map((one) => [one.entry_id, one.revision_id]), [["E1", desk.held[0].revision_id]]);
  assert.deepEqual(held.record.strokes, DRAWN.strokes);
  assert.deepEqual(asked(desk), []);
  assert.equal(stateLine(desk).tone, "wait");
  await contact(desk);
  assert.equal(stateLine(desk).tone, "ok");
  assert.deepEqual(where(desk), ["handed", "handed"]);
});

test("a changed sheet is asked for again, and what waited for the new signature is then handed in", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  await sign(desk, await linesOf(desk), DRAWN);
  await contact(desk);
  await handIn(desk, "6");
  assert.deepEqual(asked(desk), ["E1"]);
  await contact(desk, { sheet: { result: "quarantined", reason: "after_signature", rev: 0 } });
  assert.deepEqual(where(desk), ["handed", "handed", "quarantined"]);
  await sign(desk, await linesOf(desk), DRAWN);
  await contact(desk);
  assert.deepEqual(where(desk), ["handed", "handed", "handed", "handed"]);
});

test("where the server says that the sheet waits all the same, the phone does not call it handed in", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  await contact(desk, { sheet: { result: "quarantined", reason: "after_signature", rev: 0 } });
  await sign(desk, await linesOf(desk), DRAWN);
  await contact(desk, { signature: { reason: "held" } });
  assert.deepEqual(where(desk), ["quarantined", "handed"]);
});

test("a late sheet is no matter of a signature", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  await contact(desk, { sheet: { result: "quarantined", reason: "late", rev: 0 } });
  await sign(desk, await linesOf(desk), DRAWN);
  await contact(desk);
  assert.deepEqual(where(desk), ["quarantined", "handed"]);
});

test("a new phone asks for what the package says is not signed, with the server's digest", async () => {
  const sheets = ["E1", "E2"].map((entry, i) => ({ entry, revision_id: `r${i}`, rev: 5 + i, state: "submitted", ticks: [5], origin: i ? "paper" : "phone" }));
  const desk = await tab(pack({ sheets, unsigned: [{ entry: "E1", revision_id: "r0", digest: "ab".repeat(32) }] }));
  const [line, ...more] = await linesOf(desk);
  assert.deepEqual([line.entry_id, line.digest, more], ["E1", "ab".repeat(32), []]);
});

test("where the scheme asks for none, nothing is asked", async () => {
  const desk = await tab(pack({ unsigned: undefined }));
  await handIn(desk, "5");
  assert.deepEqual(asked(desk), []);
});

test("a refused signature signs nothing", async () => {
  const desk = await tab();
  await handIn(desk, "5");
  await sign(desk, await linesOf(desk), DRAWN);
  await contact(desk, { signature: { result: "rejected", reason: "unreadable", rev: 0 } });
  assert.deepEqual(asked(desk), ["E1"]);
});

test("strokes stay small: near points and what is too much are left out", () => {
  const start = [[0, 0]];
  assert.equal(moved(start, 3, 3), start);
  assert.deepEqual(moved(start, 9, 0), [[0, 0, 9, 0]]);
  assert.deepEqual(moved([], 9, 0), []);
  const full = [Array.from({ length: 7000 }, (_, i) => (i % 2 ? 0 : (i * 10) % 1000))];
  assert.equal(moved(full, 500, 300), full);
});
