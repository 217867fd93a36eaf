// Undo: the last change of a mark, whatever was typed to make it, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shipped } from "./shipped.mjs";

const { press, step, undo, earlier } = await shipped(["sheets.js", "earlier.js"]);

const item = (id, step = "0.5") => ({ id, criterion: { zh: id }, name: { zh: id }, floor: 0, full: 60, step, usual: null, role: "score" });
function desk() {
  const sheets = new Map();
  const forms = { "onsite/a": [item("one"), item("two")], "onsite/b": [item("two"), item("other")], "file/a": [item("one")] };
  const entries = Object.entries({ E1: "onsite/a", E2: "onsite/b", E3: "file/a", E4: "onsite/a" }).map(([id, form]) => ({ id, form, recused: false }));
  const items = (entry) => forms[entry.form];
  const fitting = (entry) => sheets.get(entry.id);
  const sheet = (entry) => fitting(entry) || { entry: entry.id, typed: items(entry).map(() => ""), ticks: items(entry).map(() => null), note: "" };
  return { sheets, entries: () => entries, items, fitting, sheet, changed: () => undefined, write: (work) => work(), store: { run: async () => undefined } };
}

test("all keys of one visit to a line are one change, and steps too", () => {
  const on = desk();
  const [entry] = on.entries();
  press(on, entry, 0, "2", true);
  press(on, entry, 0, "6", false);
  press(on, entry, 1, "9", true);
  step(on, entry, 1, 1, false);
  assert.deepEqual(on.sheet(entry).ticks, [52, 19]);
  assert.equal(undo(on, entry), 1);
  assert.deepEqual(on.sheet(entry).ticks, [52, null]);
  assert.equal(undo(on, entry), -1);
  step(on, entry, 0, -1, true);
  step(on, entry, 0, -1, false);
  assert.deepEqual(on.sheet(entry).typed, ["25.0", ""]);
  assert.equal(undo(on, entry), 0);
  assert.deepEqual(on.sheet(entry).typed, ["26", ""]);
});

test("a key that was refused is no change", () => {
  const on = desk();
  const [entry] = on.entries();
  press(on, entry, 0, "2", true);
  press(on, entry, 1, "9", true);
  assert.notEqual(press(on, entry, 0, "9", false) || press(on, entry, 0, "9", false), "");
  assert.equal(on.sheet(entry).undo.item, 0);
});

test("own marks of an item come from all forms of its part, in the order of the route", () => {
  const on = desk();
  const [first, second, third, last] = on.entries();
  press(on, last, 1, "5", true);
  press(on, second, 0, "7", true);
  press(on, third, 0, "3", true);
  const told = earlier(on, first, on.items(first)[1]).map((one) => [one.entry.id, one.ticks]);
  assert.deepEqual(told, [["E2", 14], ["E4", 10]]);
  assert.deepEqual(earlier(on, first, on.items(first)[0]), []);
});
