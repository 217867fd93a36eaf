// What this phone can do: tested at the opening, told to its owner in plain words, and carried with every batch, so that
// the organiser knows of each phone in time. What it finds is a short word each; docs/exchange.md lists them.

import { html } from "./html.js";
import { say } from "./words.js";

const CLOCK_TELL_MS = 120_000;

/** @param {Store} store @param {string} token @returns {Promise<PhoneCheck>} */
export async function checked(store, token) {
  const keeps = await store.holds(token).catch(() => false);
  const worker = globalThis.isSecureContext === false ? "insecure" : "serviceWorker" in navigator ? "coming" : "no";
  return { keeps, worker, persisted: null, files: takesFiles() };
}

/** Some in-app browsers have no way to a photo: there the field says that it is disabled. */
function takesFiles() {
  if (typeof document === "undefined") return true;
  const field = document.createElement("input");
  field.type = "file";
  return field.type === "file" && !field.disabled;
}

/**
 * Ask the system not to clear our store. Never awaited: Firefox asks the reader first, and elsewhere it may not answer.
 * @param {(persisted: boolean) => void} told
 */
export function askToPersist(told) {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().then(told, () => undefined);
}

/** The worker that keeps the page itself: is there one that holds it? @param {string} address @returns {Promise<boolean>} */
export async function worker(address) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    const { active, waiting, installing } = await navigator.serviceWorker.register(address);
    return !!active || !!waiting || (!!installing && (await settled(installing)));
  } catch {
    return false; // WebViews name it and refuse it
  }
}

/** Whether a worker that is being installed has fetched all it keeps; without network it gives up. @param {ServiceWorker} coming @returns {Promise<boolean>} */
function settled(coming) {
  return new Promise((resolve) => {
    const look = () => coming.state !== "installing" && resolve(coming.state !== "redundant");
    coming.addEventListener("statechange", look);
    look();
  });
}

/** What the test found, the gravest first. @param {PhoneCheck} check @param {{lost: boolean, clockOffset: number}} desk @returns {string[]} */
export function finds(check, desk) {
  /** @type {[string, boolean][]} */
  const every = [
    ["not_kept", !check.keeps || desk.lost],
    ["insecure", check.worker === "insecure"],
    ["no_worker", check.worker === "no"],
    ["no_files", !check.files],
    ["not_persisted", check.persisted === false],
    ["clock", Math.abs(desk.clockOffset) > CLOCK_TELL_MS],
  ];
  return every.filter(([, found]) => found).map(([word]) => word);
}

/** What the test of the phone means for its owner: first what matters most, then what else there is to do.
 * @param {PhoneCheck} check @returns {{tone: "ok" | "wait" | "bad", text: string, todo: string}} */
export function verdict(check) {
  if (!check.keeps) {
    return { tone: "bad", text: say("This browser cannot keep marks."), todo: say("Open the badge in another browser (menu, “open in browser”), not in a private window, or mark on paper.") };
  }
  const photos = check.files ? "" : say("It cannot take photos: for photos open the badge in another browser (menu, “open in browser”).");
  if (check.worker === "insecure") {
    return { tone: "wait", text: say("This phone is ready, but the address is not secure (no https)."), todo: [say("Leave this page open: without network it cannot be opened again."), photos].join(" ").trim() };
  }
  if (check.worker === "no") {
    return { tone: "wait", text: say("This phone is ready. Marks are kept also without network."), todo: [say("Leave this page open: in this browser it cannot be opened again without network."), photos].join(" ").trim() };
  }
  if (check.worker === "coming") {
    return { tone: "wait", text: say("This phone is ready. Marks are kept."), todo: [say("Leave this page open a moment longer: it is still being fetched for the time without network."), photos].join(" ").trim() };
  }
  return { tone: photos ? "wait" : "ok", text: say("This phone is ready. Marks are kept, and the page opens also without network."), todo: photos };
}

/** The verdict as a word, to know whether its owner has read this one. That the page has come needs no reading.
 * @param {PhoneCheck} check */
export function verdictName(check) {
  return `${check.keeps} ${check.worker === "coming" ? "yes" : check.worker} ${check.files}`;
}

/** @param {{frame: Frame}} props */
export function Verdict({ frame }) {
  if (!frame.check || frame.checkRead === verdictName(frame.check)) return null;
  const { tone, text, todo } = verdict(frame.check);
  return html`<div class="notice ${tone}" role="status"><p><b>${tone === "ok" ? "✓ " : ""}${text}</b> ${todo}</p>
    <button type="button" class="btn" onClick=${() => frame.readCheck()}>${say("Understood")}</button></div>`;
}

/** On every first screen, and not to be put away: plain http in a network of strangers. */
export function Exposed() {
  if (globalThis.isSecureContext !== false) return null;
  return html`<p class="notice bad">${say("This address is not encrypted (no https): anybody in this network can read your marks. Tell the organiser.")}</p>`;
}

/** @param {PhoneCheck} check */
function opensAgain(check) {
  if (check.worker === "yes") return say("The page opens again.");
  return check.worker === "coming" ? say("Not yet: the page is still being fetched.") : say("The page does not open again: leave it open.");
}

/** Everything that was tested, line by line. @param {{desk: Desk, frame: Frame}} props */
export function Tested({ desk, frame }) {
  const { check } = frame;
  const off = Math.abs(desk.clockOffset) > CLOCK_TELL_MS;
  const told = verdict(check);
  return html`<p class="notice ${told.tone}"><b>${told.text}</b> ${told.todo}</p>
    <dl>
      <div><dt>${say("Keeping")}</dt><dd>${check.persisted ? say("Marks are kept, and the system has promised not to clear them.") : say("Marks are kept. Open this page at least once a week until the sheets are collected: browsers clear what nobody opens.")}</dd></div>
      <div><dt>${say("Without network")}</dt><dd>${opensAgain(check)}</dd></div>
      <div><dt>${say("Photos")}</dt><dd>${check.files ? say("The camera and the album can be used.") : say("This browser takes none.")}</dd></div>
      <div><dt>${say("Clock")}</dt><dd>${off ? say("This phone's clock is wrong by {n} min. That does no harm; times are corrected.", { n: Math.round(Math.abs(desk.clockOffset) / 60_000) }) : say("The clock is right.")}</dd></div>
      <div><dt>${say("Page")}</dt><dd>${frame.version || "–"}</dd></div>
    </dl>`;
}
