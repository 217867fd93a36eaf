// The console is worked from the keyboard: Enter takes the one next step, wherever the focus is but in a field or on
// another key; T starts and stops the clock. A step is sent once: a second press waits for the fresh page.

import "./awake.js";

const READ_MS = 700; // a key that has just taken another's place has not been read yet

let sent = false;
let shown = "";
let since = 0;

/** @returns {HTMLElement | null} */
function theKey() {
  const key = /** @type {HTMLElement | null} */ (document.querySelector("[data-next]"));
  const name = (key && key.dataset.key) || "";
  if (name !== shown) [shown, since] = [name, performance.now()];
  return key;
}

theKey();
since = -READ_MS;
new MutationObserver(theKey).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-key"] });

document.addEventListener("keydown", (event) => {
  const at = /** @type {HTMLElement | null} */ (document.activeElement);
  if (event.key !== "Enter" || event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (at && at !== document.body && !at.matches("[data-next], [data-live]")) return;
  const key = theKey();
  if (!key) return;
  event.preventDefault();
  if (performance.now() - since > READ_MS) key.click();
});

document.addEventListener("keydown", (event) => {
  const at = event.target instanceof Element && event.target.closest("input, select, textarea");
  if (event.code !== "KeyT" || at || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = /** @type {HTMLElement | null} */ (document.querySelector("[data-clock]"));
  if (key) key.click();
});

/** When this page was first told each moment of the server's own clock: the two may differ by minutes. @type {Map<string, number>} */
const heard = new Map();

function tick() {
  for (const face of document.querySelectorAll("[data-face]")) {
    const { since, at = "", limit } = /** @type {HTMLElement} */ (face).dataset;
    if (!since) continue;
    const then = heard.get(at) ?? performance.now();
    heard.set(at, then);
    const seconds = Math.max(0, Math.floor((Date.parse(at) - Date.parse(since) + performance.now() - then) / 1000));
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (face.textContent !== text) face.textContent = text;
    face.parentElement?.classList.toggle("over", Number(limit) > 0 && seconds > Number(limit));
  }
}
tick();
setInterval(tick, 250);

document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

// Back from another page by the browser's own key: the page as it was, and nothing is under way.
window.addEventListener("pageshow", () => void (sent = false));
