// The number pad. Real buttons, no slider, no keyboard of the system: that one covers half the sheet and moves it.

import { html, useEffect } from "./html.js";
import { say } from "./words.js";

/** @type {readonly (readonly string[])[]} */
const ROWS = [
  ["7", "8", "9", "down"],
  ["4", "5", "6", "up"],
  ["1", "2", "3", "next"],
  ["0", ".", "back", "submit"],
];

/** The keys of an item. The sign stands where it takes least: for the point, or else for a step down. @param {boolean} point @param {boolean} sign */
function rowsFor(point, sign) {
  const gone = point ? "down" : ".";
  return sign ? ROWS.map((row) => row.map((key) => (key === gone ? "sign" : key))) : ROWS;
}

/**
 * A finger presses a key when it leaves it. The browser's own click comes later, on a slow phone much later, and not at
 * all while another finger rests on the glass; so the finger is told that nothing more is to come. Mouse, keyboard and
 * reading aids press by a click as everywhere.
 * @param {() => void} act
 */
function underFinger(act) {
  return {
    onClick: act,
    onTouchEnd: (/** @type {TouchEvent & {currentTarget: HTMLButtonElement}} */ event) => {
      const [finger] = event.changedTouches;
      const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect();
      if (!finger || !event.cancelable || event.currentTarget.disabled) return;
      event.preventDefault();
      if (finger.clientX >= left && finger.clientX <= right && finger.clientY >= top && finger.clientY <= bottom) act();
    },
  };
}

/**
 * @param {{step: string, submit: string, ready: boolean, point: boolean, sign: boolean, onKey: (key: string) => void, last: boolean}} props
 *   `submit` is what stands on the last key: what is missing, or that it hands in; `sign`: whether marks go below nought.
 */
export function Pad({ step, submit, ready, point, sign, onKey, last }) {
  useEffect(() => {
    const typed = (/** @type {KeyboardEvent} */ event) => {
      if (event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^[0-9.]$/.test(event.key)) onKey(event.key);
      else if (event.key === "Backspace") onKey("back");
      else if (event.key === "ArrowDown") onKey("next");
      else if (event.key === "-" && sign) onKey("sign");
      else if (event.key === "+" || event.key === "-") onKey(event.key === "+" ? "up" : "down");
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", typed);
    return () => document.removeEventListener("keydown", typed);
  });
  /** @type {Record<string, [string, string]>} */
  const named = {
    down: [`−${step}`, say("{step} less", { step })],
    up: [`+${step}`, say("{step} more", { step })],
    sign: ["+/−", say("above or below 0")],
    next: [last ? say("first ↑") : say("next ↓"), say("next item")],
    back: ["⌫", say("delete a digit")],
    submit: [submit, submit],
    ".": [".", say("decimal point")],
  };
  return html`<div class="pad" role="group" aria-label=${say("Number pad")}>
    ${rowsFor(point, sign).map((row) =>
      row.map((key) => {
        const [face, name] = named[key] || [key, key];
        const looks = key === "submit" ? (ready ? "go" : "go open") : key.length > 1 && key !== "back" && key !== "sign" ? "side" : "";
        return html`<button type="button" class=${looks} aria-label=${name} disabled=${key === "." && !point} ...${underFinger(() => onKey(key))}>${face}</button>`;
      }),
    )}
  </div>`;
}
