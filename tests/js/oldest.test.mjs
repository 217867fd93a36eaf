// The check of the oldest phones finds what they lack, passes what they have, and wants each allowance to be needed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allowances, shipped, troubles } from "../oldest/main.mjs";

/** What a phone of today knows and one of the oldest does not, each where it would stand. */
const PLANTED = {
  "static/js/a.js": [
    ["[1].at(-1);", "javascript.builtins.Array.at"],
    ['"x".at(0);', "javascript.builtins.Array.at"],
    ["Object.hasOwn({}, 'a');", "javascript.builtins.Object.hasOwn"],
    ["structuredClone({});", "api.structuredClone"],
    ["window.structuredClone({});", "api.structuredClone"],
    ["crypto.randomUUID();", "api.Crypto.randomUUID"],
    ["const { randomUUID } = crypto;", "api.Crypto.randomUUID"],
    ["class A { static { this.a = 1; } }", "syntax"],
    ["class A { #x; has(o) { return #x in o; } }", "syntax"],
    ["const a = await import('./b.js');", "syntax"],
    ["/(?<=a)b/.test('ab');", "javascript.regular_expressions.lookbehind_assertion"],
    ["new RegExp('(?<!a)b');", "javascript.regular_expressions.lookbehind_assertion"],
    ["[1].findLast((one) => one);", "javascript.builtins.Array.findLast"],
    ["document.querySelector('x').showModal();", "api.HTMLDialogElement.showModal"],
    ["import.meta.resolve('./b.js');", "javascript.operators.import_meta.resolve"],
    ["navigator.locks.request('a', () => {});", "api.Navigator.locks"],
    ["AbortSignal.timeout(5);", "api.AbortSignal.timeout_static"],
    ["new CompressionStream('gzip');", "api.CompressionStream"],
    ["new BroadcastChannel('a');", "api.BroadcastChannel"],
    ["html`<dialog open>a</dialog>`;", "html.elements.dialog"],
  ],
  "static/css/a.css": [
    ["a:has(b) { color: red; }", "css.selectors.has"],
    ["a:is(b, c) { color: red; }", "css.selectors.is"],
    ["a { height: 100dvh; }", "css.types.length.viewport_percentage_units_dynamic"],
    ["a { inset: 0; }", "css.properties.inset"],
    ["a { aspect-ratio: 1; }", "css.properties.aspect-ratio"],
    ["a { padding-inline: 1px; }", "css.properties.padding-inline"],
    ["a { overflow: clip; }", "css.properties.overflow.clip"],
    ["a { color: color-mix(in srgb, red, blue); }", "css.types.color.color-mix"],
    ["a { & b { color: red; } }", "css.selectors.nesting"],
    ["@layer a { b { color: red; } }", "css.at-rules.layer"],
    ["@container (width > 1px) { b { color: red; } }", "css.at-rules.container"],
    ["@media (width >= 1px) { b { color: red; } }", "css.at-rules.media.range_syntax"],
  ],
  "app/templates/a.html": [
    ["<dialog>a</dialog>", "html.elements.dialog"],
    ["<p {% if a > b %}inert{% endif %}>a</p>\n<p inert>b</p>", "html.global_attributes.inert"],
    ['<link rel="modulepreload" href="a.js">', "html.elements.link.rel.modulepreload"],
  ],
};

/** What they have, or have something else for in the same place. */
const FINE = {
  "static/js/a.js": ["let a = null; a ||= 1; a ??= 2; a?.b;", "const at = (entry) => entry.at; at({ at: 1 });", "const structuredClone = (one) => one; structuredClone(1);", "/(?=a)(?<name>b)\\(\\?<=/.test('');", "'aa'.replaceAll('a', 'b');", "const run = { format: () => 1 }; run.format();"],
  "static/css/a.css": ["a { display: flex; gap: 1px; height: 100vh; height: 100dvh; }", "a { -webkit-user-select: none; user-select: none; }", "@supports (height: 1dvh) { a { height: 100dvh; } }", "a { width: min(1px, 2vw); padding: max(1px, env(safe-area-inset-top)); }"],
  "app/templates/a.html": ['<input type="text" inputmode="numeric" required>', '<details open><summary>a</summary></details>'],
};

for (const [file, planted] of Object.entries(PLANTED)) {
  for (const [text, path] of planted) {
    test(`finds ${text}`, () => {
      const told = troubles([[file, text]], []);
      assert.ok(told.some((one) => one.startsWith(`${file}:`) && one.includes(`: ${path}`)), `${path} not in ${told.join("; ") || "nothing"}`);
    });
  }
}

for (const [file, texts] of Object.entries(FINE)) {
  for (const text of texts) test(`passes ${text}`, () => assert.deepEqual(troubles([[file, text]], []), []));
}

test("what is shipped needs every allowance, has every check, and nothing more", () => {
  assert.deepEqual(troubles(shipped(), allowances()), []);
  assert.ok(shipped().some(([name]) => name === "static/vendor/htm-preact.js"));
  assert.ok(shipped().some(([name]) => name === "static/sw.js"));
});

test("a check that is taken away is missed, and so is a use", () => {
  const allowed = [{ file: "static/js/a.js", uses: ["api.Navigator.locks"], check: "if (!locks)", why: "" }];
  assert.deepEqual(troubles([["static/js/a.js", "const { locks } = navigator; if (!locks) throw 1;"]], allowed), []);
  assert.match(troubles([["static/js/a.js", "const { locks } = navigator; locks.query();"]], allowed).join(), /nothing says "if \(!locks\)"/);
  assert.deepEqual(troubles([["static/js/a.js", ""]], allowed), ["allowed.json: static/js/a.js api.Navigator.locks is used nowhere"]);
});
