// One stream from the server. A browser comes back by itself after a broken line, but not after a refusal.

const FIRST_MS = 5_000;
const MOST_MS = 60_000;
const CLOSED = 2;

/**
 * @param {string} address
 * @param {(rev: number | null) => void} told the contest's revision, again and again; null while nothing is heard
 * @returns {() => void} what ends it
 */
export function listen(address, told) {
  /** @type {EventSource | null} */
  let source = null;
  let timer = 0;
  let wait = FIRST_MS;

  function open() {
    const opened = new EventSource(address);
    source = opened;
    opened.onmessage = (event) => {
      wait = FIRST_MS;
      told(JSON.parse(event.data).rev);
    };
    opened.onerror = () => {
      told(null);
      if (opened.readyState !== CLOSED) return;
      clearTimeout(timer);
      // Not all at the same moment: forty boards were refused at once.
      timer = setTimeout(open, wait * (0.5 + Math.random()));
      wait = Math.min(2 * wait, MOST_MS);
    };
  }

  if (typeof EventSource === "function") open();
  else told(null);
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
