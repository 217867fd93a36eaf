// The frame round every page of the phone: who, which day, back, the page itself, and the state line.

import { Exposed } from "./check.js";
import { html } from "./html.js";
import { Later } from "./later.js";
import { StateLine } from "./line.js";
import { SheetPage } from "./sheet.js";
import { SheetHead } from "./sheethead.js";
import { dayName, dayOf, Stops } from "./stops.js";
import { say } from "./words.js";

/** @param {{desk: Desk, frame: Frame, told: string}} props */
export function App({ desk, frame, told }) {
  const { place, pack } = desk;
  const entry = desk.entry(place.entry);
  const finding = place.finding ? desk.findings.get(place.finding) : undefined;
  let page = html`<${Stops} desk=${desk} frame=${frame} />`;
  let title = "";
  let line = true;
  const later = (/** @type {string} */ name, /** @type {string} */ called) => {
    page = html`<${Later} name=${name} desk=${desk} frame=${frame} />`;
    title = called;
  };
  if (place.view === "sheet" && entry && !entry.recused) {
    page = html`<${SheetPage} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} />`;
    title = entry.name;
    line = false; // the pad carries it there
  } else if (place.view === "finding" && finding) later("finding", finding.state === "problem" ? say("Problem · photo") : say("Highlight"));
  else if (place.view === "decide" && entry) later("decide", say("Please decide"));
  else if (place.view === "county") later("county", say("Compare by unit"));
  else if (place.view === "summary") later("summary", say("Hand in: overview"));
  else if (place.view === "sign") later("sign", say("Sign"));
  else if (place.view === "recuse" && entry) later("recuse", say("Recusal"));
  else if (place.view === "comment" && entry) later("comment", say("Comment to the entrant"));
  else if (place.view === "codes") later("frames", say("Codes to scan"));
  else if (place.view === "more") later("more", say("More"));
  const who = say("Judge {number} · {name}", { number: pack.judge.number, name: pack.judge.name });
  const day = dayOf(desk);
  return html`
    <header class="head">
      ${title
        ? html`<button type="button" class="back" aria-label=${say("Back")} onClick=${() => frame.back()}>‹</button><div class="who"><h1>${title}</h1>${!line && entry && html`<${SheetHead} desk=${desk} entry=${entry} />`}</div>`
        : html`<div class="who"><h1>${[day && dayName(day), pack.contest.name].filter(Boolean).join(" · ")}</h1><small>${who}</small></div>
            <button type="button" class="morebutton" onClick=${() => frame.open({ view: "more" })}>${say("More")}</button>`}
    </header>
    ${page}
    <div class="over"><p class="told" role="status">${told}</p></div>
    ${line && html`<footer><${StateLine} desk=${desk} /></footer>`}`;
}

/**
 * The page where there is no desk yet, or none can be had.
 * @param {{title: string, text: string, tone: "ok" | "wait" | "bad", deeds: {word: string, act: () => void}[]}} props
 */
export function Gate({ title, text, tone, deeds }) {
  return html`<main class="page gate" id="main">
    <h1>${title}</h1>
    <p class="notice ${tone}">${text}</p>
    <${Exposed} />
    ${deeds.map((deed, i) => html`<button type="button" class=${i ? "btn wide" : "btn primary wide"} onClick=${deed.act}>${deed.word}</button>`)}
  </main>`;
}
