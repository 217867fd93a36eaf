// One score sheet: a line per item, the pad below, and what is missing said in words.

import { Earlier } from "./earlier.js";
import { begin, standing } from "./findings.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { stateLine } from "./line.js";
import { decimals, signed, subtotal, unmarked } from "./marks.js";
import { Pad } from "./pad.js";
import { SheetTold } from "./sheethead.js";
import { SheetLine } from "./sheetline.js";
import { nextOpen, note, objection, press, step, submit, undo, unexplained } from "./sheets.js";
import { submitted, wishOf } from "./states.js";
import { count, named, say } from "./words.js";

/** @param {{desk: Desk, frame: Frame, entry: Entry}} props */
export function SheetPage({ desk, frame, entry }) {
  const sheet = desk.sheet(entry);
  const items = desk.items(entry);
  // Two keys may come before anything is drawn: where the judge is, and what is missing, is asked when a key is pressed.
  const at = () => Math.min(desk.place.item || 0, items.length - 1);
  const here = at();
  const [refusal, refuse] = useState("");
  const [undone, tellUndone] = useState("");
  const fresh = useRef(true); // the next key begins the mark anew
  const [writing, write] = useState(false);
  const [asked, ask] = useState(false);
  const handing = useRef(false);
  const line = useRef(/** @type {HTMLElement | null} */ (null));
  const item = items[here];
  useEffect(() => {
    if (line.current) line.current.scrollIntoView({ block: refusal ? "end" : "nearest" });
  }, [here, refusal, undone]);
  if (!item) return html`<main class="page" id="main"><p>${say("There is no form for this entry yet. Please tell the organiser.")}</p></main>`;

  const missing = unmarked(sheet.ticks);
  const state = desk.state(entry);
  const go = (/** @type {number} */ index) => {
    refuse("");
    tellUndone("");
    fresh.current = true;
    desk.go({ ...desk.place, item: index });
  };
  const move = () => {
    const [sheet, here] = [desk.sheet(entry), at()];
    const why = objection(sheet.typed[here] || "", /** @type {Item} */ (items[here]));
    if (why) return refuse(why);
    const open = nextOpen(sheet, here);
    return go(open >= 0 ? open : (here + 1) % items.length);
  };
  const handIn = () => {
    const [sheet, here] = [desk.sheet(entry), at()];
    const missing = unmarked(sheet.ticks);
    if (missing) {
      const index = sheet.ticks.findIndex((mark, i) => mark === null && (i !== here || missing === 1));
      const names = items.filter((_, i) => sheet.ticks[i] === null).map((one) => named(one.name));
      go(index);
      const why = objection(sheet.typed[index] || "", /** @type {Item} */ (items[index]));
      return refuse(why || say("Still to mark: {names}", { names: names.join(say(", ")) }));
    }
    if (unexplained(desk, entry) && !asked) {
      ask(true);
      return write(true);
    }
    write(false);
    // A slow phone is pressed again, or left, before the sheet is written down.
    if (handing.current) return undefined;
    handing.current = true;
    return submit(desk, entry).then(
      () => {
        if (desk.place.view === "sheet" && desk.place.entry === entry.id) frame.back();
        frame.tell(say("{name}: marked, kept on this phone, sent by itself.", { name: entry.name }));
      },
      () => {
        handing.current = false;
        refuse(say("The phone did not write it down. Try again; if it stays so, use paper."));
      },
    );
  };
  const onKey = (/** @type {string} */ key) => {
    if (key === "next") return move();
    if (key === "submit") return handIn();
    refuse("");
    tellUndone("");
    if (key === "up" || key === "down") step(desk, entry, at(), key === "up" ? 1 : -1, fresh.current);
    else refuse(press(desk, entry, at(), key, fresh.current));
    fresh.current = false;
  };

  const takeBack = () => {
    const index = undo(desk, entry);
    const line = items[index];
    if (!line) return;
    go(index);
    const [name, mark] = [named(line.name), sheet.typed[index] || ""];
    tellUndone(mark ? say("Undone: {name} is {mark} again.", { name, mark }) : say("Undone: {name} is not marked again.", { name }));
  };

  const found = standing(desk, entry.id);
  const total = html`${say("{done}/{all} items", { done: items.length - missing, all: items.length })} <b>${subtotal(sheet.ticks, items)}</b>`;
  const handed = state.kind === "done" && !sheet.edited;
  const wish = wishOf(desk, entry);
  let criterion = "";
  return html`<main class="page sheet" id="main">
      <${SheetTold} desk=${desk} entry=${entry} />
      ${items.map((one, i) => {
        const head = named(one.criterion) !== criterion && named(one.criterion) !== named(one.name) ? named(one.criterion) : "";
        criterion = named(one.criterion);
        return html`${head && html`<h3 class="criterion">${head}</h3>`}
          <${SheetLine} key=${one.id} item=${one} sheet=${sheet} index=${i} on=${i === here} told=${refusal || undone} refused=${!!refusal} here=${line} onGo=${() => go(i)} />`;
      })}
      <div class="tools">
        <button type="button" class="btn" onClick=${() => begin(desk, entry, "problem")}>${say("Problem · photo")}</button>
        <button type="button" class="btn" onClick=${() => begin(desk, entry, "highlight")}>${say("Highlight")}</button>
        <button type="button" class="btn" aria-expanded=${writing} onClick=${() => write(!writing)}>${sheet.note.trim() ? say("Note ✓") : say("Note")}</button>
        ${desk.pack.stage && submitted(sheet) && html`<button type="button" class="btn" onClick=${() => frame.open({ view: "comment", entry: entry.id })}>${say("Comment to the entrant")}</button>`}
        ${wish !== "open" && html`<button type="button" class="btn" onClick=${() => frame.open({ view: "recuse", entry: entry.id })}>${say("I should not mark this")}</button>`}
      </div>
      ${found.map((one) => html`<button type="button" class="found" onClick=${() => frame.open({ view: "finding", entry: entry.id, finding: one.finding_id })}>
        <span class=${one.state === "problem" ? "plum" : "jade"}>${one.state === "problem" ? say("Problem") : say("Highlight")}</span> ${one.text || count(one.files.length, "{n} photo", "{n} photos")}</button>`)}
      ${writing &&
      html`<label class="note">${asked && unexplained(desk, entry) ? say("Some marks are outside the usual range. One sentence why:") : say("Note to this sheet")}
        <textarea rows="3" maxlength="500" value=${sheet.note} onInput=${(/** @type {{target: HTMLTextAreaElement}} */ event) => note(desk, entry, event.target.value)}></textarea></label>
        <button type="button" class="btn wide" onClick=${() => (asked && !missing ? handIn() : write(false))}>${asked && !missing ? (sheet.note.trim() ? say("Hand in") : say("Hand in without a reason")) : say("The note is written")}</button>`}
    </main>
    ${writing
      ? null
      : html`<footer class="padfoot">
          <div class="sum"><p><span>${total}</span> <small class=${stateLine(desk).tone}>${stateLine(desk).short}</small></p>
            <button type="button" class="btn" disabled=${!sheet.undo} onClick=${takeBack}>${say("Undo")}</button>
            <${Earlier} key=${item.id} desk=${desk} entry=${entry} item=${item} /></div>
          <${Pad} step=${item.step} point=${decimals(item.step) > 0} sign=${signed(item)} onKey=${onKey} ready=${!missing && !handed} last=${nextOpen(sheet, here) < 0 && here === items.length - 1}
            submit=${missing ? count(missing, "{n} open", "{n} open") : handed ? say("marked") : say("Hand in")} />
        </footer>`}`;
}
