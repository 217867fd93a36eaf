// Language, display, and what this phone can do: the plain verdict of its test.

import { html } from "./html.js";
import { clock, say, spoken } from "./words.js";

const CLOCK_TELL_MS = 120_000;

/** @param {Store} store @param {string} token @returns {Promise<PhoneCheck>} */
export async function checked(store, token) {
  const keeps = await store.holds(token).catch(() => false);
  return { keeps, worker: globalThis.isSecureContext === false ? "insecure" : "serviceWorker" in navigator ? "yes" : "no", persisted: null };
}

/**
 * Ask the system not to clear our store. Never awaited: Firefox asks the reader first, and elsewhere it may not answer.
 * @param {(persisted: boolean) => void} told
 */
export function askToPersist(told) {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().then(told, () => undefined);
}

/** The worker that keeps the page itself. @param {string} address @returns {Promise<boolean>} */
export async function worker(address) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register(address);
    return true;
  } catch {
    return false; // WebViews name it and refuse it
  }
}

/** What the test of the phone means for its owner. @param {PhoneCheck} check @returns {{tone: "ok" | "wait" | "bad", text: string, todo: string}} */
export function verdict(check) {
  if (!check.keeps) {
    return { tone: "bad", text: say("This browser cannot keep marks."), todo: say("Open the badge in another browser (menu, “open in browser”), not in a private window, or mark on paper.") };
  }
  if (check.worker === "insecure") {
    return { tone: "wait", text: say("This phone is ready, but the address is not secure (no https)."), todo: say("Leave this page open: without network it cannot be opened again.") };
  }
  if (check.worker === "no") {
    return { tone: "wait", text: say("This phone is ready. Marks are kept also without network."), todo: say("Leave this page open: in this browser it cannot be opened again without network.") };
  }
  return { tone: "ok", text: say("This phone is ready. Marks are kept, and the page opens also without network."), todo: "" };
}

/** @param {{frame: Frame}} props */
export function Verdict({ frame }) {
  if (!frame.check || frame.checkRead) return null;
  const { tone, text, todo } = verdict(frame.check);
  return html`<div class="notice ${tone}" role="status"><p><b>${tone === "ok" ? "✓ " : ""}${text}</b> ${todo}</p>
    <button type="button" class="btn" onClick=${() => frame.readCheck()}>${say("Understood")}</button></div>`;
}

/** On every first screen, and not to be put away: plain http in a network of strangers. */
export function Exposed() {
  if (globalThis.isSecureContext !== false) return null;
  return html`<p class="notice bad">${say("This address is not encrypted (no https): anybody in this network can read your marks. Tell the organiser.")}</p>`;
}

/** @param {{desk: Desk, frame: Frame}} props */
export function More({ desk, frame }) {
  const off = Math.abs(desk.clockOffset) > CLOCK_TELL_MS;
  const told = frame.check && verdict(frame.check);
  return html`<main class="page more" id="main">
    <h2>${say("Display")}</h2>
    <div class="two">
      <button type="button" class="btn" aria-pressed=${frame.theme === "auto"} onClick=${() => frame.setTheme("auto")}>${say("Ordinary")}</button>
      <button type="button" class="btn" aria-pressed=${frame.theme === "sun"} onClick=${() => frame.setTheme("sun")}>${say("☀ Sunlight")}</button>
    </div>
    <h2>${say("Language")}</h2>
    <div class="two">
      <button type="button" class="btn" lang="zh-Hans" aria-pressed=${spoken() === "zh"} onClick=${() => frame.setLanguage("zh")}>中文</button>
      <button type="button" class="btn" lang="en" aria-pressed=${spoken() === "en"} onClick=${() => frame.setLanguage("en")}>English</button>
    </div>
    <h2>${say("This phone")}</h2>
    ${told && html`<p class="notice ${told.tone}"><b>${told.text}</b> ${told.todo}</p>`}
    <dl>
      <div><dt>${say("Judge")}</dt><dd>${desk.pack.judge.number} · ${desk.pack.judge.name}</dd></div>
      <div><dt>${say("Contest")}</dt><dd>${desk.pack.contest.name}</dd></div>
      <div><dt>${say("Last heard of the server")}</dt><dd>${desk.confirmedAt ? clock(desk.confirmedAt) : say("not yet")}</dd></div>
      <div><dt>${say("Clock")}</dt><dd>${off ? say("This phone's clock is wrong by {n} min. That does no harm; times are corrected.", { n: Math.round(Math.abs(desk.clockOffset) / 60_000) }) : say("The clock is right.")}</dd></div>
    </dl>
    <button type="button" class="btn wide" onClick=${() => desk.send()}>${say("Send now")}</button>
  </main>`;
}
