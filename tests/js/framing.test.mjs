// A rescue file as codes: written, drawn, read again in any order, and whole only when every frame is here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeQR } from "../../static/vendor/qr/decode.js";
import { encodeQR } from "../../static/vendor/qr/index.js";
import { shipped } from "./shipped.mjs";

const { cut, Gathered, read, written } = await shipped(["later/framing.js"]);
const FILE = JSON.stringify({ fieldmark: "rescue/1", content: JSON.stringify({ note: "通道堵塞 \"x\" 😀".repeat(60) }), mac: "ab" });

test("bytes are written as RFC 9285 has it", () => {
  const of = (text) => new TextEncoder().encode(text);
  assert.deepEqual(["AB", "Hello!!", "base-45"].map((text) => written(of(text))), ["BB8", "%69 VD92EX0", "UJCLQE7W581"]);
  assert.equal(new TextDecoder().decode(read("QED8WEX0")), "ietf!");
  assert.deepEqual([read("GGW"), read("A"), read("::"), read("a0")], [null, null, null, null]);
});

test("every frame fits a code that a cheap phone reads, and says what it says when it is read", async () => {
  const frames = await cut(FILE);
  assert.ok(frames.length > 3);
  for (const told of frames) {
    const dots = encodeQR(told, "raw", { ecc: "medium", encoding: "alphanumeric", border: 4 });
    assert.ok(dots.length <= 73 + 8, `${dots.length} modules`);
    const [scale, size] = [4, dots.length * 4];
    const data = new Uint8Array(size * size * 4).fill(255);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) if (dots[Math.floor(y / scale)][Math.floor(x / scale)]) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    assert.equal(decodeQR({ width: size, height: size, data }), told);
  }
});

test("in any order and as often as they come, and what is missing is named", async () => {
  const frames = await cut(FILE);
  const gathered = new Gathered();
  const mixed = [...frames.slice(2), frames[3], frames[0]];
  assert.deepEqual([await gathered.take(mixed[0]), await gathered.take(mixed[0])], ["other", "known"]);
  for (const told of mixed) await gathered.take(told);
  assert.deepEqual([gathered.missing, await gathered.file()], [[2], null]);
  assert.equal(await gathered.take(frames[1]), "new");
  assert.equal(await gathered.file(), FILE);
});

test("a garbled frame, a stranger's code and another phone's frame put nothing wrong together", async () => {
  const [frames, others] = [await cut(FILE), await cut("another file")];
  const gathered = new Gathered();
  const garbled = frames[0].slice(0, -1) + (frames[0].endsWith("0") ? "1" : "0");
  const moved = frames[0].replace(/\/1\/(\d+)\//, "/2/$1/");
  for (const told of [garbled, moved, "https://example.org/", "FM1/", ""]) assert.equal(await gathered.take(told), "none");
  await gathered.take(frames[0]);
  assert.equal(await gathered.take(others[0]), "other");
  assert.equal(await gathered.file(), "another file");
});
