// Whatever comes back: only a receipt takes a record out of the queue, and a retry is the same to the last letter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const { Store, Outbox, Exchange } = await shipped(["store.js", "outbox.js", "exchange.js"]);

const record = (id) => ({ kind: "sheet", revision_id: id, entry_id: "E1", state: "submitted", ticks: [1], note: "", files: [], scheme_digest: "s", based_on: 0, marked_at: "", clock_offset_ms: 0 });

/** A phone with one record, and what it sent; `answer` is what each request gets. */
async function phone(answer) {
  let ids = 0;
  const sent = [];
  const outbox = new Outbox(new Store("fieldmark/tour/J17", { indexedDB: new IDBFactory() }), { uuid: () => `batch-${++ids}`, now: () => 0 });
  const fetch = (address, init) => {
    sent.push(init.body);
    return answer(JSON.parse(init.body));
  };
  const exchange = new Exchange(outbox, { fetch, address: "/j/tour/", judge: "J17", now: () => 0, timeoutMs: 50 });
  await outbox.append(record("a"));
  return { outbox, exchange, sent, waiting: async () => (await outbox.all()).filter((held) => held.where === "waiting").length };
}

const received = (batch) => ({ fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: "e", server_rev: 1, server_time: "", collected: false, package: "", missing: [], changes: [],
  results: batch.records.map((one) => ({ revision_id: one.revision_id, result: "stored", reason: "", rev: 1, receipt: "ABCDEFGH" })) });

test("no answer but a receipt takes a record out of the queue", async () => {
  const answers = [
    () => Promise.reject(new TypeError("network")),
    ...[201, 202, 204, 400, 401, 403, 404, 409, 410, 413, 422, 423, 429, 500, 502, 503, 504].map((status) => () => new Response(status === 204 ? null : "{}", { status })),
    (batch) => new Response(JSON.stringify(received(batch)), { status: 502 }),
    (batch) => new Response(JSON.stringify(received(batch)).slice(0, 90), { status: 200 }),
    (batch) => new Response(JSON.stringify({ ...received(batch), batch_id: "another" }), { status: 200 }),
    (_batch, init) => new Promise((_resolve, reject) => setTimeout(() => reject(new TypeError("gave up")), 60, init)),
  ];
  for (const answer of answers) {
    const one = await phone(answer);
    const outcome = await one.exchange.contact();
    assert.notEqual(outcome.kind, "delivered", String(answer));
    assert.equal(await one.waiting(), 1, String(answer));
  }
});

test("a captive portal's 200 is no receipt", async () => {
  for (const body of ["<h1>Welcome to our hotel</h1>", "{}", "null", '{"fieldmark": "batch/1", "results": []}']) {
    const one = await phone(() => new Response(body, { status: 200 }));
    assert.deepEqual([await one.exchange.contact(), await one.waiting()], [{ kind: "portal" }, 1]);
  }
});

test("a retry has the same id, the same time and the same content", async () => {
  const one = await phone(() => Promise.reject(new TypeError("the answer got lost")));
  await one.exchange.contact();
  await one.exchange.contact();
  const [first, second] = one.sent.map((body) => JSON.stringify(JSON.parse(body).records));
  assert.equal(first, second);
});

test("a receipt takes the record out of the queue and keeps it on the phone", async () => {
  const one = await phone((batch) => new Response(JSON.stringify(received(batch)), { status: 200 }));
  assert.equal((await one.exchange.contact()).kind, "delivered");
  assert.deepEqual([await one.waiting(), (await one.outbox.all()).length], [0, 1]);
});
