// Three phones and the road in one process. Reads a command per line, writes what came of it per line.

import { IDBObjectStore } from "fake-indexeddb";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { MODULES, Phone } from "./phone.mjs";
import { Road } from "./road.mjs";
import { planted, shipped } from "../js/shipped.mjs";

const road = new Road();
const address = `http://127.0.0.1:${await road.open()}`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let modules = {};
let phones = [];
let bugs = [];

/** A bug is planted into the page's own script too, as it comes by. */
const forward = road.forward.bind(road);
road.forward = async (request, ...rest) => {
  const answer = await forward(request, ...rest);
  if (!bugs.length || !request.url.endsWith("/js/judge/main.js")) return answer;
  const text = bugs.reduce(planted, gunzipSync(answer.body).toString());
  return { status: answer.status, headers: { "content-type": "text/javascript" }, body: Buffer.from(text) };
};

process.on("unhandledRejection", () => undefined); // a page that dies leaves promises behind

/**
 * The page dies at a moment of its next contact: when the server has answered and nobody has heard it, when the receipt
 * has come and nothing of it is written, or while it is being written.
 */
const MOMENTS = {
  answered(page, die) {
    const { fetch } = page.exchange.means;
    page.exchange.means.fetch = async (...asked) => {
      await fetch(...asked);
      return die();
    };
  },
  told: (page, die) => void (page.outbox.merge = die),
  writing(page, die) {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...row) {
      const asked = put.apply(this, row);
      if (this.name !== "records") return asked;
      IDBObjectStore.prototype.put = put;
      die();
      return asked;
    };
  },
};

/** Deeds of a phone; a deed that the phone could not do is told, and is no failure of the proof. */
const DEEDS = {
  mark: (phone, step) => phone.mark(step),
  problem: (phone, step) => phone.problem(step),
  open: (phone) => phone.open(),
  close: async (phone) => (await phone.page.store.open()).close(),
  clock: (phone, step) => void (phone.ahead = step.by),
  full: (phone, step) => void (phone.full = step.on),
  async contact(phone, step) {
    const { page } = phone;
    if (step.fault) road.faults[phone.number] = step.fault;
    page.waiting.timeoutMs = step.ms || 8000;
    const tab = step.tab ? await phone.opened() : null;
    const { put } = IDBObjectStore.prototype;
    const gone = new Promise((resolve) => {
      const die = () => {
        phone.die(page);
        resolve();
        return new Promise(() => {});
      };
      if (step.at) MOMENTS[step.at](page, die);
    });
    const going = [phone.contact(page), tab && phone.contact(tab)].map((one) => Promise.resolve(one).catch(() => "trouble"));
    if (step.at) {
      const came = await Promise.race([gone.then(() => true), Promise.all(going).then(() => false)]);
      Object.assign(IDBObjectStore.prototype, { put });
      if (!came) throw new Error(`the page was to be killed when it is "${step.at}", and that moment never came`);
      await phone.open();
    } else if (step.dies !== undefined) {
      await Promise.race([Promise.all(going), pause(step.dies)]);
      phone.die(page);
      await phone.open();
      if (tab) await going[1];
    } else await Promise.all(going);
    page.waiting.timeoutMs = 8000;
    if (tab) {
      phone.die(tab);
      await phone.page.desk.load();
    }
    delete road.faults[phone.number];
  },
};

async function deed(step) {
  const phone = phones[step.phone];
  const went = await Promise.resolve(DEEDS[step.op](phone, step)).then(() => "", (error) => String(error));
  await phone.settled().catch(() => undefined);
  return went;
}

const COMMANDS = {
  address: () => address,
  async modules({ plants }) {
    [bugs, modules] = [plants, await shipped(MODULES, plants)];
  },
  server: ({ port }) => void (road.port = port),
  async begin({ seed, contest, devices, opened }) {
    road.begin(Object.fromEntries(devices.map((one, i) => [i, one.cookie])));
    phones = devices.map((one, number) => new Phone(modules, address, { contest, judge: one.judge, seed, number }));
    if (opened) for (const phone of phones) await phone.open();
  },
  async do({ steps }) {
    const went = await Promise.all(steps.map(deed));
    return { went, handed: (await Promise.all(phones.map((phone) => phone.handed()))).flat() };
  },
  fault: ({ phone, fault }) => void (fault ? (road.faults[phone] = fault) : delete road.faults[phone]),
  waits: ({ phone }) => !!road.faults[phone],
  asked: () => road.asked,
  rescue: ({ phone }) => modules.rescued(phones[phone].page.desk),
  told: ({ phone }) => phones[phone].told(),
  arrive: () => road.arrive(),
  async quiet() {
    for (const phone of phones) {
      phone.full = false;
      await phone.settled();
      await phone.open();
    }
    for (let round = 0; round < 6; round++) {
      const came = [];
      for (const phone of phones) came.push(await phone.contact(phone.page).catch(String));
      if (round > 0 && came.every((one) => one === "delivered")) break;
    }
    return Promise.all(phones.map((phone) => phone.told()));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await COMMANDS[command](given)) ?? null };
  } catch (error) {
    answer = { trouble: String(error && error.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
