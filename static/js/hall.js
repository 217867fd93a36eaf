// A screen of the hall: shows what the server sends it, holds it while the server cannot be reached and says so in the
// corner, and catches up. It is told that something changed, and asks for the page itself.

import "./awake.js";
import { fit, turn } from "./fit.js";
import { listen } from "./live/stream.js";

const SILENT_MS = 40_000; // the server says the same again every 15 seconds
const EVERY_MS = 30_000; // also without being told: nobody stands beside this screen
const AGAIN_MS = 3_000;
const LONG_MS = 10_000;
const LEAF_MS = 10_000; // for reading one leaf of a long list

const main = /** @type {HTMLElement} */ (document.querySelector("[data-screen]"));
const corner = /** @type {HTMLElement} */ (document.querySelector("[data-corner]"));
const words = corner.dataset;
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: words.zone, hour: "2-digit", minute: "2-digit" });

let rev = -1;
let heard = Date.now();
let good = Date.now();
let lost = false;
let ended = false;
let asking = false;
let due = false;

function tell() {
  corner.hidden = !(lost || ended);
  corner.textContent = ended ? (words.ended ?? "") : (words.lost ?? "").replace("{at}", clock.format(good));
}

/** @param {boolean} now */
function set(now) {
  if (!now) good = Date.now();
  lost = now;
  tell();
}

async function ask() {
  if (ended) return;
  due = asking;
  if (asking) return;
  asking = true;
  const long = new AbortController();
  const patience = setTimeout(() => long.abort(), LONG_MS);
  try {
    const headers = { Accept: "text/html", "If-None-Match": `"${main.dataset.tag}"` };
    const answer = await fetch(location.href, { headers, signal: long.signal });
    if (answer.status === 404 || answer.status === 410) end();
    else if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (answer.ok || answer.status === 304) set(false);
    else set(true);
  } catch {
    set(true);
  }
  clearTimeout(patience);
  asking = false;
  if (due) void ask();
}

/** @param {Document} fresh */
function take(fresh) {
  const its = fresh.querySelector("[data-screen]");
  if (!(its instanceof HTMLElement)) throw new Error("another page");
  main.replaceChildren(...its.childNodes);
  main.dataset.tag = its.dataset.tag;
  fit(main);
}

function end() {
  ended = true;
  main.replaceChildren();
  tell();
}

listen(`${location.pathname.replace(/\/$/, "")}/events`, (told) => {
  heard = Date.now();
  if (told === null) return void ask();
  if (told !== rev || lost) void ask();
  rev = told;
});
setInterval(() => {
  if (lost || Date.now() - heard > SILENT_MS) void ask();
}, AGAIN_MS);
setInterval(ask, EVERY_MS);
setInterval(() => turn(main), LEAF_MS);

addEventListener("keydown", (event) => {
  const whole = document.documentElement;
  if ((event.key !== "f" && event.key !== "F") || !whole.requestFullscreen) return;
  if (document.fullscreenElement) void document.exitFullscreen();
  else void whole.requestFullscreen().catch(() => {});
});
addEventListener("resize", () => fit(main));
void document.fonts.ready.then(() => fit(main));
fit(main);
