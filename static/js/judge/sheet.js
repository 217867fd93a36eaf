// One score sheet: a line per item, the pad below, and what is missing said in words.

import { begin, standing } from "./findings.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { stateLine } from "./line.js";
import { decimals, fullMarks, plain, read, shown, signed, subtotal, unmarked, unusual } from "./marks.js";
import { Pad } from "./pad.js";
import { nextOpen, note, objection, press, step, submit, unexplained } from "./sheets.js";
import { count, named, say } from "./words.js";

/** @param {Desk} desk @param {Entry} entry @returns {[string, string]} where this sheet lies: word and tone */
function whereOf(desk, entry) {
  if (desk.lost) return [say("not kept"), "bad"];
  if (desk.saving) return [say("keeping …"), "off"];
  const state = desk.state(entry);
  if (state.kind === "none") return [say("nothing on it yet"), "off"];
  if (state.kind === "done" && state.where === "server") return [say("handed in"), "ok"];
  if (state.kind === "done" && state.where === "pending") return [say("handed in, awaits a decision"), "ok"];
  return [say("kept on this phone"), "wait"];
}

/** @param {{desk: Desk, frame: Frame, entry: Entry}} props */
export function SheetPage({ desk, frame, entry }) {
  const sheet = desk.sheet(entry);
  const items = desk.items(entry);
  const here = Math.min(desk.place.item || 0, items.length - 1);
  const [refusal, refuse] = useState("");
  const [fresh, setFresh] = useState(true);
  const [writing, write] = useState(false);
  const [asked, ask] = useState(false);
  const line = useRef(/** @type {HTMLElement | null} */ (null));
  const item = items[here];
  useEffect(() => {
    if (line.current) line.current.scrollIntoView({ block: refusal ? "end" : "nearest" });
  }, [here, refusal]);
  if (!item) return html`<main class="page" id="main"><p>${say("There is no form for this entry yet. Please tell the organiser.")}</p></main>`;

  const missing = unmarked(sheet.ticks);
  const state = desk.state(entry);
  const go = (/** @type {number} */ index) => {
    refuse("");
    setFresh(true);
    desk.go({ ...desk.place, item: index });
  };
  const move = () => {
    const why = objection(sheet.typed[here] || "", item);
    if (why) return refuse(why);
    const open = nextOpen(sheet, here);
    return go(open >= 0 ? open : (here + 1) % items.length);
  };
  const handIn = () => {
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
    return submit(desk, entry).then(
      () => {
        frame.back();
        frame.tell(say("{name}: marked, kept on this phone, sent by itself.", { name: entry.name }));
      },
      () => refuse(say("The phone did not write it down. Try again; if it stays so, use paper.")),
    );
  };
  const onKey = (/** @type {string} */ key) => {
    if (key === "next") return move();
    if (key === "submit") return handIn();
    refuse("");
    if (key === "up" || key === "down") step(desk, entry, here, key === "up" ? 1 : -1);
    else refuse(press(desk, entry, here, key, fresh));
    return setFresh(false);
  };

  const found = standing(desk, entry.id);
  const [where, tone] = whereOf(desk, entry);
  const total = html`${say("{done}/{all} items", { done: items.length - missing, all: items.length })} <b>${subtotal(sheet.ticks, items)}</b>`;
  const handed = state.kind === "done" && !sheet.edited;
  let criterion = "";
  return html`<main class="page sheet" id="main">
      <div class="sheethead"><small>${say("Full marks {full}", { full: fullMarks(items) })}</small><span class="state ${tone}">${where}</span></div>
      ${items.map((one, i) => {
        const head = named(one.criterion) !== criterion && named(one.criterion) !== named(one.name) ? named(one.criterion) : "";
        criterion = named(one.criterion);
        const typed = sheet.typed[i] || "";
        const on = i === here;
        const ticks = sheet.ticks[i];
        // The line being typed shows what was typed; the others their mark, decimals under decimals.
        const mark = on || typeof ticks !== "number" ? typed : shown(ticks, one);
        const why = on ? refusal : "ticks" in read(typed, one) ? "" : objection(typed, one);
        return html`${head && html`<h3 class="criterion">${head}</h3>`}
          <button type="button" key=${one.id} class=${on ? "line on" : "line"} aria-pressed=${on} ref=${on ? line : null} onClick=${() => go(i)}>
            <span><b class="name">${named(one.name)}</b><small>${one.floor ? say("{low} to {full}", { low: plain(one.floor, one), full: plain(one.full, one) }) : say("full {full}", { full: plain(one.full, one) })}</small></span>
            <b class=${mark ? "mark" : "mark none"} aria-label=${mark || say("not marked")}>${mark || "—"}</b>
            ${why ? html`<span class="why" role="alert">${why}</span>` : null}
            ${!why && unusual(sheet.ticks[i], one) && one.usual && !sheet.note.trim()
              ? html`<span class="why mild">${say("Usually {low} to {high}: please note a reason.", { low: plain(one.usual[0], one), high: plain(one.usual[1], one) })}</span>`
              : null}
          </button>`;
      })}
      <div class="tools">
        <button type="button" class="btn" onClick=${() => begin(desk, entry, "problem")}>${say("Problem · photo")}</button>
        <button type="button" class="btn" onClick=${() => begin(desk, entry, "highlight")}>${say("Highlight")}</button>
        <button type="button" class="btn" aria-expanded=${writing} onClick=${() => write(!writing)}>${sheet.note.trim() ? say("Note ✓") : say("Note")}</button>
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
          <div class="sum"><span>${total}</span><small class=${stateLine(desk).tone}>${stateLine(desk).short}</small></div>
          <${Pad} step=${item.step} point=${decimals(item.step) > 0} sign=${signed(item)} onKey=${onKey} ready=${!missing && !handed} last=${nextOpen(sheet, here) < 0 && here === items.length - 1}
            submit=${missing ? count(missing, "{n} open", "{n} open") : handed ? say("marked") : say("Hand in")} />
        </footer>`}`;
}
