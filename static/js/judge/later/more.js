// Language, display, and this phone: what its test found, whose it is, and when it was last heard.

import { Tested } from "../check.js";
import { html } from "../html.js";
import { Rescue } from "./rescue.js";
import { clock, say, spoken } from "../words.js";

/** @param {{desk: Desk, frame: Frame}} props */
export function Page({ desk, frame }) {
  return html`<main class="page more" id="main">
    <h2>${say("Display")}</h2>
    <div class="two">
      <button type="button" class="btn" aria-pressed=${frame.theme === "auto"} onClick=${() => frame.setTheme("auto")}>${say("Ordinary")}</button>
      <button type="button" class="btn" aria-pressed=${frame.theme === "sun"} onClick=${() => frame.setTheme("sun")}>${say("☀ Sunlight")}</button>
    </div>
    <h2>${say("Language")}</h2>
    <div class="two">
      <button type="button" class="btn" lang="zh-Hans" aria-pressed=${spoken() === "zh"} onClick=${() => frame.setLanguage("zh")}>中文</button>
      <button type="button" class="btn" lang="en" aria-pressed=${spoken() === "en"} onClick=${() => frame.setLanguage("en")}>English</button>
    </div>
    <h2>${say("This phone")}</h2>
    <${Tested} desk=${desk} frame=${frame} />
    <dl>
      <div><dt>${say("Judge")}</dt><dd>${desk.pack.judge.number} · ${desk.pack.judge.name}</dd></div>
      <div><dt>${say("Contest")}</dt><dd>${desk.pack.contest.name}</dd></div>
      <div><dt>${say("Last heard of the server")}</dt><dd>${desk.confirmedAt ? clock(desk.confirmedAt) : say("not yet")}</dd></div>
    </dl>
    <button type="button" class="btn wide" onClick=${() => desk.send()}>${say("Send now")}</button>
    <${Rescue} desk=${desk} frame=${frame} />
  </main>`;
}
