// The console is worked from the keyboard: Enter takes the one next step, wherever the focus is but in a field or on
// another key. A step is sent once: a second press waits for the fresh page.

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

document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

// Back from another page by the browser's own key: the page as it was, and nothing is under way.
window.addEventListener("pageshow", () => void (sent = false));
