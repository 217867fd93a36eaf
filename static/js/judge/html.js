// The one door to the library that draws the pages, with the small pieces all pages share.

import { html, render, useEffect, useRef, useState } from "../../vendor/htm-preact.js";

export { html, render, useEffect, useRef, useState };

/**
 * What is shown only while a finger, a pen or a key rests on it: a neighbour is watching.
 * @param {(shown: boolean) => void} show
 */
export function whileTouched(show) {
  const on = () => show(true);
  const off = () => show(false);
  return {
    onPointerDown: on,
    onPointerUp: off,
    onPointerLeave: off,
    onPointerCancel: off,
    onBlur: off,
    onKeyDown: (/** @type {KeyboardEvent} */ event) => (event.key === " " || event.key === "Enter") && show(true),
    onKeyUp: off,
    // A long touch would open the browser's own menu over the number.
    onContextMenu: (/** @type {Event} */ event) => event.preventDefault(),
  };
}
