// Comfort on the form of the scoring rules: what is wrong and what a sample gives is told while one types.
// The page works without it. Remembers nothing.

const WAIT_MS = 600;

const form = document.querySelector("form[data-scheme]");
const said = document.querySelector("#said");
let timer = 0;
let asked = 0;

/** Ask for the part of the page that says what the rules now are; an older answer never takes a newer one's place. */
async function ask() {
  if (!(form instanceof HTMLFormElement) || !said) return;
  const mine = ++asked;
  const body = new FormData(form);
  body.set("do", "look");
  said.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#said");
    if (mine === asked && page) said.replaceChildren(...page.childNodes);
  } catch {
    // Without the server nothing is said anew; saving says what is wrong.
  } finally {
    if (mine === asked) said.removeAttribute("aria-busy");
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
});
