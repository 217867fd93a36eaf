// A rescue file as a row of frames, each small enough for a code that a cheap phone can read, and the file put together
// again: frames k of n in any order, each as often as it likes. See "Frames" in docs/exchange.md. Knows no page.

import { sha256 } from "../ids.js";

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PART = 300; // bytes in a frame
const MOST = 2000; // frames of a file
const MARK = "FM1";

/** Base45 (RFC 9285): of all ways to write bytes, the one that makes the smallest codes. @param {Uint8Array} bytes */
export function written(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let n = /** @type {number} */ (bytes[i]);
    if (pair) n = n * 256 + /** @type {number} */ (bytes[i + 1]);
    for (let left = pair ? 3 : 2; left > 0; left -= 1) {
      text += SIGNS[n % 45];
      n = Math.floor(n / 45);
    }
  }
  return text;
}

/** The bytes again, or null where no bytes were written so. @param {string} text @returns {Uint8Array | null} */
export function read(text) {
  const bytes = [];
  for (let i = 0; i < text.length; i += 3) {
    const three = [...text.slice(i, i + 3)].map((sign) => SIGNS.indexOf(sign));
    const n = three.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const size = three.length - 1;
    if (three.includes(-1) || size < 1 || n >= 256 ** size) return null;
    if (size === 2) bytes.push(n >> 8);
    bytes.push(n & 255);
  }
  return Uint8Array.from(bytes);
}

/** @param {Uint8Array} bytes @param {number} length */
async function digest(bytes, length) {
  return (await sha256(/** @type {ArrayBuffer} */ (bytes.slice().buffer))).slice(0, length).toUpperCase();
}

/** @param {string} told */
const checked = (told) => digest(new TextEncoder().encode(told), 8);

/** The frames of a file. @param {string} file @returns {Promise<string[]>} */
export async function cut(file) {
  const bytes = new TextEncoder().encode(file);
  const [name, n] = [await digest(bytes, 16), Math.ceil(bytes.length / PART)];
  const frames = [];
  for (let k = 1; k <= n; k++) {
    const told = `${name}/${k}/${n}/${written(bytes.slice((k - 1) * PART, k * PART))}`;
    frames.push(`${MARK}/${await checked(told)}/${told}`);
  }
  return frames;
}

/** What was read of one file so far. */
export class Gathered {
  constructor() {
    this.name = "";
    this.n = 0;
    /** @type {Map<number, Uint8Array>} */
    this.parts = new Map();
  }

  /**
   * Take in what a code says. `other`: a frame of another file, which begins anew.
   * @param {string} told @returns {Promise<"new" | "known" | "other" | "none">}
   */
  async take(told) {
    const found = /^FM1\/([0-9A-F]{8})\/(([0-9A-F]{16})\/([1-9]\d{0,3})\/([1-9]\d{0,3})\/(.+))$/.exec(told);
    if (!found) return "none";
    const [, check, whole, name, k, n, data] = /** @type {string[]} */ ([...found]);
    const bytes = read(data || "");
    if (!bytes || Number(k) > Number(n) || Number(n) > MOST || check !== (await checked(whole || ""))) return "none";
    const other = this.name !== name || this.n !== Number(n);
    if (other) {
      this.name = name || "";
      this.n = Number(n);
      this.parts.clear();
    } else if (this.parts.has(Number(k))) return "known";
    this.parts.set(Number(k), bytes);
    return other ? "other" : "new";
  }

  /** The numbers that are missing, from the first frame on. @returns {number[]} */
  get missing() {
    return Array.from({ length: this.n }, (_, i) => i + 1).filter((k) => !this.parts.has(k));
  }

  /** The file, or null while a frame is missing. @returns {Promise<string | null>} */
  async file() {
    if (!this.n || this.missing.length) return null;
    const bytes = Uint8Array.from(Array.from({ length: this.n }, (_, i) => [.../** @type {Uint8Array} */ (this.parts.get(i + 1))]).flat());
    return (await digest(bytes, 16)) === this.name ? new TextDecoder().decode(bytes) : null;
  }
}
