// The state line: always there, and only what receipts prove.

import { html } from "./html.js";
import { tally } from "./states.js";
import { clock, count, say } from "./words.js";

/**
 * What is where, in one sentence, with what follows from it.
 * @param {Desk} desk @returns {{tone: "ok" | "wait" | "bad", text: string, more: string, short: string}}
 */
export function stateLine(desk) {
  const now = tally(desk);
  const waiting = now.phone + now.findings + now.signatures + now.requests + now.comments + now.photos;
  if (desk.lost) {
    return { tone: "bad", text: say("Not kept! The phone did not write it down."), more: say("Do not close this page. Note your last marks on paper."), short: say("not kept") };
  }
  const parts = [];
  if (now.phone) parts.push(count(now.phone, "{n} sheet", "{n} sheets"));
  if (now.findings) parts.push(count(now.findings, "{n} note", "{n} notes"));
  if (now.signatures) parts.push(say("signature"));
  if (now.requests) parts.push(say("request to be recused"));
  if (now.comments) parts.push(say("comment"));
  if (now.photos) parts.push(count(now.photos, "{n} photo", "{n} photos"));
  const sheets = now.look ? count(now.look, "{n} sheet needs you", "{n} sheets need you") : "";
  const notTaken = now.notTaken ? say("notes or photos not taken: {n}", { n: now.notTaken }) : "";
  const look = [sheets, notTaken].filter(Boolean).join(say(", "));
  const changed = now.changed ? count(now.changed, "{n} changed sheet not handed in", "{n} changed sheets not handed in") : "";
  const kept = parts.join(say(", "));
  const short = waiting ? say("{what} to send", { what: kept }) : say("{n} handed in ✓", { n: now.handed });
  if (desk.contact === "badge") {
    const safe = waiting ? say("{what} kept on this phone; nothing is lost.", { what: kept }) : "";
    return { tone: "wait", text: say("Scan your badge again to send."), more: [safe, look, changed].filter(Boolean).join(" · "), short };
  }
  if (desk.contact === "revoked") {
    // What counts may be other marks by now, and this phone is not told of them.
    return { tone: "bad", text: say("The organiser has taken this phone off."), more: say("What it held is handed over and awaits the organiser's decision; what is shown here may be out of date. Ask the organiser before you mark on."), short: say("phone taken off") };
  }
  if (desk.contact === "other_judge") {
    return { tone: "bad", text: say("Another judge has joined on this phone."), more: say("What you marked is kept here. Scan your own badge again to send it."), short };
  }
  if (waiting) {
    const portal = desk.contact === "portal" ? say("This network wants you to log in first.") : "";
    return { tone: "wait", text: say("{what} kept on this phone, sent when there is a network", { what: kept }), more: [portal, look, changed].filter(Boolean).join(" · "), short };
  }
  // Never "all handed in" beside a sheet that was not taken, or marks that were changed since.
  const rest = now.handed ? say("{n} handed in ✓", { n: now.handed }) : "";
  if (look) return { tone: "bad", text: look, more: [changed, rest].filter(Boolean).join(" · "), short: look };
  if (changed) return { tone: "wait", text: changed, more: rest, short: changed };
  const since = desk.confirmedAt ? clock(desk.confirmedAt) : "";
  const looks = now.pending ? count(now.pending, "{n} of them awaits the organiser's decision", "{n} of them await the organiser's decision") : "";
  if (!now.handed) return { tone: "ok", text: say("Nothing to hand in yet"), more: since, short: say("nothing yet") };
  return { tone: "ok", text: count(now.handed, "{n} sheet handed in ✓", "All {n} sheets handed in ✓"), more: [since, looks].filter(Boolean).join(" · "), short };
}

/** @param {{desk: Desk}} props */
export function StateLine({ desk }) {
  const { tone, text, more } = stateLine(desk);
  return html`<button type="button" class="stateline ${tone}" onClick=${() => desk.send()}>
    <span class="words" role="status"><b>${text}</b>${more ? html` <span>${more}</span>` : null}</span>
    <span class="now">${say("Send now")}</span>
  </button>`;
}
