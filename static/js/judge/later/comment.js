// A judge writes to the entrant himself, once his sheet is handed in. A record like any other: kept, sent by itself;
// the newest counts, an empty one takes it back. What is typed is kept with every key, as the page may be closed under it.

import { called } from "../called.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { lacking } from "../states.js";
import { say } from "../words.js";

/** @typedef {{text: string, named: boolean}} Written */

/** The judge's newest comment: the phone's own record, or what another phone of his wrote after it, as the server tells.
 * @param {Desk} desk @param {Entry} entry @returns {Written & {where: Where | ""}} */
export function commentOf(desk, entry) {
  const told = entry.comment;
  const mine = desk.held.filter(({ record }) => record.kind === "comment" && record.entry_id === entry.id).pop();
  const later = told && mine && mine.where === "handed" && mine.rev <= desk.pack.server_rev && told.revision_id !== mine.revision_id;
  if (mine && !later) {
    const { text, named } = /** @type {CommentContent} */ (mine.record);
    return { text, named, where: mine.where };
  }
  return told ? { text: told.text, named: told.named, where: "handed" } : { text: "", named: false, where: "" };
}

/** @param {Entry} entry */
const draftOf = (entry) => `comment/${entry.id}`;

/** Keep a comment in the outbox; what was typed need not be kept beside it any more.
 * @param {Desk} desk @param {Entry} entry @param {Written} written */
export async function speak(desk, entry, { text, named }) {
  /** @type {CommentContent} */
  const content = { kind: "comment", ...desk.stamp(), entry_id: entry.id, text: text.trim(), named };
  await desk.write(async () => {
    const held = await desk.outbox.append(content, (tx) => tx.put("meta", null, draftOf(entry)));
    desk.held = [...desk.held, held];
  });
  desk.send();
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const entry = desk.entry(desk.place.entry);
  return entry ? html`<${Writing} key=${entry.id} desk=${desk} frame=${frame} entry=${entry} />` : null;
}

/** @param {Where | ""} where @returns {[string, string]} word and tone */
function wordOf(where) {
  if (!where) return [say("nothing on it yet"), "off"];
  if (where === "handed") return [say("handed in"), "ok"];
  if (where === "quarantined") return [say("handed in, awaits a decision"), "ok"];
  return where === "waiting" ? [say("kept on this phone"), "wait"] : [say("please look"), "bad"];
}

/** @param {{desk: Desk, frame: Frame, entry: Entry}} props */
function Writing({ desk, frame, entry }) {
  const before = commentOf(desk, entry);
  const [typed, type] = useState(/** @type {Written} */ (before));
  const [wrong, blame] = useState("");
  const touched = useRef(false);
  const handing = useRef(false);
  useEffect(() => {
    const draft = /** @type {Promise<Written | null | undefined>} */ (desk.store.get(draftOf(entry)));
    draft.then((kept) => kept && !touched.current && type(kept)).catch(() => undefined);
  }, []);
  const change = (/** @type {Partial<Written>} */ said) => {
    touched.current = true;
    const now = { text: typed.text, named: typed.named, ...said };
    type(now);
    desk.write(() => desk.store.set(draftOf(entry), now)).catch(() => undefined);
  };
  const handIn = async (/** @type {Written} */ written) => {
    if (handing.current) return;
    handing.current = true;
    const kept = await speak(desk, entry, written).then(() => true, () => false);
    handing.current = false;
    if (!kept) return void blame(say("The phone did not write it down. Try again; if it stays so, use paper."));
    const [next] = lacking(desk, called(desk)); // called while he wrote
    frame.open(next ? { view: "sheet", entry: next.id } : { view: "stops" });
    frame.tell(written.text.trim() ? say("Comment: kept on this phone, sent by itself.") : say("Comment taken back: kept on this phone, sent by itself."));
  };
  const [word, tone] = wordOf(before.where);
  const refused = before.where === "rejected" || before.where === "mismatch";
  const same = !refused && typed.text.trim() === before.text && typed.named === before.named;
  return html`<main class="page" id="main">
      <div class="sheethead"><h2>${entry.name}</h2><span class="state ${tone}">${word}</span></div>
      <p>${say("The entrant's unit reads it once the score is read out, not before. No other judge does.")}<br />${say("The organiser sees that it is yours.")}</p>
      ${refused && html`<p class="notice bad" role="alert">${say("The server did not take this comment. It is kept on this phone.")} ${say("See that your sheet is handed in and hand the comment in again, or tell the organiser.")}</p>`}
      <label class="note">${say("Your comment")}
        <textarea rows="6" maxlength="1000" value=${typed.text} onInput=${(/** @type {{target: HTMLTextAreaElement}} */ event) => change({ text: event.target.value })}></textarea></label>
      <div class="chips" role="group" aria-label=${say("My name")}>
        ${[false, true].map((named) => html`<button type="button" class="btn" key=${named} aria-pressed=${named === typed.named} onClick=${() => change({ named })}>${named ? say("With my name") : say("Without my name")}</button>`)}
      </div>
      ${wrong && html`<p class="notice bad" role="alert">${wrong}</p>`}
      ${before.text && html`<button type="button" class="btn wide quiet" onClick=${() => handIn({ text: "", named: typed.named })}>${say("Take the comment back")}</button>`}
    </main>
    <div class="hold"><button type="button" class="btn primary wide" disabled=${!typed.text.trim() || same} onClick=${() => handIn(typed)}>${say("Hand in the comment")}</button></div>`;
}
