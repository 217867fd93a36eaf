// One contact with the server, as docs/exchange.md says it: a batch goes out, and only an answer with the marker and
// the echo of this batch counts. Decides nothing about when; that is the courier's.

import { asked } from "./package.js";

const MOST = 200;

/** Seconds to wait, as the server wishes. @param {string | null} header @param {number} now @returns {number | null} */
export function retryAfter(header, now) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 900) : null;
}

/** Is this the answer to this batch, whatever else came with a 200? @param {unknown} body @param {Batch} batch @returns {body is Answer} */
function isAnswer(body, batch) {
  const answer = /** @type {Partial<Answer> | null} */ (body);
  return (
    typeof answer === "object" &&
    answer !== null &&
    answer.fieldmark === "batch/1" &&
    answer.batch_id === batch.batch_id &&
    typeof answer.server_epoch === "string" &&
    Array.isArray(answer.results) &&
    Array.isArray(answer.missing) &&
    Array.isArray(answer.changes)
  );
}

export class Exchange {
  /**
   * @param {Outbox} outbox
   * @param {{fetch: import("./package.js").Fetch, address: string, judge: string, now: () => number, same?: () => Promise<boolean>,
   *   take?: (tx: Tx, answer: Answer) => Promise<unknown>, about?: () => About, clock?: (sent: number, came: number, answer: Answer) => void, timeoutMs?: number}} means
   *   `same`: does this phone still belong to the judge of this outbox? `take`: what else of an answer is kept with it. `about`: what the organiser is told of the phone.
   */
  constructor(outbox, means) {
    this.outbox = outbox;
    this.means = means;
    this.limit = MOST;
  }

  /** @returns {Promise<Outcome>} */
  async contact() {
    const { fetch, address, judge, now, same, take, about, clock, timeoutMs } = this.means;
    // The cookie decides whose marks these are. If another judge has joined on this phone, they would be handed in as his.
    if (same && !(await same())) return { kind: "other_judge" };
    const batch = await this.outbox.batch(this.limit);
    if (about) batch.phone = about();
    const sent = now();
    let response;
    let body = null;
    try {
      response = await asked(
        fetch,
        `${address}batch`,
        {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json", "Fieldmark-Judge": encodeURIComponent(judge) },
          body: JSON.stringify(batch),
        },
        timeoutMs,
      );
      if (response.status === 200) body = await response.json().catch(() => null);
    } catch {
      // No network, or so little of it that a whole batch does not get through in time.
      if (batch.records.length > 5) this.limit = Math.max(5, Math.floor(batch.records.length / 2));
      return { kind: "offline" };
    }
    if (isAnswer(body, batch)) {
      if (clock) clock(sent, now(), body);
      const answer = body;
      const left = await this.outbox.merge(batch, answer, take && ((tx) => take(tx, answer)));
      this.limit = Math.min(MOST, this.limit * 2);
      return { kind: "delivered", answer, sent: batch.records.length, left };
    }
    if (response.status === 409) return { kind: "other_judge" };
    if (response.status === 401) return { kind: "badge" };
    if (response.status === 413 && batch.records.length > 1) {
      this.limit = Math.ceil(batch.records.length / 2);
      return { kind: "smaller" };
    }
    if (response.status === 200) return { kind: "portal" };
    return { kind: "later", status: response.status, seconds: retryAfter(response.headers.get("Retry-After"), now()) };
  }
}
