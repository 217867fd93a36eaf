// What is not sent, as codes one after the other for the organiser's camera: the rescue file where no file can be handed
// over. Nothing is forgotten by showing it.

import { encodeQR } from "../../../vendor/qr/index.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { say } from "../words.js";
import { cut } from "./framing.js";
import { rescued } from "./rescue.js";

const EACH_MS = 350;
const QUIET = 4; // light modules round a code

/** Draw a code, black on white whatever the display. @param {HTMLCanvasElement} canvas @param {string} told */
function draw(canvas, told) {
  const dots = encodeQR(told, "raw", { ecc: "medium", encoding: "alphanumeric", border: QUIET });
  const scale = Math.max(2, Math.floor(1000 / dots.length));
  canvas.width = canvas.height = dots.length * scale;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  dots.forEach((row, y) => row.forEach((dark, x) => dark && context.fillRect(x * scale, y * scale, scale, scale)));
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const [frames, setFrames] = useState(/** @type {string[]} */ ([]));
  const [failed, setFailed] = useState(false);
  const [at, setAt] = useState(0);
  const [runs, setRuns] = useState(true);
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  // Made once: what is recorded meanwhile belongs to the next row of codes.
  useEffect(() => void rescued(desk).then(async (made) => (made ? setFrames(await cut(made)) : setFailed(true))).catch(() => setFailed(true)), []);
  useEffect(() => {
    if (!runs || !frames.length) return undefined;
    const timer = setInterval(() => setAt((k) => (k + 1) % frames.length), EACH_MS);
    return () => clearInterval(timer);
  }, [runs, frames]);
  useEffect(() => {
    const told = frames[at];
    if (canvas.current && told) draw(canvas.current, told);
  }, [frames, at]);
  const step = (/** @type {number} */ by) => {
    setRuns(false);
    setAt((at + by + frames.length) % frames.length);
  };
  const back = html`<button type="button" class="btn wide quiet" onClick=${() => frame.open({ view: "more" })}>${say("Back")}</button>`;
  if (!desk.held.some((held) => held.where === "waiting")) {
    return html`<main class="page" id="main">
      <p class="notice ok" role="status"><b>${say("Nothing waits here: there is nothing to scan.")}</b> ${say("Every sheet and note of this phone is with the organiser. Photos are not in the codes; they follow when there is a network.")}</p>
      ${back}
    </main>`;
  }
  if (failed) {
    return html`<main class="page" id="main">
      <p class="notice bad" role="status"><b>${say("The codes could not be made.")}</b> ${say("Nothing is lost: all of it stays on this phone and is sent when there is a network. Open the page again, or tell the organiser.")}</p>
      ${back}
    </main>`;
  }
  if (!frames.length) return html`<main class="page" id="main"><p class="notice wait" role="status">${say("One moment")}</p></main>`;
  return html`<main class="page codes" id="main">
      <canvas ref=${canvas} role="img" aria-label=${say("Code {k} of {n}", { k: at + 1, n: frames.length })}></canvas>
      <p class="which">${say("Code {k} of {n}", { k: at + 1, n: frames.length })}</p>
      <div class="two">
        <button type="button" class="btn" aria-label=${say("The code before")} onClick=${() => step(-1)}>‹</button>
        <button type="button" class="btn" onClick=${() => setRuns(!runs)}>${runs ? say("Hold still") : say("Go on")}</button>
        <button type="button" class="btn" aria-label=${say("The next code")} onClick=${() => step(1)}>›</button>
      </div>
      <p class="hint">${say("Hold this phone before the organiser's camera until all codes are read. Nothing is lost by it: all of it stays on this phone too.")}</p>
      ${back}
    </main>`;
}
