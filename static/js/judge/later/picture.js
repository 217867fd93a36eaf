// One photo from the camera or the album: made smaller on a canvas, checked, and given a thumbnail. Where the canvas
// fails, the original is kept: a large photo arrives late, a black one never.

import { sha256 } from "../ids.js";

const LONG_EDGE = 2048;
const THUMB_EDGE = 240;
// iOS gives a black picture, without an error, for a canvas above this (browser-image-compression#84).
const MOST_PIXELS = 16_700_000;
const QUALITY = 0.82;

/** @typedef {{width: number, height: number, draw: CanvasImageSource}} Decoded */

/** @param {Blob} file @returns {Promise<Decoded>} */
async function decoded(file) {
  if (typeof createImageBitmap === "function") {
    try {
      // Only with this word does every browser that takes it turn the picture as its EXIF says.
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      return { width: bitmap.width, height: bitmap.height, draw: bitmap };
    } catch {
      // Older Chrome and Safari refuse the option, and an image element turns the picture there. HEIC outside Safari
      // fails in both ways.
    }
  }
  const image = new Image();
  image.src = await dataAddress(file);
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight, draw: image };
}

/** The content security policy shows pictures from data: only. @param {Blob} blob @returns {Promise<string>} */
function dataAddress(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {Decoded} picture @param {number} longEdge @returns {HTMLCanvasElement} */
function drawn(picture, longEdge) {
  const { width, height } = sized(picture.width, picture.height, longEdge);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.drawImage(picture.draw, 0, 0, width, height);
  return canvas;
}

/** Never larger than it is, never above what a canvas can hold. @param {number} width @param {number} height @param {number} longEdge */
export function sized(width, height, longEdge) {
  const scale = Math.min(1, longEdge / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob | null>} */
function jpeg(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** How much the picture varies: nothing at all is what a canvas that failed looks like. @param {Decoded} picture @returns {number} */
function variety(picture) {
  const small = drawn(picture, 24);
  const context = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  const { data } = context.getImageData(0, 0, small.width, small.height);
  let [low, high] = [255, 0];
  for (let i = 0; i < data.length; i++) {
    if (i % 4 === 3) continue;
    low = Math.min(low, /** @type {number} */ (data[i]));
    high = Math.max(high, /** @type {number} */ (data[i]));
  }
  return high - low;
}

/**
 * The smaller picture, or nothing where it cannot be trusted: empty, does not decode, or of one colour where the
 * original is not.
 * @param {Decoded} original @returns {Promise<Blob | null>}
 */
async function smaller(original) {
  const blob = await jpeg(drawn(original, LONG_EDGE));
  if (!blob || blob.size < 200) return null;
  const again = await decoded(blob);
  return variety(again) < 4 && variety(original) >= 4 ? null : blob;
}

/**
 * @param {Blob} file @param {string} at when, ISO 8601 @param {(thumb: string) => void} first told the thumbnail as soon as there is one
 * @returns {Promise<Photo>}
 */
export async function photoOf(file, at, first) {
  let thumb = "";
  /** @type {Blob | null} */
  let small = null;
  try {
    const original = await decoded(file);
    thumb = drawn(original, THUMB_EDGE).toDataURL("image/jpeg", 0.7);
    first(thumb);
    small = await smaller(original);
    if ("close" in original.draw) /** @type {ImageBitmap} */ (original.draw).close();
  } catch {
    // A format this browser cannot decode, such as HEIC in Chrome: the server can.
    small = null;
  }
  const kept = small || file;
  const bytes = await new Response(kept).arrayBuffer();
  return { sha256: await sha256(bytes), bytes, type: kept.type || "application/octet-stream", thumb, here: 0, done: false, added_at: at };
}
