// The operator's page by keys alone, as from a presenter in the hand. What is pressed are the page's own buttons.

import { fit } from "./fit.js";

/** Which button a key presses. @type {Record<string, string>} */
const KEYS = {
  ArrowRight: "[data-next]",
  PageDown: "[data-next]",
  ArrowLeft: "[data-back]",
  PageUp: "[data-back]",
  b: "[data-blank]",
  B: "[data-blank]",
};

const screens = () => [...document.querySelectorAll(".onscreen")];
const chosen = () => screens().find((one) => `#${one.id}` === location.hash) ?? screens()[0];
let pressed = false;

function mark() {
  const its = chosen();
  for (const one of screens()) one.classList.toggle("chosen", one === its && screens().length > 1);
}

addEventListener("keydown", (event) => {
  const where = event.target instanceof Element && event.target.closest("input, select, textarea, summary");
  if (where || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const its = event.key >= "1" && event.key <= "9" ? screens()[Number(event.key) - 1] : undefined;
  if (its) {
    history.replaceState(null, "", `#${its.id}`);
    its.scrollIntoView({ block: "nearest" });
    return mark();
  }
  const button = chosen()?.querySelector(KEYS[event.key] ?? ":not(*)");
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  // The page comes back after each: whoever presses twice in a moment means once.
  if (!pressed && !button.disabled) button.click();
  pressed = pressed || !button.disabled;
});

/** The small pictures: once now, and again when the page has made itself new. */
function draw() {
  mark();
  fit(document);
}
let waiting = 0;
const live = document.querySelector("[data-live]");
if (live) {
  new MutationObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 50);
  }).observe(live, { childList: true, subtree: true, characterData: true });
}
addEventListener("pageshow", () => (pressed = false));
addEventListener("resize", draw);
draw();
