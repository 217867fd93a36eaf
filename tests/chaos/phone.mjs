// A judge's phone in node: the shipped desk, outbox, store and exchange on a disk that can be full and under a page that
// can die. What the page's own wiring does (main.js, running.js) is done here in few words, because that needs a screen.

import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { IDBFactory } from "fake-indexeddb";

export const MODULES = ["store.js", "outbox.js", "exchange.js", "package.js", "desk.js", "sheets.js", "findings.js", "states.js", "marks.js", "photos.js", "ids.js", "later/rescue.js"];
const PATIENCE_MS = 8000;
const PART = 700; // bytes of a photo in one request: a picture takes three
const SIDE = 24;
const never = () => new Promise(() => {});

/** Ids that follow from the seed, so that a schedule can be run again. */
function idsOf(seed, phone) {
  let count = 0;
  const hex = (number, digits) => (number >>> 0).toString(16).padStart(digits, "0").slice(-digits);
  return () => `${hex(seed, 8)}-${hex(phone, 4)}-4000-8000-${hex(++count, 12)}`;
}

/** A picture that no other deed has: noise that follows from its name, as a PNG. */
function picture(name) {
  const row = (y) => Buffer.concat([Buffer.alloc(1), createHash("shake256", { outputLength: 3 * SIDE }).update(`${name} ${y}`).digest()]);
  const whole = (number) => Buffer.from([number >>> 24, number >>> 16, number >>> 8, number].map((one) => one & 255));
  const chunk = (kind, data) => Buffer.concat([whole(data.length), Buffer.from(kind), data, whole(crc32(Buffer.concat([Buffer.from(kind), data])))]);
  const head = Buffer.concat([whole(SIDE), whole(SIDE), Buffer.from([8, 2, 0, 0, 0])]);
  const rows = Buffer.concat(Array.from({ length: SIDE }, (_, y) => row(y)));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** One page's view of the phone's disk. A page that dies takes its open transactions with it. */
class Disk {
  constructor(phone) {
    this.phone = phone;
    this.open_ = new Set();
    this.databases = new Set();
  }

  open(name, version) {
    const request = this.phone.factory.open(name, version);
    request.addEventListener("success", () => this.watch(request.result));
    return request;
  }

  watch(database) {
    this.databases.add(database);
    const begin = database.transaction.bind(database);
    database.transaction = (stores, mode, options) => {
      const transaction = begin(stores, mode, options);
      this.open_.add(transaction);
      const ended = () => this.open_.delete(transaction);
      transaction.addEventListener("complete", ended);
      transaction.addEventListener("abort", ended);
      // The system takes back what does not fit; the page hears only that.
      if (this.phone.full && mode === "readwrite") queueMicrotask(() => this.drop(transaction));
      return transaction;
    };
  }

  drop(transaction) {
    try {
      transaction.abort();
    } catch {
      // It has ended already.
    }
  }

  die() {
    for (const transaction of this.open_) this.drop(transaction);
    for (const database of this.databases) database.close();
  }
}

export class Phone {
  constructor(modules, address, { contest, judge, seed, number }) {
    Object.assign(this, { modules, contest, judge, number });
    this.base = `${address}/~${number}/j/${contest}/`;
    this.factory = new IDBFactory();
    this.full = false;
    this.ahead = 0;
    this.made = [];
    this.uuid = idsOf(seed, number);
  }

  now() {
    return Date.now() + this.ahead;
  }

  /** A page of this phone, as main.js opens it: what is kept first, else the package from the server. */
  async opened() {
    const { Store, Outbox, Desk, Exchange, Photos, fetched } = this.modules;
    const disk = new Disk(this);
    const means = { uuid: this.uuid, now: () => this.now() };
    const store = new Store(`fieldmark/${this.contest}/${this.judge}`, { indexedDB: disk, timeoutMs: 3000 });
    const outbox = new Outbox(store, means);
    const append = outbox.append.bind(outbox);
    outbox.append = async (content, also) => {
      const held = await append(content, also);
      this.made.push({ revision_id: held.revision_id, device_seq: held.device_seq, deed: content.note || content.text || "" });
      return held;
    };
    let [pack, etag] = [await store.get("package"), ""];
    if (!pack) {
      const found = await fetched(this.base, "");
      if (found.kind !== "new") throw new Error(`no package: ${found.kind}`);
      ({ pack, etag } = found);
    }
    const desk = new Desk(store, outbox, pack, means);
    await desk.load();
    if (etag) await desk.takePackage(pack, etag);
    const page = { disk, store, outbox, desk, dead: false, waiting: { timeoutMs: PATIENCE_MS } };
    const road = { fetch: (address, init) => (page.dead ? never() : fetch(address, init)), address: this.base, judge: this.judge, now: () => this.now() };
    page.photos = new Photos(store, { ...road, partBytes: PART });
    page.exchange = new Exchange(outbox, {
      ...road,
      take: (tx, answer) => desk.take(tx, answer),
      clock: (sent, came, answer) => (desk.clockOffset = Math.round((sent + came) / 2 - Date.parse(answer.server_time))),
      get timeoutMs() {
        return page.waiting.timeoutMs;
      },
    });
    return page;
  }

  async open() {
    if (this.page) this.die(this.page);
    this.page = await this.opened();
  }

  /** The page is gone in this very moment: nothing of it runs on, and what was not yet written never is. */
  die(page) {
    page.dead = true;
    for (const name of ["run", "once", "open", "get", "set"]) page.store[name] = never;
    page.disk.die();
  }

  async settled() {
    await this.page.desk.queue;
  }

  entry(id) {
    return this.page.desk.entry(id);
  }

  /** Types marks so many steps above each floor, as with thumbs. */
  type(entry, above, deed) {
    const { press, note, plain } = this.modules;
    const { desk } = this.page;
    desk.items(entry).forEach((item, i) => {
      if (above[i % above.length] === null) return;
      const ticks = Math.min(item.full, item.floor + above[i % above.length]);
      [...plain(ticks, item)].forEach((key, at) => press(desk, entry, i, key, at === 0));
    });
    note(desk, entry, deed);
  }

  async mark({ entry: id, above, deed, hand_in }) {
    const { submit, leave, decide } = this.modules;
    const entry = this.entry(id);
    const { desk } = this.page;
    if (!entry || entry.recused) return;
    if (desk.state(entry).kind === "conflict" && desk.sheet(entry).other) {
      this.modules.note(desk, entry, deed);
      await decide(desk, entry, above[0] % 2 ? "phone" : "other");
    } else {
      this.type(entry, above, deed);
      await (hand_in ? submit(desk, entry) : leave(desk, entry));
    }
  }

  async problem({ entry: id, deed, photo }) {
    const { attach, begin, describe, record } = this.modules;
    const entry = this.entry(id);
    if (!entry) return;
    const { desk } = this.page;
    await begin(desk, entry, "problem");
    const finding = [...desk.findings.values()].pop();
    describe(desk, finding, { text: deed });
    if (!photo) return record(desk, finding);
    const [bytes, small] = [picture(`${this.contest} ${deed}`), picture(`${this.contest} ${deed} small`)];
    const file = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: Uint8Array.from(bytes).buffer, type: "image/png" };
    return attach(desk, finding, { ...file, thumb: `data:image/png;base64,${small.toString("base64")}`, here: 0, done: false, added_at: deed });
  }

  /** One contact of a page and what running.js makes of it. */
  async contact(page) {
    const { desk, outbox, store } = page;
    for (let tries = 0; tries < 12; tries++) {
      const outcome = await page.exchange.contact();
      desk.heard(outcome);
      if (outcome.kind === "smaller") continue;
      if (outcome.kind !== "delivered") return outcome.kind;
      await desk.reloadQueue();
      const etag = await store.get("etag");
      const unknown = desk.entries().some((entry) => desk.state(entry).kind === "conflict" && !desk.sheet(entry).other);
      if (unknown) await store.set("etag", "");
      if (unknown || (outcome.answer.package && outcome.answer.package !== etag)) await this.renew(page);
      if (outcome.left > 0) continue;
      const sent = await page.photos.send();
      if (sent.kind !== "done") return sent.kind;
      return outcome.answer.missing.length && (await outbox.batch(1)).records.length ? "more" : "delivered";
    }
    return "more";
  }

  async renew(page) {
    const found = await this.modules.fetched(this.base, (await page.store.get("etag")) || "");
    if (found.kind === "new" && found.pack.judge.id === this.judge) await page.desk.takePackage(found.pack, found.etag);
  }

  /** What the phone holds and says, as it stands. */
  async told() {
    const { tally } = this.modules;
    const { desk, outbox } = this.page;
    await this.settled();
    const held = await outbox.all();
    await desk.reloadQueue();
    const states = Object.fromEntries(desk.entries().map((entry) => [entry.id, { ...desk.state(entry), ticks: desk.sheet(entry).ticks }]));
    const photos = (await this.page.photos.all()).map(({ sha256, bytes, done }) => ({ sha256, done, whole: createHash("sha256").update(Buffer.from(bytes)).digest("hex") === sha256 }));
    return { photos, off: desk.contact === "revoked", held, made: this.made, states, tally: tally(desk), highest: (await outbox.batch(1)).highest_seq, lost: desk.lost };
  }

  async handed() {
    const { desk } = this.page;
    const all = await this.page.outbox.all().catch(() => desk.held);
    return all.filter((one) => one.where === "handed").map((one) => one.revision_id);
  }
}
