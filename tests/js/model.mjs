// A field day in small: one phone with the shipped store, outbox and exchange, a server that keeps what it committed,
// and a network that does what networks in the hills do. Everything follows from one seed.

import { IDBFactory } from "fake-indexeddb";

/** A small generator of numbers (mulberry32), so that a schedule can be run again from its seed. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The server as docs/exchange.md says: commits, then answers; one row per revision. */
export class Server {
  constructor() {
    this.epoch = "epoch-1";
    this.rev = 0;
    this.rows = new Map();
    this.ever = new Set();
    this.mostRecords = 200;
    this.backup = null;
  }

  save() {
    this.backup = { rev: this.rev, rows: new Map(this.rows) };
  }

  restore() {
    if (!this.backup) return;
    this.rev = this.backup.rev;
    this.rows = new Map(this.backup.rows);
    this.epoch = `epoch-${Number(this.epoch.split("-")[1]) + 1}`;
  }

  answer(body) {
    const batch = JSON.parse(body);
    if (batch.records.length > this.mostRecords) return [413, { code: "sync.batch_too_large" }];
    const results = batch.records.map((record) => {
      const spelt = JSON.stringify(record);
      const known = this.rows.get(record.revision_id);
      const told = { revision_id: record.revision_id, reason: "", receipt: "ABCDEFGH" };
      if (known) return { ...told, result: known.spelt === spelt ? "duplicate" : "mismatch", rev: known.rev };
      this.rev += 1;
      this.rows.set(record.revision_id, { spelt, rev: this.rev, record });
      this.ever.add(record.revision_id);
      return { ...told, result: "stored", rev: this.rev };
    });
    const come = new Set([...this.rows.values()].map((row) => row.record.device_seq));
    const missing = [];
    for (let seq = 1; seq <= batch.highest_seq; seq++) if (!come.has(seq)) missing.push(seq);
    return [
      200,
      { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: this.epoch, server_rev: this.rev,
        server_time: new Date(0).toISOString(), collected: false, package: "", results, missing, changes: [] },
    ];
  }
}

/** What the network does with one request. "hang" never ends: the page is killed over it. */
export const FAULTS = ["none", "drop request", "drop answer", "twice", "portal", "cut", "401", "413", "423", "503", "502", "late", "hang", "old answer"];

export class Phone {
  constructor(modules, server, random) {
    Object.assign(this, { modules, server, random });
    this.factory = new IDBFactory();
    this.ids = 0;
    this.deeds = 0;
    this.made = [];
    this.fault = "none";
    this.held = [];
    this.remembered = null;
    this.open();
  }

  /** A page of the phone, as after a reload: nothing is left of the one before but what it stored. */
  open() {
    const { Store, Outbox, Exchange } = this.modules;
    const uuid = () => `id-${++this.ids}`;
    const now = () => 1_000_000 + this.ids;
    this.store = new Store("fieldmark/tour/J17", { indexedDB: this.factory, timeoutMs: 2000 });
    this.outbox = new Outbox(this.store, { uuid, now });
    this.exchange = new Exchange(this.outbox, { fetch: (address, init) => this.carry(address, init), address: "/j/tour/", judge: "J17", now, timeoutMs: 60 });
  }

  /** The system closes the connection behind the page's back (enketo#1576). */
  async closeBehind() {
    (await this.store.open()).close();
  }

  async mark() {
    const deed = ++this.deeds;
    const content = { kind: "sheet", revision_id: `id-${++this.ids}`, entry_id: `E${deed % 7}`, state: "submitted", ticks: [deed], note: `deed ${deed}`,
      files: [], scheme_digest: "s", based_on: 0, marked_at: "2026-11-21T08:00:00Z", clock_offset_ms: 0 };
    const kept = await this.outbox.append(content);
    this.made.push({ deed, revision_id: content.revision_id, device_seq: kept.device_seq });
  }

