// A judge should not mark this: why, in a tap or his own words. A request like a paper slip: it is kept, sent by itself,
// and the organiser answers it. What is marked already stays on the phone.

import { html, useState } from "../html.js";
import { say } from "../words.js";

/** Keep a request in the outbox, like any record. @param {Desk} desk @param {Entry} entry @param {string} reason */
export async function askOut(desk, entry, reason) {
  /** @type {RecusalContent} */
  const content = { kind: "recusal", ...desk.stamp(), entry_id: entry.id, reason };
  await desk.write(async () => {
    const held = await desk.outbox.append(content);
    desk.held = [...desk.held, held];
  });
  desk.send();
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const entry = desk.entry(desk.place.entry);
  const [reason, write] = useState("");
  const [wrong, blame] = useState("");
  if (!entry) return null;
  const reasons = [say("It is my own unit"), say("A relative of mine works there"), say("I took part in this project")];
  const ask = async () => {
    const kept = await askOut(desk, entry, reason.trim()).then(() => true, () => false);
    if (!kept) return blame(say("The phone did not write it down. Try again; if it stays so, use paper."));
    frame.open({ view: "stops" });
    frame.tell(say("Asked to be recused: kept on this phone, sent by itself."));
  };
  return html`<main class="page" id="main">
      <h2>${entry.name}</h2>
      <p>${say("Say why you should not mark this. The organiser answers; until then you need not mark it.")}</p>
      <div class="chips" role="group" aria-label=${say("Reason")}>
        ${reasons.map((one) => html`<button type="button" class="btn" key=${one} aria-pressed=${one === reason} onClick=${() => write(one === reason ? "" : one)}>${one}</button>`)}
      </div>
      <label class="note">${say("Reason")}
        <textarea rows="3" maxlength="200" value=${reason} onInput=${(/** @type {{target: HTMLTextAreaElement}} */ event) => write(event.target.value)}></textarea></label>
      ${wrong && html`<p class="notice bad" role="alert">${wrong}</p>`}
    </main>
    <div class="hold"><button type="button" class="btn primary wide" disabled=${!reason.trim()} onClick=${ask}>${say("Ask to be recused")}</button></div>`;
}
