// Marks are whole ticks; what is typed either becomes one or is refused with its reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shipped } from "./shipped.mjs";

const marks = await shipped(["marks.js"]);
const half = { id: "a", criterion: { zh: "" }, name: { zh: "" }, floor: 36, full: 60, step: "0.5", usual: [48, 58], role: "score" };
const whole = { ...half, floor: 0, full: 10, step: "1", usual: null };
const fifth = { ...half, floor: 0, full: 500, step: "0.02", usual: null };

test("a mark is read as ticks, or refused with its reason", () => {
  assert.deepEqual(marks.read("26.5", half), { ticks: 53 });
  assert.deepEqual(marks.read("26.", half), { ticks: 52 });
  assert.deepEqual(marks.read("26.0", half), { ticks: 52 });
  assert.deepEqual(marks.read("", half), { why: "none" });
  assert.deepEqual(marks.read(".", half), { why: "none" });
  assert.deepEqual(marks.read("26.3", half), { why: "grid", near: ["26", "26.5"] });
  assert.deepEqual(marks.read("30.5", half), { why: "above" });
  assert.deepEqual(marks.read("17.5", half), { why: "below" });
  assert.deepEqual(marks.read("0", whole), { ticks: 0 }, "nought is a mark");
  assert.deepEqual(marks.read("9.98", fifth), { ticks: 499 });
});

test("every mark of every grid comes back as it was typed", () => {
  for (const item of [half, whole, fifth]) {
    for (let ticks = item.floor; ticks <= item.full; ticks++) assert.deepEqual(marks.read(marks.shown(ticks, item), item), { ticks });
  }
});

test("a digit that could never become a mark is refused at once", () => {
  assert.deepEqual(marks.pressed("26", "5", half), { why: "above" });
  assert.deepEqual(marks.pressed("26.5", "5", half), { why: "grid" });
  assert.deepEqual(marks.pressed("2", "6", half), { typed: "26" });
  assert.deepEqual(marks.pressed("", ".", half), { typed: "0." });
  assert.deepEqual(marks.pressed("8", ".", whole), { why: "grid" });
  assert.deepEqual(marks.pressed("26", "back", half), { typed: "2" });
  assert.deepEqual(marks.pressed("0", "7", whole), { typed: "7" });
});

test("steps stay between floor and full marks", () => {
  assert.equal(marks.stepped(null, 1, half), 36);
  assert.equal(marks.stepped(null, -1, half), 60);
  assert.equal(marks.stepped(60, 1, half), 60);
  assert.equal(marks.stepped(36, -1, half), 36);
});

test("the subtotal is exact, takes deductions off and does not count what is not marked", () => {
  const tenth = { ...whole, full: 100, step: "0.1" };
  assert.equal(marks.subtotal([1, 2], [tenth, tenth]), "0.3");
  assert.equal(marks.subtotal([53, null], [half, half]), "26.5");
  assert.equal(marks.subtotal([53, 3], [half, { ...whole, role: "deduct" }]), "23.5");
  assert.equal(marks.fullMarks([half, whole, { ...whole, role: "bonus" }]), "40");
});

test("outside the usual band is unusual, on its edge is not", () => {
  assert.deepEqual([47, 48, 58, 59, null].map((ticks) => marks.unusual(ticks, half)), [true, false, false, true, false]);
});

test("below nought: a sign that can be put on and off, and no digit that leads beyond the lowest mark", () => {
  const grade = { ...whole, floor: -3, full: 3 };
  const half3 = { ...whole, floor: -6, full: 6, step: "0.5" };
  assert.deepEqual(marks.read("-2", grade), { ticks: -2 });
  assert.deepEqual(marks.read("-2.5", half3), { ticks: -5 });
  assert.deepEqual(marks.read("-0", grade).ticks === 0, true, "nought has no sign");
  assert.deepEqual(marks.read("-", grade), { why: "none" });
  assert.deepEqual(marks.read("-4", grade), { why: "below" });
  assert.deepEqual(marks.read("-2.3", half3), { why: "grid", near: ["-2.5", "-2"] });
  assert.deepEqual(marks.pressed("", "sign", grade), { typed: "-" });
  assert.deepEqual(marks.pressed("-", "2", grade), { typed: "-2" });
  assert.deepEqual(marks.pressed("2", "sign", grade), { typed: "-2" });
  assert.deepEqual(marks.pressed("-2", "sign", grade), { typed: "2" });
  assert.deepEqual(marks.pressed("-", "4", grade), { why: "below" });
  assert.deepEqual(marks.pressed("", "4", grade), { why: "above" });
  assert.deepEqual(marks.pressed("-", ".", half3), { typed: "-0." });
  assert.deepEqual(marks.pressed("-0", "1", half3), { typed: "-1" });
  assert.deepEqual(marks.pressed("-1", "back", grade), { typed: "-" });
  assert.equal(marks.stepped(null, 1, grade), 0);
  assert.equal(marks.stepped(null, -1, { ...grade, full: -1 }), -1);
  assert.equal(marks.stepped(-3, -1, grade), -3);
  assert.equal(marks.shown(-5, half3), "-2.5");
  assert.equal(marks.subtotal([-3, 2], [grade, grade]), "-1");
});

test("nought is a mark; what is not marked is none and not nought", () => {
  assert.deepEqual([marks.read("0", whole), marks.read("", whole)], [{ ticks: 0 }, { why: "none" }]);
  assert.deepEqual([marks.unmarked([0, 0]), marks.unmarked([0, null])], [0, 1]);
});
