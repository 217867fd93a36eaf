// The queue of photos, after the sheets: first a thumbnail of each, so that the organiser sees them all on a slow road;
// then each is sent in parts from where the server says it stands, and counts as
// handed in only when the server says that it is whole. Knows no page.

import { retryAfter } from "./exchange.js";
import { asked } from "./package.js";

const PART = 256 * 1024;
const MOST_SMALL = 20 * 1024;
// A wrong offset, then a right one; more than that is a server we do not understand, and we come back later.
const MOST_DOUBTS = 4;
// Too large, no picture: sending it again would change nothing. Garbled on the way may come whole the next time.
const NEVER = [413, 415, 422];
const GARBLED = 422;
const MOST_GARBLED = 3;

/** @typedef {{kind: "done" | "offline" | "badge"} | {kind: "refused", status: number} | {kind: "later", seconds: number | null}} Sent */

export class Photos {
  /** @param {Store} store @param {{fetch: Fetch, address: string, judge: string, now: () => number, partBytes?: number}} means */
  constructor(store, means) {
    this.store = store;
    this.means = means;
  }

  /** @returns {Promise<Photo[]>} */
  all() {
    return this.store.run("read", ["photos"], (tx) => tx.all("photos"));
  }

  /** Keep a photo. The same picture twice is one. @param {Photo} photo */
  keep(photo) {
    return this.store.run("strict", ["photos"], async (tx) => {
      if (!(await tx.get("photos", photo.sha256))) await tx.put("photos", photo);
    });
  }

  /**
   * Send what waits, oldest first. `step` is called whenever a photo got further; `sooner` says that something else,
   * a sheet, wants to go first: then the rest waits for the next round.
   * @param {() => void} [step] @param {() => boolean} [sooner] @returns {Promise<Sent>}
   */
  async send(step, sooner = () => false) {
    await this.offerAgain();
    const waiting = (await this.all()).filter((photo) => !photo.done && !photo.refused);
    waiting.sort((a, b) => (a.added_at < b.added_at ? -1 : 1));
    /** @type {Sent} */
    let came = { kind: "done" };
    for (const photo of waiting) {
      const sent = await this.ahead(photo);
      if (sent.kind !== "done") return sent;
    }
    for (const photo of waiting) {
      const sent = await this.one(photo, step, sooner);
      if (sooner()) return came;
      if (sent.kind === "refused") came = (await this.refuse(photo, sent.status)) ? came : { kind: "later", seconds: null };
      else if (sent.kind !== "done") return sent;
    }
    return came;
  }

  /** A server restored from a backup may not have what it once had: it is asked about every photo again. */
  offerAgain() {
    return this.store.run("write", ["meta", "photos"], async (tx) => {
      const epoch = (await tx.get("meta", "server_epoch")) || "";
      if (((await tx.get("meta", "photos_epoch")) || "") === epoch) return;
      for (const photo of await tx.all("photos")) if (photo.done || photo.shown) await tx.put("photos", { ...photo, here: 0, done: false, shown: false });
      await tx.put("meta", epoch, "photos_epoch");
    });
  }

  /** Its thumbnail. One that the server does not take is no loss: the photo follows. @param {Photo} photo @returns {Promise<Sent>} */
  async ahead(photo) {
    const bytes = Uint8Array.from(photo.shown ? "" : atob(photo.thumb.split(",")[1] || ""), (sign) => sign.charCodeAt(0));
    if (bytes.length && bytes.length <= MOST_SMALL) {
      const said = await this.ask(photo, "PUT", 0, bytes.buffer);
      if ("kind" in said && said.kind !== "refused") return said;
    }
    if (!photo.shown) await this.store.run("write", ["photos"], (tx) => tx.put("photos", Object.assign(photo, { shown: true })));
    return { kind: "done" };
  }

  /** @param {Photo} photo @param {() => void} [step] @param {() => boolean} [sooner] @returns {Promise<Sent>} */
  async one(photo, step, sooner = () => false) {
    const [part, size] = [this.means.partBytes || PART, photo.bytes.byteLength];
    let stand = await this.ask(photo, "HEAD");
    for (let doubts = 0; doubts < MOST_DOUBTS; ) {
      if ("kind" in stand) return stand;
      await this.note(photo, Math.max(0, stand.offset), stand.complete);
      if (step) step();
      if (stand.complete) return { kind: "done" };
      if (stand.offset > size || sooner()) break;
      // Where every byte is there and nobody has looked at the whole yet, a part without bytes asks for that.
      const said = await this.ask(photo, "PATCH", stand.offset, photo.bytes.slice(stand.offset, stand.offset + part));
      if ("kind" in said) return said;
      // Only what the server says counts: after the last part, and whenever an answer is doubtful, it is asked.
      const further = said.offset > stand.offset && said.offset < size;
      doubts = further ? 0 : doubts + 1;
      stand = further ? said : await this.ask(photo, "HEAD");
    }
    return { kind: "later", seconds: null };
  }

  /**
   * @param {Photo} photo @param {"HEAD" | "PATCH" | "PUT"} method @param {number} [offset] @param {ArrayBuffer} [body]
   * @returns {Promise<{offset: number, complete: boolean} | Sent>}
   */
  async ask(photo, method, offset = 0, body) {
    const { fetch, address, judge, now } = this.means;
    /** @type {Record<string, string>} */
    const headers = { "Fieldmark-Judge": encodeURIComponent(judge) };
    if (body) {
      headers["Content-Type"] = photo.type || "application/octet-stream";
      headers["Upload-Offset"] = String(offset);
      headers["Upload-Length"] = String(photo.bytes.byteLength);
    }
    let response;
    try {
      response = await asked(fetch, `${address}files/${photo.sha256}${method === "PUT" ? "/thumbnail" : ""}`, { method, headers, body: body || null });
    } catch {
      return { kind: "offline" };
    }
    if (response.status === 401) return { kind: "badge" };
    if (method === "HEAD" && response.status === 404) return { offset: 0, complete: false };
    const said = response.headers.get("Upload-Offset");
    const complete = response.headers.get("Upload-Complete") === "?1";
    // A portal answers 200 to everything, but knows nothing of offsets.
    if (response.ok && (said !== null || complete)) return { offset: Number(said || 0), complete };
    if (method === "PATCH" && (response.ok || (response.status === 409 && said !== null))) return { offset: 0, complete: false };
    if (NEVER.includes(response.status) || (method === "PUT" && response.status === 404)) return { kind: "refused", status: response.status };
    return { kind: "later", seconds: retryAfter(response.headers.get("Retry-After"), now()) };
  }

  /** One photo nobody can read must not hold up the others. @param {Photo} photo @param {number} status @returns {Promise<boolean>} for good? */
  async refuse(photo, status) {
    if (status === GARBLED) photo.garbled = (photo.garbled || 0) + 1;
    if (status !== GARBLED || (photo.garbled || 0) >= MOST_GARBLED) photo.refused = status;
    photo.here = 0;
    await this.store.run("write", ["photos"], (tx) => tx.put("photos", photo));
    return !!photo.refused;
  }

  /** @param {Photo} photo @param {number} here @param {boolean} done */
  async note(photo, here, done) {
    if (photo.here === here && photo.done === done) return;
    photo.here = here;
    photo.done = done;
    await this.store.run("write", ["photos"], (tx) => tx.put("photos", photo));
  }
}
