// The stream of a contest, shared by all tabs of this browser. Between the tabs goes what comes from the server: a revision.

import { alone, byLock, byWord } from "./seat.js";
import { listen } from "./stream.js";

const SILENT_MS = 40_000; // the server says the same again every 15 seconds
const LOOK_MS = 5_000;

/**
 * @param {string} contest
 * @param {(rev: number | null) => void} told the contest's revision, again and again; null while nothing is heard
 */
export function follow(contest, told) {
  const name = `fieldmark-live-${contest}`;
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
  let heard = Date.now();
  /** What this tab has heard with its own ears, while it holds the stream. @type {number | null | undefined} */
  let own;

  /** @param {number | null} rev */
  function hear(rev) {
    heard = Date.now();
    told(rev);
  }

  function begin() {
    const end = listen(`/c/${encodeURIComponent(contest)}/events`, (rev) => {
      own = rev;
      channel?.postMessage({ rev });
      hear(rev);
    });
    return () => {
      own = undefined;
      end();
    };
  }

  const seat = !channel ? alone(begin) : "locks" in navigator ? byLock(name, begin) : byWord(channel, begin);
  channel?.addEventListener("message", ({ data }) => {
    if (data.rev !== undefined) hear(data.rev);
    else if (data.asks && own !== undefined) channel.postMessage({ rev: own });
  });
  seat.wait();
  channel?.postMessage({ asks: true });

  // A line that is dead, and a tab that the browser has put to sleep with the stream in its hands, both say nothing.
  function look() {
    if (document.hidden || Date.now() - heard < SILENT_MS) return;
    hear(null);
    seat.claim();
  }
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => seat.leave());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    hear(null);
    seat.wait();
  });
}
