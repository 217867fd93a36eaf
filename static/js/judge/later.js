// Pages that are not needed to begin: fetched as soon as the first page stands and its data are here. Without a worker
// they must be here before the network goes, so nobody waits for a tap to fetch them.

import { html, useEffect, useState } from "./html.js";
import { say } from "./words.js";

/** The modules of later/ with a `Page`. */
const NAMES = ["finding", "more", "county", "decide", "sign", "summary", "recuse", "comment", "frames"];

/** @type {Map<string, Promise<unknown>>} */
const asked = new Map();
/** @type {Map<string, any>} */
const here = new Map();
let failures = 0;

/** @param {string} name @returns {Promise<unknown>} */
function fetched(name) {
  const before = asked.get(name);
  if (before) return before;
  // Browsers remember for the life of the page that a module could not be had: another try needs another address.
  const coming = import(`./later/${name}.js${failures ? `?${failures}` : ""}`).then(
    (module) => void here.set(name, module.Page),
    (error) => {
      failures += 1;
      asked.delete(name);
      throw error;
    },
  );
  asked.set(name, coming);
  return coming;
}

/** Fetch what is not here yet; there is a network now. */
export function ahead() {
  for (const name of NAMES) fetched(name).catch(() => undefined);
}

/** @param {{name: string, desk: Desk, frame: Frame}} props */
export function Later({ name, desk, frame }) {
  const [state, set] = useState("");
  const load = () => {
    set("");
    fetched(name).then(
      () => set("here"),
      () => set("lost"),
    );
  };
  useEffect(() => {
    if (!here.has(name)) load();
  }, [name]);
  if (here.has(name)) return html`<${here.get(name)} key=${name} desk=${desk} frame=${frame} />`;
  return html`<main class="page" id="main">
    <p class="notice wait" role="status">${state === "lost" ? say("This page needs the network once; if that does not help, open the page anew. Nothing is lost.") : say("One moment")}</p>
    ${state === "lost" && html`<button type="button" class="btn wide" onClick=${load}>${say("Try again")}</button>`}
  </main>`;
}
