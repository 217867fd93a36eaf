// The phone follows the console of a stage: what is called opens by itself, but never over a sheet that is not finished.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shipped } from "./shipped.mjs";

const { called, follow } = await shipped(["called.js"]);

/** A desk on a stage: `kinds` are the states of its entries, `recused` one that this judge does not mark. */
function desk(calls, place, kinds = {}, recused = "") {
  const entries = ["E1", "E2", "E3"].map((id) => ({ id, recused: id === recused }));
  return {
    pack: calls ? { entries, stage: { called: calls, beat_seconds: 3 } } : { entries },
    place,
    entry: (id) => entries.find((one) => one.id === id),
    held: [],
    state: (entry) => ({ kind: kinds[entry.id] || "none" }),
  };
}

/** What opens by itself at `on`, where the calls before were `known`. */
function opened(on, known) {
  const places = [];
  follow(on, known, { open: (place) => places.push(place) });
  return places.map((place) => `${place.view} ${place.entry}`);
}

const LIST = { view: "stops" };

test("a new call opens its sheet, an old one does not", () => {
  assert.deepEqual(opened(desk(["E2"], LIST), []), ["sheet E2"]);
  assert.deepEqual(opened(desk(["E2"], LIST), ["E2"]), []);
  assert.deepEqual(opened(desk([], LIST), ["E2"]), []);
});

test("no call closes a sheet on stage that is not finished; a finished one, or one that is over, gives way", () => {
  const here = { view: "sheet", entry: "E1" };
  assert.deepEqual(opened(desk(["E2", "E1"], here, { E1: "partial" }), ["E1"]), []);
  assert.deepEqual(opened(desk(["E2", "E1"], here, { E1: "done" }), ["E1"]), ["sheet E2"]);
  assert.deepEqual(opened(desk(["E2"], here, { E1: "partial" }), ["E1"]), ["sheet E2"]);
});

test("an entrant of his own unit does not open, nor anything where there is no stage", () => {
  assert.deepEqual(opened(desk(["E2"], LIST, {}, "E2"), []), []);
  assert.deepEqual(called(desk(null, LIST)), []);
  assert.deepEqual(opened(desk(null, LIST), []), []);
});
