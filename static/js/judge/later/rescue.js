// When no network is found for good: everything that is not handed in as one file, sealed with this phone's key, so that
// whoever carries it can change nothing in it. Taking it in twice does no harm; the phone goes on keeping all of it.

import { html, useState } from "../html.js";
import { sha256 } from "../ids.js";
import { count, say } from "../words.js";

const MOST = 200; // records in one batch, as in the exchange

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** @param {string} digits */
function unhex(digits) {
  return Uint8Array.from((digits.match(/../g) || []).map((pair) => parseInt(pair, 16)));
}

/** @param {Uint8Array} key at most 64 bytes @param {number} pad @param {Uint8Array} rest */
function padded(key, pad, rest) {
  const all = new Uint8Array(64 + rest.length).fill(pad, 0, 64);
  key.forEach((byte, i) => (all[i] = byte ^ pad));
  all.set(rest, 64);
  return all.buffer;
}

/** HMAC-SHA256 (RFC 2104) by the page's own digest: crypto.subtle is missing without https. @param {string} key in hex @param {string} text */
export async function seal(key, text) {
  const inner = await sha256(padded(unhex(key), 0x36, bytesOf(text)));
  return sha256(padded(unhex(key), 0x5c, unhex(inner)));
}

/** The rescue file (docs/exchange.md), or null where there is nothing to save or no key yet. @param {Desk} desk @returns {Promise<string | null>} */
export async function rescued(desk) {
  const { contest, device } = desk.pack;
  const waiting = (await desk.outbox.all()).filter((held) => held.where === "waiting");
  if (!waiting.length || !device || !device.rescue_key) return null;
  const batches = [];
  const frame = await desk.outbox.batch(0);
  for (let at = 0; at < waiting.length; at += MOST) {
    batches.push({ ...frame, batch_id: desk.means.uuid(), waiting: 0, records: waiting.slice(at, at + MOST).map((held) => held.record) });
  }
  const content = JSON.stringify({ contest: contest.id, device: device.id, batches });
  return JSON.stringify({ fieldmark: "rescue/1", content, mac: await seal(device.rescue_key, content) });
}

/** @param {string} text @param {string} name @returns {Promise<void>} */
async function handOut(text, name) {
  const file = typeof File === "function" ? new File([text], name, { type: "application/json" }) : null;
  if (file && navigator.canShare && navigator.canShare({ files: [file] })) {
    await navigator.share({ files: [file] });
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Rescue({ desk, frame }) {
  const [text, setText] = useState("");
  const waiting = desk.held.filter((held) => held.where === "waiting").length;
  if (!waiting) return null;
  const make = async (/** @type {(text: string) => Promise<void> | void} */ then) => {
    const made = await rescued(desk);
    if (made) await then(made);
  };
  if (!desk.pack.device || !desk.pack.device.rescue_key) return null;
  const name = `fieldmark-${desk.pack.judge.number}.json`;
  return html`<h2>${say("If no network is found")}</h2>
    <p>${count(waiting, "{n} record is only on this phone. Give it to the organiser as a file; photos stay on the phone. It is sent too as soon as there is a network, and counts once.", "{n} records are only on this phone. Give them to the organiser as a file; photos stay on the phone. They are sent too as soon as there is a network, and count once.")}</p>
    <button type="button" class="btn wide" onClick=${() => make((made) => handOut(made, name)).catch(() => undefined)}>${say("Save what is not sent as a file")}</button>
    <button type="button" class="btn wide" onClick=${() => make(setText).catch(() => undefined)}>${say("Show it as text to copy")}</button>
    <button type="button" class="btn wide" onClick=${() => frame.open({ view: "codes" })}>${say("Show it as codes to scan")}</button>
    ${text && html`<label>${say("Copy all of it and send it to the organiser (WeChat saves no files)")}
      <textarea class="rescue" readonly rows="6" onFocus=${(/** @type {{target: HTMLTextAreaElement}} */ event) => event.target.select()}>${text}</textarea></label>`}`;
}
