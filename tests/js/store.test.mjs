// The store comes back after the system closed it, gives up on what never answers, and does one thing once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const { Store, Outbox, retryAfter, Courier } = await shipped(["store.js", "outbox.js", "exchange.js", "courier.js"]);

function outboxOn(factory) {
  let ids = 0;
  const store = new Store("fieldmark/tour/J17", { indexedDB: factory, timeoutMs: 300 });
  return new Outbox(store, { uuid: () => `batch-${++ids}`, now: () => 0 });
}

const record = (id) => ({ kind: "sheet", revision_id: id, entry_id: "E1", state: "draft", ticks: [1], note: "", files: [], scheme_digest: "s", based_on: 0, marked_at: "", clock_offset_ms: 0 });

test("what is written comes back, also after the system closed the connection", async () => {
  const outbox = outboxOn(new IDBFactory());
  assert.equal(await outbox.store.holds("token"), true);
  await outbox.append(record("a"));
  (await outbox.store.open()).close();
  await outbox.append(record("b"));
  assert.deepEqual((await outbox.all()).map((held) => held.device_seq), [1, 2]);
});

test("a store that never answers is given up, not waited for", async () => {
  const outbox = outboxOn({ open: () => ({}) });
  await assert.rejects(outbox.all(), { name: "TimeoutError" });
});

test("a private window without a store is found out", async () => {
  const refusing = { open: () => { throw new DOMException("no", "SecurityError"); } };
  assert.equal(await new Store("x", { indexedDB: refusing }).holds("token").catch(() => false), false);
});

test("the same record twice takes one number", async () => {
  const outbox = outboxOn(new IDBFactory());
  const first = await outbox.append(record("a"));
  assert.deepEqual(await outbox.append(record("a")), first);
  assert.equal((await outbox.batch(200)).highest_seq, 1);
});

test("numbers have no gaps when many records are made at once by two pages", async () => {
  const factory = new IDBFactory();
  const [one, two] = [outboxOn(factory), outboxOn(factory)];
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).append(record(`r${i}`))));
  assert.deepEqual((await one.all()).map((held) => held.device_seq), Array.from({ length: 20 }, (_, i) => i + 1));
});

test("a transaction that fails leaves neither number nor record", async () => {
  const outbox = outboxOn(new IDBFactory());
  await assert.rejects(outbox.append(record("a"), () => Promise.reject(new Error("disk full"))), /disk full/);
  assert.deepEqual(await outbox.all(), []);
  assert.equal((await outbox.append(record("b"))).device_seq, 1);
});

test("each result of the contract moves a record to its place", async () => {
  const outbox = outboxOn(new IDBFactory());
  const results = ["stored", "duplicate", "mismatch", "quarantined", "conflict", "rejected", "something new"];
  for (const result of results) await outbox.append(record(result));
  const batch = await outbox.batch(200);
  const told = results.map((result) => ({ revision_id: result, result, reason: "why", rev: 5, receipt: "ABCDEFGH" }));
  const answer = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: "e", server_rev: 5, server_time: "", collected: false, package: "", results: told, missing: [], changes: [] };
  assert.equal(await outbox.merge(batch, answer), 1);
  assert.deepEqual((await outbox.all()).map((held) => held.where), ["handed", "handed", "mismatch", "quarantined", "conflict", "rejected", "waiting"]);
  assert.equal(await outbox.meet("another epoch"), true);
  assert.deepEqual((await outbox.all()).map((held) => held.where), Array(7).fill("waiting"), "after a restore everything is offered again");
});

test("Retry-After is read as seconds and as a date", () => {
  assert.equal(retryAfter("7", 0), 7);
  assert.equal(retryAfter("Thu, 01 Jan 1970 00:01:00 GMT", 0), 60);
  assert.equal(retryAfter("soon", 0), null);
  assert.equal(retryAfter(null, 0), null);
});

test("the courier waits longer after each failure, never less than the server wishes, and never all at once", () => {
  const courier = new Courier({}, {}, { random: () => 0.5, report: () => undefined, step: () => undefined, visible: () => true });
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(() => courier.backOff(null)), [3, 6, 12, 24, 48, 96, 192, 240, 240]);
  assert.equal(courier.backOff(20), 30);
});

test("whoever asks while a try is failing is heard: the courier goes once more", async () => {
  let tries = 0;
  const exchange = {
    contact: async () => {
      tries += 1;
      if (tries > 1) return { kind: "delivered", left: 0 };
      void courier.go(); // the network is back, or a thumb is on the button
      return { kind: "offline" };
    },
  };
  const photos = { send: async () => ({ kind: "done" }), offerAgain: async () => undefined };
  const courier = new Courier(exchange, photos, { random: () => 0.5, report: () => undefined, step: () => undefined, visible: () => true });
  await courier.go();
  courier.stop();
  assert.equal(tries, 2);
});
