// Signing on glass (签名): what is signed stands above, each sheet with its code; the name is drawn with a finger or a
// mouse, or typed by whoever cannot draw. No number stands here untouched.

import { html, useEffect, useRef, useState, whileTouched } from "../html.js";
import { subtotal } from "../marks.js";
import { toSign } from "../states.js";
import { stateWord } from "../stop.js";
import { count, say } from "../words.js";
import { HIGH, linesOf, moved, sign, WIDE } from "./signing.js";

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const [lines, list] = useState(/** @type {SignLine[]} */ ([]));
  const [strokes, draw] = useState(/** @type {number[][]} */ ([]));
  const [typing, type] = useState(false);
  const [name, write] = useState("");
  const [wrong, blame] = useState("");
  const asked = toSign(desk).map((one) => one.revision_id).join(" ");
  useEffect(() => {
    let left = false;
    void linesOf(desk).then((found) => left || list(found));
    return () => void (left = true);
  }, [asked]);
  const ready = typing ? name.trim() !== "" : strokes.some((stroke) => stroke.length > 4);
  const done = async () => {
    const how = typing ? { way: /** @type {const} */ ("typed"), name: name.trim(), strokes: [] } : { way: /** @type {const} */ ("drawn"), name: "", strokes };
    const kept = await sign(desk, lines, how).then(() => true, () => false);
    if (!kept) return blame(say("The phone did not write it down. Try again; if it stays so, use paper."));
    frame.open({ view: "stops" });
    frame.tell(say("Signed: kept on this phone, sent by itself."));
  };
  if (!asked) return html`<main class="page" id="main"><p class="notice ok">${say("Nothing to sign.")}</p></main>`;
  return html`<main class="page signing" id="main">
      <p>${count(lines.length, "You sign for {n} sheet as it is now. Changed later, it is signed again.", "You sign for {n} sheets as they are now. Changed later, they are signed again.")}</p>
      <ul>${lines.map((line) => html`<${Line} key=${line.revision_id} desk=${desk} line=${line} />`)}</ul>
      ${typing
        ? html`<label class="pick">${say("Your name")}<input type="text" class="search" maxlength="64" value=${name} onInput=${(/** @type {{target: HTMLInputElement}} */ event) => write(event.target.value)} /></label>`
        : html`<${Pad} strokes=${strokes} draw=${draw} />`}
      ${wrong && html`<p class="notice bad" role="alert">${wrong}</p>`}
      <button type="button" class="btn quiet wide" onClick=${() => type(!typing)}>${typing ? say("Sign with a finger") : say("I cannot draw: type my name")}</button>
    </main>
    <div class="hold"><button type="button" class="btn primary wide" disabled=${!ready || !lines.length} onClick=${done}>${say("Sign")}</button></div>`;
}

/** @param {{desk: Desk, line: SignLine}} props */
function Line({ desk, line }) {
  const [seen, show] = useState(false);
  const entry = desk.entry(line.entry_id);
  const sheet = desk.sheets.get(line.entry_id);
  if (!entry || !sheet) return null;
  const word = stateWord(desk.state(entry));
  return html`<li class="stop"><span class="to"><span><b>${entry.name}</b><small>${line.code}</small></span></span>
    <button type="button" class="word touch" aria-label=${say("{state}: touch to see the total", { state: word })} ...${whileTouched(show)}>${seen ? subtotal(sheet.ticks, desk.items(entry)) : word}</button></li>`;
}

/** @param {{strokes: number[][], draw: (strokes: number[][]) => void}} props */
function Pad({ strokes, draw }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const drawn = useRef(strokes);
  drawn.current = strokes;
  const pen = useRef(-1);
  useEffect(() => {
    const ink = canvas.current && canvas.current.getContext("2d");
    if (!ink) return;
    ink.clearRect(0, 0, WIDE, HIGH);
    Object.assign(ink, { lineWidth: 8, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    for (const [x = 0, y = 0, ...rest] of strokes) {
      ink.beginPath();
      ink.moveTo(x, y);
      ink.lineTo(x, y);
      for (let i = 0; i < rest.length; i += 2) ink.lineTo(rest[i] || 0, rest[i + 1] || 0);
      ink.stroke();
    }
  }, [strokes]);
  /** Where a finger is, in the field's own numbers. @param {PointerEvent} event @returns {[number, number]} */
  const place = (event) => {
    const box = /** @type {HTMLCanvasElement} */ (canvas.current).getBoundingClientRect();
    const within = (/** @type {number} */ share, /** @type {number} */ most) => Math.min(most, Math.max(0, Math.round(share * most)));
    return [within((event.clientX - box.left) / box.width, WIDE), within((event.clientY - box.top) / box.height, HIGH)];
  };
  /** @param {PointerEvent} event */
  const down = (event) => {
    if (pen.current !== -1 || event.button > 0) return; // a second finger, or another button of the mouse
    pen.current = event.pointerId;
    /** @type {HTMLCanvasElement} */ (canvas.current).setPointerCapture(event.pointerId);
    draw((drawn.current = [...drawn.current, place(event)]));
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    if (pen.current !== event.pointerId) return;
    const after = moved(drawn.current, ...place(event));
    if (after !== drawn.current) draw((drawn.current = after));
  };
  const up = (/** @type {PointerEvent} */ event) => void (pen.current === event.pointerId && (pen.current = -1));
  return html`<canvas ref=${canvas} class="signpad" width=${WIDE} height=${HIGH} role="img" aria-label=${say("Sign here")} onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up}></canvas>
    <div class="two">
      <button type="button" class="btn" disabled=${!strokes.length} onClick=${() => draw(strokes.slice(0, -1))}>${say("Undo")}</button>
      <button type="button" class="btn" disabled=${!strokes.length} onClick=${() => draw([])}>${say("Clear")}</button>
    </div>`;
}
