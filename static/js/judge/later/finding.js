// A problem or a highlight: a photo, a sentence, or both. It is kept and queued by itself; there is nothing to save.

import { attach, describe, leaveOut, withdraw } from "../findings.js";
import { html, useState } from "../html.js";
import { photoOf } from "./picture.js";
import { holds, standingOf } from "../states.js";
import { named, say } from "../words.js";

const MOST = 20; // photos of one note, as the server takes them

/** A word and a shape each. @returns {[string, string][]} */
const severities = () => [["minor", `○ ${say("Minor")}`], ["considerable", `◐ ${say("Considerable")}`], ["serious", `● ${say("Serious")}`]];

/** Why. @param {number} status */
function notTaken(status) {
  if (status === 413) return say("The photo is too large.");
  if (status === 415) return say("The server cannot read this photo.");
  return say("The photo came damaged.");
}

/** @param {Desk} desk @param {Finding} finding @returns {[string, string]} */
function whereOf(desk, finding) {
  if (desk.lost) return [say("not kept"), "bad"];
  if (desk.saving) return [say("keeping …"), "off"];
  const { record, refused } = standingOf(desk, finding);
  if (record === "none") return [say("nothing on it yet"), "off"];
  if (record === "refused") return [say("please look"), "bad"];
  if (refused.length) return [say("photo not taken"), "bad"];
  const photos = finding.files.every((file) => desk.photos.some((photo) => photo.sha256 === file && photo.done));
  return record === "server" && photos ? [say("handed in"), "ok"] : [say("kept on this phone"), "wait"];
}

/** One tap chooses, another takes it back; never required.
 * @param {{title: string, desk: Desk, finding: Finding, field: "severity" | "category", choices: [string, string][]}} props */
function Chips({ title, desk, finding, field, choices }) {
  // Two taps may come before anything is drawn: what is chosen already is asked when one comes.
  const choose = (/** @type {string} */ id) => describe(desk, finding, { [field]: id === finding[field] ? "" : id });
  return html`<div class="chips" role="group" aria-label=${title}>
    ${choices.map(([id, name]) => html`<button type="button" class="btn" key=${id} aria-pressed=${id === finding[field]} onClick=${() => choose(id)}>${name}</button>`)}
  </div>`;
}

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  const finding = desk.findings.get(desk.place.finding || "");
  return finding ? html`<${FindingPage} key=${finding.finding_id} desk=${desk} frame=${frame} finding=${finding} />` : null;
}

/** @param {{desk: Desk, frame: Frame, finding: Finding}} props */
function FindingPage({ desk, frame, finding }) {
  const [working, work] = useState("");
  const [trouble, tell] = useState(frame.cameraLost ? say("The phone closed this page while the camera was open. The photo did not arrive; please take it again or choose it from the album.") : "");
  const [where, tone] = whereOf(desk, finding);
  const entry = desk.entry(finding.entry);
  // Written down while the finger is still on the button: the camera may cost us the page.
  const opening = () => void desk.store.set("camera", finding.finding_id).catch(() => undefined);
  const chosen = async (/** @type {{target: HTMLInputElement}} */ event, /** @type {string} */ instead = "") => {
    const input = event.target;
    tell("");
    // One after the other: two large pictures at once are more than a small phone holds.
    for (const file of [...(input.files || [])]) {
      if (!instead && finding.files.length >= MOST) {
        tell(say("One note holds {n} photos. For more, begin another note.", { n: MOST }));
        break;
      }
      work(" ");
      try {
        const photo = await photoOf(file, new Date(desk.means.now()).toISOString(), work);
        await attach(desk, finding, photo, instead);
      } catch {
        tell(say("The photo could not be kept: the phone may be full. The sheet is safe."));
      }
    }
    work("");
    input.value = ""; // the same picture may be chosen again
    desk.store.set("camera", null).catch(() => undefined);
  };
  const pictures = finding.files.map((file) => desk.photos.find((photo) => photo.sha256 === file));
  const problem = finding.state === "problem";
  const { record, refused } = standingOf(desk, finding);
  return html`<main class="page finding" id="main">
      <div class="sheethead"><b>${problem ? say("Problem") : say("Highlight")}</b><span class="state ${tone}">${where}</span></div>
      <p class="hint">${entry ? entry.name : ""}</p>
      ${trouble && html`<p class="notice bad" role="alert">${trouble}</p>`}
      ${record === "refused" && html`<p class="notice bad">${say("The server did not take this note. It is kept on this phone. Tell the organiser.")}</p>`}
      ${refused.map(
        (photo) => html`<div class="notice bad" key=${photo.sha256}><p><b>${say("Photo {n} was not taken; all else is safe.", { n: finding.files.indexOf(photo.sha256) + 1 })}</b> ${notTaken(photo.refused || 0)}</p>
          <div class="two"><label class="btn primary">${say("Take it again")}<input type="file" class="gone" accept="image/*" capture="environment" onPointerDown=${opening} onClick=${opening} onChange=${(/** @type {{target: HTMLInputElement}} */ event) => chosen(event, photo.sha256)} /></label>
            <button type="button" class="btn" onClick=${() => leaveOut(desk, finding, photo.sha256)}>${say("Leave it out")}</button></div></div>`,
      )}
      <div class="shots">
        ${pictures.map((photo, i) => (photo && photo.thumb ? html`<img src=${photo.thumb} alt=${say("Photo {n}", { n: i + 1 })} />` : html`<span class="noshot">${say("Photo {n}", { n: i + 1 })}</span>`))}
        ${working && (working.length > 1 ? html`<img class="working" src=${working} alt=${say("being kept")} />` : html`<span class="noshot">…</span>`)}
      </div>
      <div class="two">
        <label class="btn primary">${say("Take a photo")}<input type="file" class="gone" accept="image/*" capture="environment" onPointerDown=${opening} onClick=${opening} onChange=${chosen} /></label>
        <label class="btn">${say("From the album")}<input type="file" class="gone" accept="image/*" multiple onClick=${opening} onChange=${chosen} /></label>
      </div>
      ${problem && html`<${Chips} title=${say("Severity")} desk=${desk} finding=${finding} field="severity" choices=${severities()} />`}
      ${desk.pack.categories && html`<${Chips} title=${say("Category")} desk=${desk} finding=${finding} field="category" choices=${desk.pack.categories.map((one) => [one.id, named(one.name)])} />`}
      <label class="note">${problem ? say("What is wrong (may stay empty)") : say("What is good about it")}
        <textarea rows="3" maxlength="1000" value=${finding.text} onInput=${(/** @type {{target: HTMLTextAreaElement}} */ event) => describe(desk, finding, { text: event.target.value })}></textarea></label>
      <button type="button" class="btn primary wide" onClick=${() => frame.back()}>${say("Done, back to the sheet")}</button>
      ${(finding.revision_id || holds(finding)) &&
      html`<button type="button" class="btn wide quiet" onClick=${() => withdraw(desk, finding).then(() => frame.back())}>${say("Take this back")}</button>`}
    </main>`;
}
