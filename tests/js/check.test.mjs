// The phone's test of itself: what it finds, what it tells its owner, and that the organiser hears of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shipped } from "./shipped.mjs";

const { finds, verdict, verdictName, worker, Exchange } = await shipped(["check.js", "exchange.js"]);
const WELL = { keeps: true, worker: "yes", persisted: true, files: true };
const DESK = { lost: false, clockOffset: 0 };

test("what is found is told by words, the gravest first", () => {
  assert.deepEqual(finds(WELL, DESK), []);
  assert.deepEqual(finds({ ...WELL, persisted: null }, DESK), []); // the system has not answered
  assert.deepEqual(finds({ ...WELL, worker: "coming" }, DESK), []); // not known yet
  assert.deepEqual(finds({ ...WELL, worker: "insecure" }, DESK), ["insecure"]);
  const worst = { keeps: false, worker: "no", persisted: false, files: false };
  assert.deepEqual(finds(worst, { lost: true, clockOffset: -3_600_000 }), ["not_kept", "no_worker", "no_files", "not_persisted", "clock"]);
});

test("a store that fails later is told too, although the test at the opening went well", () => {
  assert.deepEqual(finds(WELL, { lost: true, clockOffset: 0 }), ["not_kept"]);
});

test("the verdict is one word of three, and says what to do where it is not well", () => {
  const told = (check) => verdict({ ...WELL, ...check });
  assert.deepEqual([told({}).tone, told({}).todo], ["ok", ""]);
  for (const check of [{ worker: "no" }, { worker: "insecure" }, { files: false }]) {
    assert.equal(told(check).tone, "wait");
    assert.ok(told(check).todo.length > 20);
  }
  assert.equal(told({ keeps: false }).tone, "bad");
  assert.match(told({ worker: "coming" }).todo, /still being fetched/);
  assert.match(told({ worker: "no", files: false }).todo, /Leave this page open.*photos/);
});

test("a verdict that was read is shown again only when it has become another", () => {
  assert.equal(verdictName(WELL), verdictName({ ...WELL, persisted: false }));
  assert.notEqual(verdictName(WELL), verdictName({ ...WELL, worker: "no" }));
  assert.equal(verdictName(WELL), verdictName({ ...WELL, worker: "coming" }));
});

test("every batch says what the phone is, also one without records", async () => {
  const sent = [];
  const outbox = { batch: async () => ({ batch_id: "b", highest_seq: 0, records: [] }) };
  const fetch = async (address, init) => {
    sent.push(JSON.parse(init.body));
    throw new Error("no network");
  };
  const about = () => ({ version: "v1", finds: ["no_worker"], photos: 3 });
  const exchange = new Exchange(outbox, { fetch, address: "/j/c/", judge: "J1", now: () => 0, about });
  await exchange.contact();
  assert.deepEqual(sent[0].phone, { version: "v1", finds: ["no_worker"], photos: 3 });
});

/** A browser whose registration of the worker ends so. @param {unknown} registration */
function withRegistration(registration) {
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { serviceWorker: { register: async () => registration } } });
}

test("only a worker that holds the page opens it again: one that gave up, or none at all, does not", async () => {
  const coming = Object.assign(new EventTarget(), { state: "installing" });
  withRegistration({ installing: coming, waiting: null, active: null });
  const told = worker("/j/sw.js");
  coming.state = "redundant"; // the network went while it fetched the page
  setTimeout(() => coming.dispatchEvent(new Event("statechange")), 5);
  assert.equal(await told, false);

  const well = Object.assign(new EventTarget(), { state: "installing" });
  withRegistration({ installing: well, waiting: null, active: null });
  const kept = worker("/j/sw.js");
  well.state = "installed";
  setTimeout(() => well.dispatchEvent(new Event("statechange")), 5);
  assert.equal(await kept, true);

  withRegistration({ installing: well, waiting: null, active: coming });
  assert.equal(await worker("/j/sw.js"), true); // the older one holds it until then
  withRegistration(undefined);
  assert.equal(await worker("/j/sw.js"), false);
});