  async carry(_address, init) {
    const fault = this.fault;
    const json = ([status, body], headers = {}) => new Response(JSON.stringify(body), { status, headers });
    if (fault === "drop request") throw new TypeError("network");
    if (fault === "portal") return new Response("<html>Welcome to our hotel</html>", { status: 200, headers: { "Content-Type": "text/html" } });
    if (fault === "old answer") {
      // A proxy that keeps answers to POST gives the answer to an earlier batch.
      if (this.remembered) return json(this.remembered);
      throw new TypeError("network");
    }
    if (fault === "401") return json([401, { code: "sync.badge_again" }]);
    if (fault === "423" || fault === "503") return json([Number(fault), {}], { "Retry-After": "7" });
    if (fault === "502") return new Response("Bad gateway", { status: 502 });
    if (fault === "late") {
      // The request arrives when the phone has long given up and asked again.
      this.held.push(() => this.server.answer(init.body));
      throw new TypeError("network");
    }
    if (fault === "413") this.server.mostRecords = 1 + Math.floor(this.random() * 3);
    const answer = this.server.answer(init.body);
    this.server.mostRecords = 200;
    if (fault === "twice") this.server.answer(init.body);
    if (fault === "drop answer") throw new TypeError("network");
    if (fault === "cut") return new Response(JSON.stringify(answer[1]).slice(0, 40), { status: 200 });
    if (fault === "hang") return new Promise((_resolve, reject) => init.signal.addEventListener("abort", () => reject(new TypeError("given up"))));
    if (answer[0] === 200) this.remembered = answer;
    return json(answer);
  }
}

/** What must hold at every moment. Returns what does not. */
async function broken(phone, server) {
  const held = new Map((await phone.outbox.all()).map((one) => [one.revision_id, one]));
  const wrong = [];
  for (const { deed, revision_id } of phone.made) {
    const here = held.get(revision_id);
    if (!here && !server.rows.has(revision_id)) wrong.push(`deed ${deed} is lost`);
    if (here && here.where === "handed" && !server.ever.has(revision_id)) wrong.push(`deed ${deed} is said to be handed in and never was`);
  }
  return wrong;
}

/** One random day. Returns what went wrong, and how many revisions there were. */
export async function day(modules, seed) {
  const random = randomOf(seed);
  const server = new Server();
  const phone = new Phone(modules, server, random);
  const wrong = [];
  const steps = 12 + Math.floor(random() * 20);
  for (let step = 0; step < steps && wrong.length === 0; step++) {
    const what = random();
    if (what < 0.45) await phone.mark();
    else if (what < 0.85) {
      phone.fault = FAULTS[Math.floor(random() * FAULTS.length)];
      const first = phone.exchange.contact().catch(() => undefined);
      // A second page of the same phone sends at the same time.
      const second = random() < 0.2 ? phone.exchange.contact().catch(() => undefined) : null;
      if (phone.fault === "hang" && random() < 0.5) phone.open();
      await first;
      await second;
    } else if (what < 0.9) phone.open();
    else if (what < 0.94) await phone.closeBehind();
    else if (what < 0.97) server.save();
    else server.restore();
    if (random() < 0.3 && phone.held.length) phone.held.shift()();
    wrong.push(...(await broken(phone, server)));
  }
  while (phone.held.length) phone.held.shift()();
  phone.fault = "none";
  for (let calm = 0; calm < 12; calm++) {
    const outcome = await phone.exchange.contact();
    if (outcome.kind === "delivered" && outcome.left === 0 && outcome.answer.missing.length === 0) break;
  }
  wrong.push(...(await broken(phone, server)));
  const notes = [...server.rows.values()].map((row) => row.record.note);
  for (const { deed, revision_id } of phone.made) {
    if (!server.rows.has(revision_id)) wrong.push(`deed ${deed} never arrived`);
    const times = notes.filter((note) => note === `deed ${deed}`).length;
    if (times > 1) wrong.push(`deed ${deed} counts ${times} times`);
  }
  const numbers = (await phone.outbox.all()).map((one) => one.device_seq);
  if (numbers.some((seq, i) => seq !== i + 1)) wrong.push(`the numbers have gaps: ${numbers}`);
  if ((await phone.outbox.all()).some((one) => one.where !== "handed")) wrong.push("something is still not handed in when all is quiet");
  phone.store.forget();
  return { wrong, revisions: phone.made.length };
}
