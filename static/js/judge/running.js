// A desk at work: draws it, turns its pages, sends, takes in answers.

import { App } from "./app.js";
import { follow } from "./called.js";
import { finds, verdictName } from "./check.js";
import { Courier, oneTab } from "./courier.js";
import { Exchange } from "./exchange.js";
import { record } from "./findings.js";
import { html, render } from "./html.js";
import { ahead } from "./later.js";
import { fetched } from "./package.js";
import { Photos } from "./photos.js";
import { leave } from "./sheets.js";

const TOLD_MS = 4000;
const DRAWN_MS = 30;

/** The courier of the desk before, if the judge has changed. @type {Courier | null} */
let before = null;

/**
 * @param {Desk} desk @param {Store} phone
 * @param {{root: HTMLElement, base: string, inLanguage: (language: string) => void, inTheme: (theme: Theme) => void,
 *   other: (before: Package, pack: Package, etag: string) => void, check: PhoneCheck, version: string, learnt: {draw: () => void},
 *   fresh: boolean, stands: () => void}} page `fresh`: the package has just come.
 */
export async function run(desk, phone, { root, base, inLanguage, inTheme, other, check, version, learnt, fresh, stands }) {
  let told = "";
  let stopped = false;
  if (before) before.stop();
  const judge = desk.pack.judge.id;
  const [theme, read, camera] = await Promise.all([phone.get("theme"), phone.get("check_read"), desk.store.get("camera")]);
  let due = 0;
  const draw = () => {
    clearTimeout(due);
    due = 0;
    if (!stopped) render(html`<${App} desk=${desk} frame=${frame} told=${told} />`, root);
  };
  /** What is being kept is drawn when it is kept: drawing would hold the store's answer up. But never much later. */
  const soon = () => {
    if (!desk.saving) draw();
    else if (!due) due = setTimeout(draw, DRAWN_MS);
  };

  /** @type {Frame} */
  const frame = {
    open: (place) => move({ from: undefined, ...place }),
    back: () => move(above(desk.place)),
    tell: (sentence) => {
      told = sentence;
      draw();
      setTimeout(() => told === sentence && ((told = ""), draw()), TOLD_MS);
    },
    theme: theme || "auto",
    setTheme: (theme) => {
      frame.theme = theme;
      inTheme(theme);
      draw();
      void phone.set("theme", theme);
    },
    setLanguage: (language) => {
      inLanguage(language);
      draw();
      void phone.set("language", language);
    },
    check,
    version,
    checkRead: read || "",
    readCheck: () => {
      frame.checkRead = verdictName(check);
      draw();
      void phone.set("check_read", frame.checkRead);
    },
    cameraLost: !!camera,
  };

  /** The page above this one. @param {Place} place @returns {Place} */
  function above(place) {
    if (place.view === "finding" && place.entry) return { view: "sheet", entry: place.entry };
    if (place.from === "county") return { view: "county", unit: place.unit || "" };
    return { view: "stops" };
  }

  /** @param {Place} to */
  function move(to) {
    const left = desk.place;
    const entry = desk.entry(left.entry);
    const finding = left.finding && desk.findings.get(left.finding);
    if (left.view === "sheet" && entry && to.entry !== left.entry) leave(desk, entry).catch(() => undefined);
    if (left.view === "finding" && finding) {
      record(desk, finding).catch(() => undefined);
      frame.cameraLost = false;
      void desk.store.set("camera", null).catch(() => undefined);
    }
    told = "";
    desk.go(to).catch(() => undefined);
    draw();
    guard();
    root.scrollTop = 0;
    const main = document.getElementById("main");
    if (main && left.view !== to.view) main.scrollTop = 0;
  }

  // One entry of history above the list, so that the phone's own back button leads to the list and not out of the page.
  let expected = 0;
  function guard() {
    const has = !!(history.state && history.state.fieldmark);
    if (desk.place.view !== "stops" && !has) history.pushState({ fieldmark: 1 }, "");
    if (desk.place.view === "stops" && has) {
      expected += 1;
      history.back();
    }
  }
  window.onpopstate = () => {
    if (expected > 0) expected -= 1;
    else if (desk.place.view !== "stops") frame.back();
  };

  const calls = () => (desk.pack.stage ? desk.pack.stage.called : []);
  let asking = false;
  /** Fetch the package if the server has another one. @returns {Promise<void>} */
  async function renew() {
    if (asking) return;
    asking = true;
    try {
      const found = await fetched(base, (await desk.store.get("etag")) || "");
      if (found.kind !== "new") return;
      if (found.pack.judge.id === judge) {
        const known = calls();
        await desk.takePackage(found.pack, found.etag);
        return follow(desk, known, frame);
      }
      desk.contact = "other_judge";
      stopped = true;
      courier.stop();
      other(desk.pack, found.pack, found.etag);
    } finally {
      asking = false;
    }
  }

  const means = { fetch: (/** @type {string} */ address, /** @type {RequestInit} */ init) => fetch(address, init), address: base, judge, now: desk.means.now };
  const photos = new Photos(desk.store, means);
  const exchange = new Exchange(desk.outbox, {
    ...means,
    same: async () => (await phone.get("judge")) === judge,
    take: (tx, answer) => desk.take(tx, answer),
    about: () => ({ version, finds: finds(check, desk), photos: desk.photos.filter((photo) => !photo.done && !photo.refused).length }),
    clock: (sent, came, answer) => {
      // A slow answer says little about the clock.
      const server = Date.parse(answer.server_time);
      if (!(came - sent < 8000) || Number.isNaN(server)) return;
      desk.clockOffset = Math.round((sent + came) / 2 - server); // how far this phone is ahead
      void desk.store.set("clock_offset_ms", desk.clockOffset).catch(() => undefined);
    },
  });

  /** What waits until the first page stands and the first contact is over: a thumb on a slow phone feels it. */
  const rest = () => {
    stands();
    ahead();
  };

  /** @param {Outcome} outcome */
  async function report(outcome) {
    desk.heard(outcome);
    if (outcome.kind === "delivered") {
      rest();
      desk.confirmedAt = desk.means.now();
      desk.pack.contest.collected = outcome.answer.collected;
      await desk.reloadQueue();
      await desk.store.set("confirmed_at", desk.confirmedAt);
      const etag = /** @type {string | undefined} */ (await desk.store.get("etag"));
      const unknown = desk.entries().some((entry) => desk.state(entry).kind === "conflict" && !desk.sheet(entry).other);
      if (unknown) await desk.store.set("etag", "");
      if (unknown || (outcome.answer.package && outcome.answer.package !== etag)) void renew().catch(() => undefined);
    }
    draw();
  }

  const tabs = `fieldmark ${base} ${judge}`;
  const courier = new Courier(exchange, photos, {
    random: Math.random,
    report,
    step: () => void desk.reloadQueue().then(draw, () => undefined),
    visible: () => document.visibilityState !== "hidden",
    idle: () => (desk.pack.stage ? desk.pack.stage.beat_seconds : 0),
    alone: oneTab(tabs),
  });
  before = courier;
  desk.changed = soon;
  learnt.draw = draw;
  desk.send = () => void courier.go();
  if (typeof BroadcastChannel === "function") {
    // Two tabs side by side: what is written in one is read in the other before anything is typed over it.
    const channel = new BroadcastChannel(tabs);
    channel.onmessage = () => void (stopped || desk.load().then(draw, () => undefined));
    desk.wrote = () => stopped || channel.postMessage("");
  }
  document.addEventListener("visibilitychange", () => {
    // Another tab of this phone may have written meanwhile.
    if (document.visibilityState !== "hidden" && !stopped && !desk.saving) desk.load().then(draw, () => undefined);
  });
  courier.listen(window);
  guard();
  draw();
  if (!fresh) await renew().catch(() => undefined);
  if (desk.place.view === "stops") follow(desk, [], frame);
  void courier.go().then(rest);
}
