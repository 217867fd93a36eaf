// A signature as a record: which sheets it covers, each by the digest of its record, and the strokes as whole numbers.
// Knows no page.

import { sha256 } from "../ids.js";
import { toSign } from "../states.js";

/** The field that is drawn in; the server draws it again in the same numbers. */
export const WIDE = 1000;
export const HIGH = 400;
/** Points nearer than this to the one before say nothing new. */
const NEAR = 6;
const MOST_NUMBERS = 7000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The digest of a record as the server counts it: sorted keys, no spaces. @param {RecordSent} record @returns {Promise<string>} */
function digestOf(record) {
  const text = JSON.stringify(record, Object.keys(record).sort());
  return sha256(/** @type {ArrayBuffer} */ (new TextEncoder().encode(text).buffer));
}

/** The receipt code of a digest: its first 40 bits in base32. @param {string} digest @returns {string} */
export function codeOf(digest) {
  let bits = "";
  for (const digit of digest.slice(0, 10)) bits += parseInt(digit, 16).toString(2).padStart(4, "0");
  return (bits.match(/.{5}/g) || []).map((five) => LETTERS[parseInt(five, 2)]).join("");
}

/** What is to be signed, with digests and codes. @param {Desk} desk @returns {Promise<SignLine[]>} */
export function linesOf(desk) {
  return Promise.all(
    toSign(desk).map(async ({ entry_id, revision_id, record, digest: told }) => {
      const digest = record ? await digestOf(record) : told;
      return { entry_id, revision_id, digest, code: codeOf(digest) };
    }),
  );
}

/** The strokes with one more point on the last; the same strokes where it says nothing new.
 * @param {number[][]} strokes @param {number} x @param {number} y @returns {number[][]} */
export function moved(strokes, x, y) {
  const last = strokes[strokes.length - 1] || [];
  const [x0 = 0, y0 = 0] = last.slice(-2);
  const full = strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST_NUMBERS;
  if (full || !last.length || Math.max(Math.abs(x - x0), Math.abs(y - y0)) < NEAR) return strokes;
  return [...strokes.slice(0, -1), [...last, x, y]];
}

/** Keep a signature in the outbox, like any record. @param {Desk} desk @param {SignLine[]} lines @param {{way: "drawn" | "typed", name: string, strokes: number[][]}} how */
export async function sign(desk, lines, how) {
  /** @type {SignatureContent} */
  const content = { kind: "signature", ...desk.stamp(), covers: lines.map(({ entry_id, revision_id, digest }) => ({ entry_id, revision_id, digest })), ...how };
  await desk.write(async () => {
    const held = await desk.outbox.append(content);
    desk.held = [...desk.held, held];
  });
  desk.send();
}
