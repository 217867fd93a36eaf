// Which of the tabs holds the stream: HTTP/1.1 gives a browser six connections, and they are for the pages.
// A seat is taken by one tab at a time; ``begin`` is called when it is this one, and returns what ends it.

/**
 * @typedef {object} Seat
 * @property {() => void} wait sit down when nobody else sits there
 * @property {() => void} claim sit down now: whoever sits there has said nothing for too long
 * @property {() => void} leave
 */

/** @typedef {() => (() => void)} Begin */

/** By the browser's own locks (not over plain HTTP, and not before iOS 15.4). @param {string} name @param {Begin} begin @returns {Seat} */
export function byLock(name, begin) {
  let turn = 0;
  let queue = new AbortController();
  let rise = () => {};

  /** @param {boolean} steal */
  async function sit(steal) {
    const mine = ++turn;
    queue.abort();
    queue = new AbortController();
    let end = () => {};
    /** @returns {Promise<void>} */
    const seated = () =>
      new Promise((resolve) => {
        rise = resolve;
        end = begin();
      });
    try {
      await navigator.locks.request(name, steal ? { steal } : { signal: queue.signal }, seated);
    } catch {
      // Taken away by another tab, or given up while it was waited for.
    }
    end();
    if (mine === turn) void sit(false);
  }

  return {
    wait: () => void sit(false),
    claim: () => void sit(true),
    leave: () => {
      turn++;
      queue.abort();
      rise();
    },
  };
}

/** By word of mouth between the tabs; where two have sat down, the younger one stays. @param {BroadcastChannel} channel @param {Begin} begin @returns {Seat} */
export function byWord(channel, begin) {
  const me = Date.now() + Math.random();
  /** @type {(() => void) | null} */
  let end = null;
  let timer = 0;

  function sit() {
    clearTimeout(timer);
    end?.();
    end = begin();
    channel.postMessage({ sits: me });
  }
  function rise() {
    clearTimeout(timer);
    end?.();
    end = null;
  }
  /** @param {number} ms */
  function soon(ms) {
    clearTimeout(timer);
    timer = setTimeout(sit, ms * (1 + Math.random()));
  }

  channel.addEventListener("message", ({ data }) => {
    if (data.sits) {
      if (!end) clearTimeout(timer);
      else if (data.sits > me) rise();
      else channel.postMessage({ sits: me });
    } else if (data.asks && end) channel.postMessage({ sits: me });
    else if (data.leaves && !end) soon(200);
  });
  return {
    wait: () => {
      channel.postMessage({ asks: true });
      soon(300);
    },
    claim: sit,
    leave: () => {
      if (end) channel.postMessage({ leaves: true });
      rise();
    },
  };
}

/** Every tab for itself, while it is looked at. @param {Begin} begin @returns {Seat} */
export function alone(begin) {
  /** @type {(() => void) | null} */
  let end = null;
  const leave = () => {
    end?.();
    end = null;
  };
  const sit = () => {
    leave();
    if (!document.hidden) end = begin();
  };
  document.addEventListener("visibilitychange", sit);
  return { wait: sit, claim: sit, leave };
}
