// Keeps the parts marked data-live as new as the contest, and says how new they are (templates/contests/live.html).
// Without this script the page is what it was when it was opened, and says nothing.

import { morph } from "./morph.js";
import { follow } from "./shared.js";

const EVERY_MS = 60_000; // what phones say of themselves, and the time itself, is no act of the contest and is not told
const APART_MS = 2_000; // a burst of sheets is one new board
const LONG_MS = 20_000;
const SILENT_START_MS = 10_000;

const line = /** @type {HTMLElement} */ (document.querySelector("[data-live-state]"));
const said = /** @type {HTMLElement} */ (document.querySelector("[data-live-said]"));
const words = line.dataset;
const day = new Intl.DateTimeFormat("en-CA", { timeZone: words.zone, month: "2-digit", day: "2-digit" });
const minute = new Intl.DateTimeFormat("en-GB", { timeZone: words.zone, hour: "2-digit", minute: "2-digit" });

let rev = Number(words.rev);
let tag = words.tag ?? "";
let shown = Date.parse(words.at ?? "");
/** Whether the stream speaks; nothing is known at first. @type {boolean | undefined} */
let up;
/** What became of the last time the page was asked for. @type {"ok" | "lost" | "out"} */
let asked = "ok";
let asking = false;
let due = false;
let last = Date.now();
let timer = 0;
let pressed = false;

/** Hours and minutes on the contest's watch, with the day where it was another one. @param {number} moment */
function clock(moment) {
  const date = day.format(moment);
  return date === day.format(Date.now()) ? minute.format(moment) : `${date} ${minute.format(moment)}`;
}

function tell() {
  const state = asked !== "ok" ? asked : up ? "live" : up === undefined ? "" : "slow";
  const looks = { live: "ok", slow: "wait", lost: "bad", out: "bad", "": "" }[state];
  line.hidden = !state;
  const text = (words[state] ?? "").replace("{at}", clock(shown));
  const mark = /** @type {HTMLElement} */ (line.firstElementChild);
  if (mark.textContent !== text) mark.textContent = text;
  mark.className = `state ${looks}`;
}

/** Ask for the page, but not twice in a moment. @param {number} [ms] */
function soon(ms = 0) {
  due = true;
  if (asking || document.hidden) return;
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(ms, last + APART_MS - Date.now()) + Math.random() * 400);
}

async function ask() {
  if (pressed) return soon(300); // nothing moves under a finger
  clearTimeout(timer);
  due = false;
  asking = true;
  const long = new AbortController();
  const patience = setTimeout(() => long.abort(), LONG_MS);
  try {
    const headers = { Accept: "text/html", "Fieldmark-Live": "1", "If-None-Match": tag };
    const answer = await fetch(location.pathname + location.search, { headers, signal: long.signal });
    if (answer.status === 401 || answer.status === 403) asked = "out";
    else if (answer.status === 304) settled();
    else if (!answer.ok) asked = "lost";
    else take(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.headers.get("ETag"));
  } catch {
    asked = "lost";
  }
  clearTimeout(patience);
  asking = false;
  last = Date.now();
  tell();
  if (due) soon();
}

function settled() {
  asked = "ok";
  shown = Date.now();
}

/** @param {Document} fresh @param {string | null} itsTag */
function take(fresh, itsTag) {
  const its = fresh.querySelector("[data-live-state]");
  const parts = [...document.querySelectorAll("[data-live]")];
  const news = [...fresh.querySelectorAll("[data-live]")];
  if (!(its instanceof HTMLElement) || parts.length !== news.length) {
    // The page has become another one, such as after an upgrade: its reader opens it again.
    asked = "lost";
    return;
  }
  const focused = document.activeElement;
  const held = anchor(parts);
  const before = summary();
  parts.forEach((part, n) => morph(part, /** @type {Element} */ (news[n])));
  rev = Number(its.dataset.rev);
  tag = itsTag ?? "";
  settled();
  if (held) scrollBy(0, held.element.getBoundingClientRect().top - held.top);
  if (focused instanceof HTMLElement && !focused.isConnected && parts[0] instanceof HTMLElement) {
    parts[0].tabIndex = -1;
    parts[0].focus({ preventScroll: true });
  }
  const after = summary();
  if (after !== before) said.textContent = after;
}

/** What a listener is told of a change: one line of the page, not the whole. */
const summary = () => document.querySelector("[data-live-summary]")?.textContent?.replace(/\s+/g, " ").trim() ?? "";

/** Safari does not hold the page still by itself when something comes above. @param {Element[]} parts */
function anchor(parts) {
  if (CSS.supports("overflow-anchor", "auto") || scrollY === 0) return null;
  const rows = parts.flatMap((part) => [...part.querySelectorAll("tr, li, h2, h3, article")]);
  const element = rows.find((row) => row.getBoundingClientRect().top >= 0);
  return element ? { element, top: element.getBoundingClientRect().top } : null;
}

follow(words.contest ?? "", (told) => {
  const was = up;
  up = told !== null;
  // A line that has come back, or has just broken: what the page shows is to be made sure of.
  if (up ? told !== rev || asked !== "ok" : was !== false) soon(up ? 0 : 1000);
  tell();
});
setInterval(() => soon(), EVERY_MS);
setTimeout(() => {
  up = up ?? false;
  tell();
}, SILENT_START_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && (due || Date.now() - last > EVERY_MS)) soon();
});
addEventListener("pointerdown", () => (pressed = true));
for (const name of ["pointerup", "pointercancel", "blur"]) addEventListener(name, () => (pressed = false));
