// Files are sent in pieces, so that a connection that breaks loses nothing: what came is kept on the server, and the
// same file goes on from there, also after the page was closed. Remembers nothing itself.

const PIECE = 2 * 1024 * 1024;
const TRIES = 7; // of one file, with longer and longer waits: four minutes in all

/** @param {number} ms */
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** What the server answers; else its own sentence as an error, `passing` where trying again may help. @param {string} address @param {RequestInit} options */
async function ask(address, options) {
  const answer = await fetch(address, { ...options, headers: { Accept: "application/json", .../** @type {Record<string, string>} */ (options.headers || {}) } });
  const told = await answer.json();
  if (answer.ok) return told;
  const passing = answer.status >= 500 || answer.status === 429 || told.code === "files.wrong_place" || told.code === "material.begin_again";
  throw Object.assign(new Error(told.code), { passing, sentence: told.sentence || "" });
}

/** @param {string} root @param {File} file @param {Record<string, string>} facts @param {(percent: number) => void} tell */
async function send(root, file, facts, tell) {
  const said = { ...facts, name: file.name, size: String(file.size), modified: String(file.lastModified) };
  const { key, offset } = await ask(`${root}/uploads`, { method: "POST", body: new URLSearchParams(said) });
  let at = Number(offset);
  while (at < file.size) {
    tell(Math.floor((100 * at) / file.size));
    const headers = { "Upload-Offset": String(at), "Upload-Length": String(file.size), "Upload-Replaces": facts.number || "0" };
    const answer = await ask(`${root}/uploads/${key}`, { method: "PATCH", headers, body: file.slice(at, at + PIECE) });
    at = Number(answer.offset);
  }
  tell(100);
  await ask(`${root}/papers`, { method: "POST", body: new URLSearchParams({ ...said, key }) });
}

/** @param {HTMLFormElement} form */
async function sendAll(form) {
  const told = /** @type {HTMLElement} */ (form.querySelector(".told"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
  const reason = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=reason]"));
  const { upload: root = "", number = "0", progress = "", looking = "", again = "", lost = "" } = form.dataset;
  const facts = { number, reason: reason ? reason.value : "" };
  /** @type {string[]} */
  const wrong = [];
  for (const file of Array.from(field.files || [])) {
    const fill = (/** @type {string} */ text, /** @type {number} */ percent = 0) => text.replace("{name}", file.name).replace("{percent}", String(percent));
    for (let trial = 1; ; trial++) {
      try {
        await send(root, file, facts, (percent) => {
          told.textContent = fill(percent === 100 ? looking : progress, percent);
        });
        break;
      } catch (trouble) {
        // Without a sentence the server was not reached at all.
        const { passing = true, sentence = "" } = /** @type {{passing?: boolean, sentence?: string}} */ (trouble);
        if (!passing || trial === TRIES) {
          wrong.push(sentence ? `${file.name}: ${sentence}` : fill(lost));
          break;
        }
        told.textContent = fill(again);
        await wait(1000 * 2 ** trial);
      }
    }
  }
  told.classList.toggle("bad", wrong.length > 0);
  if (wrong.length) told.textContent = wrong.join("\n");
  else location.reload();
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.upload) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  button.disabled = true;
  sendAll(form).finally(() => {
    button.disabled = false;
  });
});
