// A problem or a highlight: a photo, a sentence, or both. It is kept and queued by itself; there is nothing to save.

import { attach, describe, withdraw } from "./findings.js";
import { html, useState } from "./html.js";
import { photoOf } from "./picture.js";
import { say } from "./words.js";

/** @param {Desk} desk @param {Finding} finding @returns {[string, string]} */
function whereOf(desk, finding) {
  if (desk.lost) return [say("not kept"), "bad"];
  if (desk.saving) return [say("keeping …"), "off"];
  if (!finding.revision_id) return finding.text.trim() ? [say("kept on this phone"), "wait"] : [say("nothing on it yet"), "off"];
  const held = desk.held.find((one) => one.revision_id === finding.revision_id);
  const photos = finding.files.every((file) => desk.photos.some((photo) => photo.sha256 === file && (photo.done || photo.refused)));
  if (finding.edited || !held || held.where === "waiting" || !photos) return [say("kept on this phone"), "wait"];
  if (finding.files.some((file) => desk.photos.some((photo) => photo.sha256 === file && photo.refused))) return [say("photo not taken"), "bad"];
  return held.where === "handed" || held.where === "quarantined" ? [say("handed in"), "ok"] : [say("please look"), "bad"];
}

/** @param {{desk: Desk, frame: Frame, finding: Finding}} props */
export function FindingPage({ desk, frame, finding }) {
  const [working, work] = useState("");
  const [trouble, tell] = useState(frame.cameraLost ? say("The phone closed this page while the camera was open. The photo did not arrive; please take it again or choose it from the album.") : "");
  const [where, tone] = whereOf(desk, finding);
  const entry = desk.entry(finding.entry);
  // Written down while the finger is still on the button: the camera may cost us the page.
  const opening = () => void desk.store.set("camera", finding.finding_id).catch(() => undefined);
  const chosen = async (/** @type {{target: HTMLInputElement}} */ event) => {
    const input = event.target;
    const file = input.files && input.files[0];
    if (!file) return;
    work(" ");
    tell("");
    try {
      const photo = await photoOf(file, new Date(desk.means.now()).toISOString(), work);
      await attach(desk, finding, photo);
    } catch {
      tell(say("The photo could not be kept: the phone may be full. The sheet is safe."));
    }
    work("");
    input.value = ""; // the same picture may be chosen again
    desk.store.set("camera", null).catch(() => undefined);
  };
  const pictures = finding.files.map((file) => desk.photos.find((photo) => photo.sha256 === file));
  const problem = finding.state === "problem";
  return html`<main class="page finding" id="main">
      <div class="sheethead"><b>${problem ? say("Problem") : say("Highlight")}</b><span class="state ${tone}">${where}</span></div>
      <p class="hint">${entry ? entry.name : ""}</p>
      ${trouble && html`<p class="notice bad" role="alert">${trouble}</p>`}
      <div class="shots">
        ${pictures.map((photo, i) => (photo && photo.thumb ? html`<img src=${photo.thumb} alt=${say("Photo {n}", { n: i + 1 })} />` : html`<span class="noshot">${say("Photo {n}", { n: i + 1 })}</span>`))}
        ${working && (working.length > 1 ? html`<img class="working" src=${working} alt=${say("being kept")} />` : html`<span class="noshot">…</span>`)}
      </div>
      <div class="two">
        <label class="btn primary">${say("Take a photo")}<input type="file" class="gone" accept="image/*" capture="environment" onPointerDown=${opening} onClick=${opening} onChange=${chosen} /></label>
        <label class="btn">${say("From the album")}<input type="file" class="gone" accept="image/*" onClick=${opening} onChange=${chosen} /></label>
      </div>
      <label class="note">${problem ? say("What is wrong (may stay empty)") : say("What is good about it")}
        <textarea rows="3" maxlength="1000" value=${finding.text} onInput=${(/** @type {{target: HTMLTextAreaElement}} */ event) => describe(desk, finding, event.target.value)}></textarea></label>
      <button type="button" class="btn primary wide" onClick=${() => frame.back()}>${say("Done, back to the sheet")}</button>
      ${(finding.revision_id || finding.text || finding.files.length > 0) &&
      html`<button type="button" class="btn wide quiet" onClick=${() => withdraw(desk, finding).then(() => frame.back())}>${say("Take this back")}</button>`}
    </main>`;
}
