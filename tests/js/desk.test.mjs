// The desk, the outbox and the photos of a phone where something goes wrong between two of them: another tab, a restored
// server, another device of the same judge, a number used before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const MODULES = ["store.js", "outbox.js", "desk.js", "sheets.js", "states.js", "findings.js", "line.js"];
const { Store, Outbox, Desk, submit, leave, press, decide, lacking, stateOf, tally, begin, attach, describe, record, withdraw, leaveOut, troubled, stateLine } = await shipped(MODULES);

const ITEM = { id: "a", criterion: { zh: "项" }, name: { zh: "项" }, floor: 0, full: 9, step: "1", usual: null, role: "score" };

function pack(changed = {}) {
  return {
    fieldmark: "package/1", contest: { id: "tour", name: "", simulated: true, collected: false }, judge: { id: "J17", number: 17, name: "", unit: "" },
    device: { id: "d", highest_seq: 0 }, scheme_digest: "s", server_epoch: "e1", server_rev: 0, server_time: "", components: [], units: [],
    forms: { form: [ITEM, { ...ITEM, id: "b" }] }, entries: ["E1", "E2"].map((id) => ({ id, unit: "U", name: id, form: "form", day: "1", at: "", where: "", recused: false })),
    sheets: [], ...changed,
  };
}

let ids = 0;
async function tab(factory = new IDBFactory(), given = pack()) {
  const means = { uuid: () => `id-${++ids}`, now: () => 0 };
  const store = new Store("fieldmark/tour/J17", { indexedDB: factory, timeoutMs: 500 });
  const desk = new Desk(store, new Outbox(store, means), given, means);
  await desk.load();
  await desk.takePackage(given, "etag");
  return desk;
}

/** What the server says to the next batch: `how` gives the results that are not "stored". */
async function contact(desk, told = {}, how = {}) {
  const batch = await desk.outbox.batch(200);
  const rev = told.server_rev || 10;
  const results = batch.records.map((record) => ({ revision_id: record.revision_id, result: "stored", reason: "", rev, receipt: "ABCDEFGH", ...(how[record.entry_id] || {}) }));
  const answer = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: "e1", server_rev: rev, server_time: "", collected: false, package: "", missing: [], changes: [], results, ...told };
  await desk.outbox.merge(batch, answer, (tx) => desk.take(tx, answer));
  await desk.reloadQueue();
  return batch;
}

const entry = (desk, id = "E1") => desk.entry(id);
function mark(desk, marks, id = "E1") {
  [...marks].forEach((key, i) => key !== "-" && press(desk, entry(desk, id), i, key, true));
}
const last = async (desk) => (await desk.outbox.all()).at(-1).record;

test("a phone whose store was thrown away counts on from where the server heard of it last", async () => {
  const desk = await tab(new IDBFactory(), pack({ device: { id: "d", highest_seq: 31 } }));
  mark(desk, "55");
  await submit(desk, entry(desk));
  assert.equal((await last(desk)).device_seq, 32);
  assert.equal((await desk.outbox.batch(200)).highest_seq, 32);
  await desk.takePackage(pack({ device: { id: "d", highest_seq: 3 } }), "older");
  assert.equal((await desk.outbox.batch(200)).highest_seq, 32);
});

test("what waits outlives a store that the system throws away under the page, with its numbers", async () => {
  const factory = new IDBFactory();
  const desk = await tab(factory);
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk);
  mark(desk, "67", "E2");
  await submit(desk, entry(desk, "E2"));
  await begin(desk, entry(desk), "problem");
  const [finding] = desk.findings.values();
  await attach(desk, finding, { sha256: "f", bytes: new ArrayBuffer(4), type: "image/png", thumb: "", here: 0, done: false, added_at: "1" });
  const held = await desk.outbox.all();
  await new Promise((gone) => (factory.deleteDatabase("fieldmark/tour/J17").onsuccess = gone));

  mark(desk, "8"); // a key pressed right after it
  await desk.queue;
  assert.equal(desk.lost, false);
  assert.deepEqual(await desk.outbox.all(), held);
  const { records, highest_seq } = await desk.outbox.batch(200);
  assert.deepEqual([records.length, highest_seq], [held.length - 1, held.length]);
  await contact(desk);
  await contact(desk); // all is offered again, as to a server that was restored
  assert.ok((await desk.outbox.all()).every((one) => one.where === "handed"));
  const after = await tab(factory);
  assert.deepEqual([after.sheet(entry(after)).typed, after.sheet(entry(after, "E2")).ticks, after.photos.length], [["8", "5"], [6, 7], 1]);
});

