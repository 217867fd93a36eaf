// The organiser's page for a phone without network: reads the codes that the phone shows, by the camera or from photos of
// them, and puts the file together into the field it would be pasted into. Sends nothing: a person presses the button.

import { Gathered } from "./judge/later/framing.js";

const MOST_SHOWN = 12; // numbers of missing codes in one line
const EDGES = [1000, 1800]; // a picture is looked at small, then larger: both find what the other does not
const PAUSE_MS = 60;

/** @typedef {(canvas: HTMLCanvasElement) => Promise<string[]>} Reader */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const element = (id) => /** @type {T} */ (document.getElementById(id));
const words = element("scan").dataset;
const [said, text, video] = [element("scan-said"), /** @type {HTMLTextAreaElement} */ (element("text")), /** @type {HTMLVideoElement} */ (element("scan-video"))];
const [start, stop] = [element("scan-start"), element("scan-stop")];
const canvas = document.createElement("canvas");
const gathered = new Gathered();
/** @type {MediaStream | null} */
let stream = null;
/** @type {Promise<Reader> | null} */
let reading = null;

/** What reads a code: the browser where it can, else the decoder that comes with us. @returns {Promise<Reader>} */
async function made() {
  const own = /** @type {any} */ (window).BarcodeDetector;
  if (own && (await own.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    const detector = new own({ formats: ["qr_code"] });
    return async (seen) => (await detector.detect(seen)).map((/** @type {{rawValue: string}} */ code) => code.rawValue);
  }
  const { decodeQR } = await import("../vendor/qr/decode.js");
  return async (seen) => {
    const context = /** @type {CanvasRenderingContext2D} */ (seen.getContext("2d"));
    try {
      return [decodeQR(context.getImageData(0, 0, seen.width, seen.height))];
    } catch {
      return []; // no code in it
    }
  };
}

/** @param {string} sentence @param {{[name: string]: string | number}} [particulars] */
function say(sentence, particulars = {}) {
  said.textContent = (sentence || "").replace(/\{(\w+)\}/g, (_, name) => String(particulars[name]));
}

/** Look at one picture. @param {CanvasImageSource} picture @param {number} width @param {number} height @param {number} edge */
async function look(picture, width, height, edge) {
  const scale = Math.min(1, edge / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  reading = reading || made();
  const codes = await (await reading)(canvas);
  const took = await Promise.all(codes.map((code) => gathered.take(code)));
  return took.some((one) => one !== "none");
}

/** How far it is; the whole file goes into the field. @returns {Promise<boolean>} whether all is here */
async function told() {
  const { n, missing } = gathered;
  if (!n) return false;
  const file = await gathered.file();
  if (file === null) {
    const numbers = missing.slice(0, MOST_SHOWN).join(", ") + (missing.length > MOST_SHOWN ? " …" : "");
    say(words.missing || "", { read: n - missing.length, n, numbers });
    return false;
  }
  text.value = file;
  say(words.whole || "", { n });
  element("scan-take").focus();
  return true;
}

function end() {
  if (stream) for (const track of stream.getTracks()) track.stop();
  stream = null;
  video.hidden = stop.hidden = true;
  start.hidden = false;
}

async function scan() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch {
    say(words.nocamera || "");
    return;
  }
  video.srcObject = stream;
  video.hidden = stop.hidden = false;
  start.hidden = true;
  await video.play();
  if (!gathered.n) say(words.looking || "");
  while (stream) {
    if (video.videoWidth) await look(video, video.videoWidth, video.videoHeight, /** @type {number} */ (EDGES[0]));
    if (await told()) end();
    await new Promise((go) => setTimeout(go, PAUSE_MS));
  }
}

/** @param {FileList} files */
async function photos(files) {
  let blank = 0;
  for (const file of [...files]) {
    const picture = await createImageBitmap(file).catch(() => null);
    let found = false;
    for (const edge of EDGES) found = found || (!!picture && (await look(picture, picture.width, picture.height, edge)));
    if (picture) picture.close();
    if (!found) blank += 1;
    await told();
  }
  element("scan-blank").textContent = blank ? (words.blank || "").replace("{n}", String(blank)) : "";
}

element("scan").hidden = false;
// Without https browsers give no camera to a page: then photos of the codes are the way.
start.hidden = !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia;
start.addEventListener("click", () => void scan());
stop.addEventListener("click", end);
element("scan-photos").addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.files) void photos(input.files).then(() => (input.value = ""));
});
