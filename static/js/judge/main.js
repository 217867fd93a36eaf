// The judge's page from its opening on: who is this, what is kept, what is new. Never navigates, because in a browser
// without a service worker it could not be opened again.

import { Gate } from "./app.js";
import { askToPersist, checked, worker } from "./check.js";
import { Desk } from "./desk.js";
import { html, render } from "./html.js";
import { uuid } from "./ids.js";
import { Outbox } from "./outbox.js";
import { fetched } from "./package.js";
import { run } from "./running.js";
import { stayLit, watchScreen } from "./screen.js";
import { Store } from "./store.js";
import { say, speak } from "./words.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const base = location.pathname.replace(/[^/]*$/, "");
const contest = decodeURIComponent(base.split("/")[2] || "");
const phrases = JSON.parse((document.getElementById("words") || root).textContent || "{}");
const means = { uuid, now: () => Date.now() };

/** What belongs to the phone rather than to a judge: who marks on it, language, display. */
const phone = new Store(`fieldmark/${contest}`);

/** @param {string} language */
function inLanguage(language) {
  speak(phrases, language);
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
  document.title = say("Marking");
}

/** @param {Theme} theme */
function inTheme(theme) {
  document.documentElement.setAttribute("data-theme", theme);
}

/** @param {string} title @param {string} text @param {"ok" | "wait" | "bad"} tone @param {{word: string, act: () => void}[]} deeds */
function gate(title, text, tone, deeds) {
  render(html`<${Gate} title=${title} text=${text} tone=${tone} deeds=${deeds} />`, root);
}

const again = { word: say("Try again"), act: () => void start() };

/** The store of one judge. @param {string} judge */
function storeOf(judge) {
  return new Store(`fieldmark/${contest}/${judge}`);
}

/** @param {string} judge @param {Package} pack @param {string} etag the package's, when it has just come */
async function open(judge, pack, etag) {
  phone.remembers = () => [["meta", judge, "judge"]];
  const store = storeOf(judge);
  const outbox = new Outbox(store, means);
  const desk = new Desk(store, outbox, pack, means);
  await desk.load();
  if (pack.stage) stayLit();
  if (etag) await desk.takePackage(pack, etag);
  const version = document.documentElement.getAttribute("data-version") || "";
  await run(desk, phone, { root, base, inLanguage, inTheme, other: choose, check, version, learnt, fresh: !!etag, stands: keepPage });
}

/** Another judge has joined on this phone: said plainly, switched only by his own hand, each with a store of his own.
 * @param {Package} before @param {Package} pack @param {string} etag */
function choose(before, pack, etag) {
  const waiting = say("Marks of judge {number}, {name}, that are not sent stay on this phone. To send them, scan that judge's badge again.", { number: before.judge.number, name: before.judge.name });
  gate(say("Another judge on this phone"), waiting, "wait", [
    {
      word: say("I am judge {number}, {name}", { number: pack.judge.number, name: pack.judge.name }),
      act: () => void phone.set("judge", pack.judge.id).then(() => open(pack.judge.id, pack, etag)),
    },
  ]);
}

/** What the test of this phone found; some answers come later, and then the page is drawn again. @type {PhoneCheck} */
let check = { keeps: true, worker: "coming", persisted: null, files: true };
/** @type {{draw: () => void}} */
const learnt = { draw: () => undefined };
/** The worker that keeps this page. It fetches much, so not before the page stands. */
let coming = false;
function keepPage() {
  if (coming) return;
  coming = true;
  void worker("/j/sw.js").then((works) => {
    if (check.worker === "coming") check.worker = works ? "yes" : "no";
    learnt.draw();
  });
}

watchScreen();

async function start() {
  inLanguage(document.documentElement.lang.startsWith("zh") ? "zh" : "en");
  again.word = say("Try again");
  check = await checked(phone, uuid());
  if (!check.keeps) {
    gate(say("This browser cannot keep marks."), say("Open the badge in another browser (menu, “open in browser”), not in a private window, or mark on paper."), "bad", [again]);
    return;
  }
  const asked = new URLSearchParams(location.search).get("lang");
  const [chosen, theme, judge] = await Promise.all(["language", "theme", "judge"].map((key) => phone.get(key)));
  const language = asked || chosen;
  if (language && phrases[language]) inLanguage(language);
  if (asked && phrases[asked]) await phone.set("language", asked);
  again.word = say("Try again");
  inTheme(theme || "auto");
  askToPersist((persisted) => {
    check.persisted = persisted;
    learnt.draw();
  });

  const kept = judge ? /** @type {Package | undefined} */ (await storeOf(judge).get("package")) : undefined;
  // What is kept is shown first: the network may take a minute to say no.
  if (judge && kept) return open(judge, kept, "");
  gate(say("One moment"), say("Fetching your projects …"), "wait", []);
  const found = await fetched(base, "");
  if (found.kind === "new") {
    const { id } = found.pack.judge;
    await Promise.all([phone.set("judge", id), open(id, found.pack, found.etag)]);
    return;
  }
  if (found.kind === "badge") gate(say("Please scan your badge"), say("This phone does not know yet which judge you are. Scan the code on your badge, then this page opens by itself."), "wait", [again]);
  else if (found.kind === "offline") gate(say("No network yet"), say("The first opening needs the network once; after that it works without."), "wait", [again]);
  else gate(say("The server does not answer as it should"), say("Perhaps this network wants you to log in first. Nothing is lost. Try again in a moment."), "wait", [again]);
}

start().catch(() => gate(say("This browser cannot keep marks."), say("Close other pages of this contest and try again, or mark on paper."), "bad", [again]));