test("a key reaches the store in the same turn and before anything is drawn; keys behind it wait for it", async () => {
  const desk = await tab();
  const went = [];
  desk.changed = () => went.push("drawn");
  const database = await desk.store.open();
  const transaction = database.transaction.bind(database);
  database.transaction = (stores, ...how) => {
    const made = transaction(stores, ...how);
    const commit = made.commit.bind(made);
    made.commit = () => (went.push("committed"), commit());
    went.push(`asked ${stores}`);
    return made;
  };
  press(desk, entry(desk), 0, "5", true);
  assert.deepEqual(went, ["asked sheets", "committed", "drawn"]);
  press(desk, entry(desk), 1, "7", true);
  assert.deepEqual(went.slice(3), ["drawn"], "one write after the other");
  await desk.queue;
  assert.equal(desk.saving, 0);
  assert.deepEqual((await desk.store.run("read", ["sheets"], (tx) => tx.get("sheets", "E1"))).typed, ["5", "7"]);
});

test("a late sheet that was admitted is handed in, told by a contact or by the package", async () => {
  for (const told of ["contact", "package"]) {
    const desk = await tab();
    mark(desk, "55");
    await submit(desk, entry(desk));
    await contact(desk, {}, { E1: { result: "quarantined", reason: "late", rev: 0 } });
    assert.equal(desk.state(entry(desk)).where, "pending");
    const { revision_id } = await last(desk);
    const admitted = { entry: "E1", revision_id, rev: 20, state: "submitted", ticks: [5, 5], origin: "phone" };
    if (told === "contact") await contact(desk, { server_rev: 20, changes: [admitted] });
    else await desk.takePackage(pack({ server_rev: 20, sheets: [admitted] }), "newer");
    assert.deepEqual(desk.state(entry(desk)), { kind: "done", missing: 0, where: "server" });
    assert.equal(desk.sheet(entry(desk)).seen.rev, 20);
    await desk.reloadQueue();
    assert.equal(desk.state(entry(desk)).where, "server");
  }
});

test("a draft of this phone does not hide the marks another device handed in before it", async () => {
  const theirs = { entry: "E1", revision_id: "theirs", rev: 11, state: "submitted", ticks: [6, 6], origin: "phone" };
  const typing = await tab();
  mark(typing, "5-");
  await leave(typing, entry(typing));
  mark(typing, "55");
  await contact(typing, { server_rev: 12, changes: [theirs] });
  assert.equal(typing.state(entry(typing)).kind, "conflict");
  await submit(typing, entry(typing));
  assert.ok((await last(typing)).based_on < 11, "it says it has seen what the judge was never asked about");

  const resting = await tab();
  mark(resting, "5-");
  await leave(resting, entry(resting));
  await contact(resting, { server_rev: 12, changes: [theirs] });
  assert.deepEqual([resting.sheet(entry(resting)).ticks, resting.state(entry(resting))], [[6, 6], { kind: "done", missing: 0, where: "server" }]);
  mark(resting, "7-");
  await submit(resting, entry(resting));
  assert.equal((await last(resting)).based_on, 11);
});

test("deciding says which other marks it has seen", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  const theirs = { entry: "E1", revision_id: "theirs", rev: 11, state: "submitted", ticks: [6, 6], origin: "phone" };
  await contact(desk, { server_rev: 11, changes: [theirs] }, { E1: { result: "conflict", rev: 0 } });
  await decide(desk, entry(desk), "phone");
  assert.deepEqual([(await last(desk)).based_on, (await last(desk)).ticks], [11, [5, 5]]);
  assert.equal(desk.state(entry(desk)).where, "phone");
});

