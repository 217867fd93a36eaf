// When to go: at the start, when the network or the page comes back, by a timer that waits longer after each failure,
// and by the button. navigator.onLine is never asked: it is "true" in a tunnel behind a hotspot. Knows no page content.


const FIRST_WAIT = 3;
const LONGEST_WAIT = 240;
// With nothing to send the phone still says so: the organiser's board counts silence as "unknown".
const IDLE_WAIT = 75;

/**
 * One tab of this phone at a time sends; two would only send everything twice. A tab that the system froze may hold the
 * lock for hours: the second time it is not waited for.
 * @param {string} tabs @returns {(work: () => Promise<void>) => Promise<void>}
 */
export function oneTab(tabs) {
  let refused = 0;
  return async (work) => {
    const locks = /** @type {LockManager | undefined} */ (navigator.locks);
    if (!locks) return work();
    await locks.request(tabs, { ifAvailable: true }, (lock) => {
      refused = lock ? 0 : refused + 1;
      return refused === 1 ? undefined : work();
    });
  };
}

export class Courier {
  /**
   * @param {Exchange} exchange @param {Photos} photos
   * @param {{random: () => number, report: (outcome: Outcome) => Promise<void> | void, step: () => void, visible: () => boolean, idle?: () => number,
   *   alone?: (work: () => Promise<void>) => Promise<void>}} means
   */
  constructor(exchange, photos, means) {
    this.exchange = exchange;
    this.photos = photos;
    this.means = means;
    this.failures = 0;
    this.busy = false;
    this.again = false;
    this.stopped = false;
    this.timer = 0;
  }

  /** Something is to be sent, or may be possible now. */
  async go() {
    if (this.stopped) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    clearTimeout(this.timer);
    let wait = IDLE_WAIT;
    const round = async () => {
      do {
        this.again = false;
        wait = await this.round();
      } while (this.again); // asked for meanwhile: what has just failed may be possible now
    };
    try {
      await (this.means.alone ? this.means.alone(round) : round());
    } catch {
      // The store did not answer even on a new connection: what is kept stays kept, the next round tries again.
      wait = this.backOff(null);
    } finally {
      this.busy = false;
      this.plan(wait);
    }
  }

  /** One round: all sheets, then the photos. @returns {Promise<number>} seconds until the next */
  async round() {
    for (let before = Infinity; ; ) {
      const outcome = await this.exchange.contact();
      // Before anything is told of photos, which go last: a restored server may not have what it once had.
      if (outcome.kind === "delivered") await this.photos.offerAgain();
      await this.means.report(outcome);
      if (outcome.kind === "smaller") continue;
      if (outcome.kind !== "delivered") return this.backOff(outcome.kind === "later" ? outcome.seconds : null);
      this.failures = 0;
      if (outcome.left === 0) break;
      // A server that answers without naming what we sent would keep us going for ever.
      if (outcome.left >= before) return this.backOff(null);
      before = outcome.left;
    }
    const sent = await this.photos.send(this.means.step, () => this.again);
    this.means.step();
    const idle = (this.means.idle && this.means.idle()) || IDLE_WAIT;
    if (sent.kind === "done") return idle * (0.8 + 0.4 * this.means.random());
    return this.backOff(sent.kind === "later" ? sent.seconds : null);
  }

  /** Longer each time, and never all phones at the same moment. @param {number | null} wished @returns {number} */
  backOff(wished) {
    this.failures += 1;
    const grown = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.failures - 1));
    const jitter = 0.5 + this.means.random();
    return wished === null ? grown * jitter : wished + this.means.random() * Math.min(30, wished);
  }

  /** @param {number} seconds */
  plan(seconds) {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.means.visible()) this.go();
      else this.plan(IDLE_WAIT);
    }, seconds * 1000);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Listen for everything that may mean "try now". @param {Window} window */
  listen(window) {
    const now = () => this.means.visible() && this.go();
    window.addEventListener("online", now);
    window.addEventListener("pageshow", now);
    window.document.addEventListener("visibilitychange", now);
  }
}