test("after a restore the numbers of the server's earlier life say nothing", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk, { server_rev: 50 });
  const paper = { entry: "E1", revision_id: "paper", rev: 4, state: "submitted", ticks: [7, 7], origin: "paper" };
  await contact(desk, { server_epoch: "e2", server_rev: 4, changes: [paper] });
  assert.equal(desk.state(entry(desk)).kind, "conflict", "what came after the restore was not seen");
  await decide(desk, entry(desk), "phone");
  assert.equal((await last(desk)).based_on, 4);
});

test("a refused sheet that is changed is not handed in", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk, {}, { E1: { result: "rejected", reason: "stale_scheme", rev: 0 } });
  assert.deepEqual([tally(desk).handed, tally(desk).look], [0, 1]);
  mark(desk, "6-");
  assert.equal(desk.state(entry(desk)).kind, "refused");
  assert.deepEqual([tally(desk).handed, tally(desk).look], [0, 1]);
});

test("a change that was not handed in is counted as one", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk);
  assert.deepEqual([tally(desk).handed, tally(desk).changed], [1, 0]);
  mark(desk, "7-");
  assert.deepEqual([tally(desk).handed, tally(desk).changed], [0, 1]);
});

test("a stop that is dropped asks nothing, and what was marked on it is still told where it lies", async () => {
  const desk = await tab();
  const dropped = (one) => ({ ...one, dropped: true });
  desk.pack.entries = desk.pack.entries.map(dropped);
  assert.equal(desk.state(entry(desk)).kind, "dropped");
  assert.deepEqual(lacking(desk, desk.entries()), []);
  mark(desk, "55");
  assert.equal(desk.state(entry(desk)).kind, "ready", "the draft is not hidden");
  assert.deepEqual(lacking(desk, desk.entries()), []);
  await submit(desk, entry(desk));
  assert.deepEqual([tally(desk).phone, tally(desk).handed], [1, 0]);
  await contact(desk);
  assert.deepEqual([tally(desk).phone, tally(desk).handed], [0, 1]);
});

test("a record this page does not hold yet is on the phone, not handed in", () => {
  const sheet = { entry: "E1", typed: ["5"], ticks: [5], note: "", edited: false, seen: null, other: null, sent: { revision_id: "new", state: "submitted", ticks: [5] } };
  assert.equal(stateOf({ id: "E1", recused: false }, sheet, undefined).where, "phone");
});

test("marks handed in late stay on the phone's page, waiting for their decision", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk);
  mark(desk, "77");
  await submit(desk, entry(desk));
  await contact(desk, { collected: true }, { E1: { result: "quarantined", reason: "late", rev: 0 } });
  const counts = { entry: "E1", revision_id: "id-of-the-first", rev: 10, state: "submitted", ticks: [5, 5], origin: "phone" };
  await desk.takePackage(pack({ server_rev: 11, sheets: [counts] }), "new");
  assert.deepEqual([desk.sheet(entry(desk)).ticks, desk.state(entry(desk)).where], [[7, 7], "pending"]);
});

test("a second tab with an older picture does not write it over the newer one", async () => {
  const factory = new IDBFactory();
  const [first, second] = [await tab(factory), await tab(factory)];
  mark(second, "3-");
  await second.queue;
  await first.load();
  mark(first, "55");
  await submit(first, entry(first));
  await contact(second);
  await second.takePackage(pack({ server_rev: 10 }), "new");
  const third = await tab(factory);
  assert.deepEqual(third.sheet(entry(third)).ticks, [5, 5]);
  assert.equal(third.state(entry(third)).kind, "done");
  assert.deepEqual(second.sheet(entry(second)).ticks, [5, 5]);
});

test("a key pressed while the page reads its store again is not forgotten", async () => {
  const desk = await tab();
  const reading = desk.load();
  mark(desk, "5-");
  await reading;
  await desk.queue;
  assert.deepEqual(desk.sheet(entry(desk)).ticks, [5, null]);
});

test("marks that could not be written are written before the page says kept again", async () => {
  const factory = new IDBFactory();
  const desk = await tab(factory);
  const run = desk.store.run.bind(desk.store);
  desk.store.run = () => Promise.reject(new Error("disk full"));
  mark(desk, "55");
  await desk.queue;
  assert.equal(desk.lost, true);
  desk.store.run = run;
  await desk.go({ view: "stops" });
  await desk.queue;
  assert.equal(desk.lost, false);
  assert.deepEqual((await tab(factory)).sheet(entry(desk)).ticks, [5, 5]);
});

test("a missing record is offered again although the store failed the first time", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk);
  let failed = 0;
  const batch = await desk.outbox.batch(200);
  const answer = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: "e1", server_rev: 10, server_time: "", collected: false, package: "", missing: [1], changes: [], results: [] };
  const left = await desk.outbox.merge(batch, answer, () => (failed++ ? Promise.resolve() : Promise.reject(Object.assign(new Error("closed"), { name: "AbortError" }))));
  assert.deepEqual([failed, left], [2, 1]);
  assert.equal((await desk.outbox.batch(200)).records.length, 1);
});

test("an answer with fewer results than records leaves the others waiting", async () => {
  const desk = await tab();
  for (const id of ["E1", "E2"]) {
    mark(desk, "55", id);
    await submit(desk, entry(desk, id));
  }
  const batch = await desk.outbox.batch(200);
  const results = [{ revision_id: batch.records[0].revision_id, result: "stored", reason: "", rev: 3, receipt: "A" }];
  assert.equal(await desk.outbox.merge(batch, { batch_id: batch.batch_id, server_epoch: "e1", server_rev: 3, missing: [], changes: [], results }), 1);
});

const photo = (sha256, more = {}) => ({ sha256, bytes: new ArrayBuffer(3), type: "image/jpeg", thumb: "", here: 0, done: false, added_at: "", ...more });

async function noted(desk, ...photos) {
  await begin(desk, entry(desk), "problem");
  const [finding] = [...desk.findings.values()].slice(-1);
  for (const one of photos) await attach(desk, finding, one);
  return finding;
}

test("the state line names a photo the server refused, until it is replaced or left out", async () => {
  const desk = await tab();
  const finding = await noted(desk, photo("a", { refused: 415 }), photo("b", { done: true }));
  await contact(desk);
  desk.photos = [photo("a", { refused: 415 }), photo("b", { done: true })];
  assert.deepEqual([tally(desk).notTaken, tally(desk).photos, troubled(desk)], [1, 0, [finding]]);
  assert.equal(stateLine(desk).tone, "bad");
  assert.match(stateLine(desk).text, /photos not taken: 1/);
  await attach(desk, finding, photo("c"), "a");
  assert.deepEqual([finding.files, tally(desk).notTaken], [["b", "c"], 0]);
  assert.deepEqual((await last(desk)).files, ["b", "c"], "the organiser's list asks for the new photo and not for the old one");
  await leaveOut(desk, finding, "b");
  assert.deepEqual((await last(desk)).files, ["c"]);
});

test("the state line names a note the server refused", async () => {
  const desk = await tab();
  const finding = await noted(desk);
  describe(desk, finding, { text: "a blocked exit" });
  await desk.queue;
  assert.deepEqual([tally(desk).findings, stateLine(desk).tone], [1, "wait"], "typed and not yet put into the queue");
  await record(desk, finding);
  await contact(desk, {}, { E1: { result: "rejected", reason: "unknown_entry", rev: 0 } });
  assert.deepEqual([tally(desk).findings, tally(desk).notTaken, troubled(desk).length], [0, 1, 1]);
  assert.match(stateLine(desk).text, /not taken: 1/);
});

test("a phone that was taken off does not say that all is handed in", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk);
  desk.heard({ kind: "delivered", answer: { revoked: false } });
  assert.deepEqual([tally(desk).handed, stateLine(desk).tone], [1, "ok"]);
  desk.heard({ kind: "delivered", answer: { revoked: true } });
  assert.deepEqual([stateLine(desk).tone, stateLine(desk).text], ["bad", "The organiser has taken this phone off."]);
});

test("a category alone is a note to hand in, and a chip tapped again is taken back", async () => {
  const desk = await tab();
  const finding = await noted(desk);
  describe(desk, finding, { category: "safety" });
  describe(desk, finding, { severity: "serious" });
  describe(desk, finding, { severity: "" });
  await record(desk, finding);
  const { text, category, severity, files, state } = await last(desk);
  assert.deepEqual([text, category, severity, files, state], ["", "safety", "", [], "problem"]);
  describe(desk, finding, { category: "" });
  await record(desk, finding);
  assert.equal((await last(desk)).state, "withdrawn", "nothing is left on it");
});

test("a note that was taken back before it was recorded is nothing to send", async () => {
  const desk = await tab();
  const finding = await noted(desk);
  describe(desk, finding, { text: "a mistake" });
  await withdraw(desk, finding);
  assert.deepEqual([tally(desk).findings, troubled(desk)], [0, []]);
});

test("a sheet that waits is told also when its project has left the list", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await desk.takePackage(pack({ entries: pack().entries.slice(1) }), "shorter");
  assert.deepEqual([tally(desk).phone, stateLine(desk).tone], [1, "wait"]);
  await contact(desk);
  assert.deepEqual([tally(desk).phone, stateLine(desk).tone], [0, "ok"]);
});

test("a corrected name and a new project reach a phone that has marked already", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk);
  const entries = [{ ...pack().entries[0], name: "corrected", where: "elsewhere" }, pack().entries[1], { ...pack().entries[1], id: "E9", name: "new" }];
  await desk.takePackage(pack({ entries, judge: { ...pack().judge, name: "corrected" } }), "newer");
  assert.deepEqual([entry(desk).name, entry(desk).where, desk.pack.judge.name], ["corrected", "elsewhere", "corrected"]);
  assert.deepEqual([desk.sheet(entry(desk)).ticks, desk.state(entry(desk)).kind], [[5, 5], "done"]);
  assert.equal(desk.state(entry(desk, "E9")).kind, "none");
});

test("marks are not carried over to items of another step", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  const half = { ...ITEM, step: "0.5", full: 18 };
  await desk.takePackage(pack({ scheme_digest: "s2", forms: { form: [half, { ...half, id: "b" }] } }), "newer");
  assert.deepEqual([desk.sheet(entry(desk)).ticks, desk.state(entry(desk)).kind], [[null, null], "none"]);
  assert.equal(tally(desk).phone, 1, "what was handed in by the old steps is still on its way");
  await leave(desk, entry(desk));
  assert.equal((await desk.outbox.all()).length, 1, "and is not sent again as if it were by the new ones");
  await desk.takePackage(pack({ scheme_digest: "s3", forms: { form: [{ ...ITEM, name: { zh: "改名" } }, { ...ITEM, id: "b" }] } }), "words");
  assert.deepEqual(desk.sheet(entry(desk)).ticks, [5, 5], "the same steps again, only another name");
});

test("what a sheet is based on says which life of the server counted it", async () => {
  const desk = await tab();
  mark(desk, "55");
  await submit(desk, entry(desk));
  await contact(desk, { server_rev: 50 });
  mark(desk, "66");
  await submit(desk, entry(desk));
  assert.deepEqual([(await last(desk)).based_on, (await last(desk)).server_epoch], [50, "e1"]);
  await contact(desk, { server_epoch: "e2", server_rev: 4 });
  mark(desk, "77");
  await submit(desk, entry(desk));
  assert.equal((await last(desk)).server_epoch, "e2");
  const again = new Desk(desk.store, desk.outbox, desk.pack, desk.means);
  await again.load();
  assert.equal(again.seenEpoch, "e2", "also after the page was opened again");
});

test("what was entered for a judge is taken over with the names of who did it, and his own marks take its place", async () => {
  const dictated = { entry: "E1", revision_id: "r", rev: 7, state: "submitted", ticks: [5, 5], origin: "dictated", by: ["王", "李"] };
  const desk = await tab(new IDBFactory(), pack({ sheets: [dictated] }));
  assert.deepEqual(desk.sheet(entry(desk)).seen.by, ["王", "李"]);
  mark(desk, "6");
  await submit(desk, entry(desk));
  assert.equal((await last(desk)).based_on, 7);
  assert.notEqual(desk.sheet(entry(desk)).sent, null);
});
