// The queue of photos: in parts, from where the server stands, and handed in only when the server says it is whole.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { shipped } from "./shipped.mjs";

const { Store, Photos, Courier, sha256, slowly } = await shipped(["store.js", "photos.js", "courier.js", "ids.js"]);

function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A server of files that can be told to fail at the n-th request, before or after it wrote the bytes. */
class Shelf {
  constructor() {
    this.here = new Map();
    this.requests = [];
    this.fail = new Map();
  }

  async fetch(address, init) {
    const name = address.split("/").pop();
    this.requests.push(`${init.method} ${init.headers["Upload-Offset"] || ""}`.trim());
    const how = this.fail.get(this.requests.length);
    if (how === "before") throw new TypeError("network");
    if (how === "portal") return new Response("<html>hotel</html>", { status: 200 });
    if (typeof how === "number") return new Response("{}", { status: how });
    const held = this.here.get(name) || new Uint8Array();
    if (init.method === "PATCH") {
      if (Number(init.headers["Upload-Offset"]) !== held.length) return new Response(null, { status: 409, headers: { "Upload-Offset": String(held.length) } });
      const body = new Uint8Array(init.body);
      const all = new Uint8Array(held.length + body.length);
      all.set(held);
      all.set(body, held.length);
      this.here.set(name, all);
    }
    if (how === "after") throw new TypeError("network");
    const now = this.here.get(name) || new Uint8Array();
    const headers = { "Upload-Offset": String(now.length) };
    if (now.length && digest(now) === name) headers["Upload-Complete"] = "?1";
    return new Response(null, { status: 204, headers });
  }
}

async function queue(sizes, shelf) {
  const store = new Store("photos", { indexedDB: new IDBFactory() });
  const photos = new Photos(store, { fetch: (a, i) => shelf.fetch(a, i), address: "/j/tour/", judge: "J17", now: () => 0, partBytes: 1000 });
  for (const [i, size] of sizes.entries()) {
    const bytes = new Uint8Array(size).map((_, at) => (at * 7 + i) % 251);
    await photos.keep({ sha256: digest(bytes), bytes: bytes.buffer, type: "image/jpeg", thumb: "", here: 0, done: false, added_at: String(i) });
  }
  return photos;
}

test("a photo goes in parts and is done only when the server says so", async () => {
  const shelf = new Shelf();
  const photos = await queue([2500], shelf);
  assert.deepEqual(await photos.send(), { kind: "done" });
  assert.deepEqual(shelf.requests, ["HEAD", "PATCH 0", "PATCH 1000", "PATCH 2000", "HEAD"]);
  assert.equal((await photos.all())[0].done, true);
});

for (const how of ["before", "after", "portal", 500, 401]) {
  test(`a failure (${how}) at any request loses nothing and does not begin at the first byte again`, async () => {
    for (let at = 1; at <= 8; at++) {
      const shelf = new Shelf();
      shelf.fail.set(at, how);
      const photos = await queue([2500, 700], shelf);
      for (let round = 0; round < 3; round++) await photos.send();
      assert.deepEqual((await photos.all()).map((photo) => photo.done), [true, true], `failure at request ${at}`);
      for (const photo of await photos.all()) assert.equal(digest(shelf.here.get(photo.sha256)), photo.sha256);
      assert.ok(shelf.requests.filter((request) => request === "PATCH 0").length <= 3, "it began anew");
    }
  });
}

test("a server restored from a backup is given every photo again", async () => {
  const shelf = new Shelf();
  const photos = await queue([2500, 700], shelf);
  const life = (epoch) => photos.store.run("write", ["meta"], (tx) => tx.put("meta", epoch, "server_epoch"));
  await life("first");
  await photos.send();
  const asked = shelf.requests.length;
  await photos.send();
  assert.equal(shelf.requests.length, asked, "within one life nothing is asked twice");
  shelf.here.clear();
  await life("second");
  assert.deepEqual(await photos.send(), { kind: "done" });
  for (const photo of await photos.all()) {
    assert.equal(photo.done, true);
    assert.equal(digest(shelf.here.get(photo.sha256)), photo.sha256);
  }
});

test("after a restore no photo is told as handed in while the sheets still go", async () => {
  const photos = await queue([2500, 700], new Shelf());
  const life = (epoch) => photos.store.run("write", ["meta"], (tx) => tx.put("meta", epoch, "server_epoch"));
  await life("first");
  await photos.send();
  const told = [];
  const exchange = {
    contact: async () => {
      if (told.length) return { kind: "offline" }; // in the middle of the sheets
      await life("second");
      return { kind: "delivered", left: 200 };
    },
  };
  const report = async () => void told.push((await photos.all()).map((photo) => photo.done));
  const courier = new Courier(exchange, photos, { random: () => 0.5, report, step: () => undefined, visible: () => true });
  await courier.go();
  courier.stop();
  assert.deepEqual(told, [[false, false], [false, false]]);
});

test("a photo the server refuses for good does not hold up the next one", async () => {
  const shelf = new Shelf();
  shelf.fail.set(2, 415);
  const photos = await queue([1500, 700], shelf);
  assert.deepEqual(await photos.send(), { kind: "done" });
  assert.deepEqual((await photos.all()).map((photo) => [photo.done, photo.refused]).sort(), [[false, 415], [true, undefined]].sort());
});

test("a photo that came damaged is sent again from its first byte, and given up after the third time", async () => {
  const shelf = new Shelf();
  const whole = shelf.fetch.bind(shelf);
  let damaged = 0;
  shelf.fetch = async (address, init) => {
    const said = await whole(address, init);
    const name = address.split("/").pop();
    if (init.method !== "PATCH" || said.headers.get("Upload-Complete") !== "?1" || damaged >= shelf.times) return said;
    damaged += 1;
    shelf.here.delete(name);
    return new Response("{}", { status: 422 });
  };
  shelf.times = 2;
  const photos = await queue([700], shelf);
  assert.deepEqual([(await photos.send()).kind, (await photos.all())[0].refused], ["later", undefined]);
  assert.deepEqual([(await photos.send()).kind, (await photos.all())[0].refused], ["later", undefined]);
  assert.deepEqual([(await photos.send()).kind, (await photos.all())[0].done], ["done", true]);

  shelf.times = 9;
  const hopeless = await queue([800, 900], shelf);
  damaged = 0;
  for (let round = 0; round < 4; round++) await hopeless.send();
  assert.deepEqual((await hopeless.all()).map((photo) => photo.refused), [422, 422]);
  const before = shelf.requests.length;
  assert.deepEqual([await hopeless.send(), shelf.requests.length], [{ kind: "done" }, before]);
});

test("the digest by hand is the digest of the system", async () => {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 1000, 70_001]) {
    const bytes = new Uint8Array(size).map((_, at) => (at * 31) % 256);
    assert.equal(Buffer.from(slowly(bytes)).toString("hex"), digest(bytes), `${size} bytes`);
    assert.equal(await sha256(bytes.buffer), digest(bytes));
  }
});

test("a photo of which every byte is there and which was never checked is finished, not waited for", async () => {
  const shelf = new Shelf();
  const whole = shelf.fetch.bind(shelf);
  let finished = false;
  // The server was stopped between the last byte and the look at the whole.
  shelf.fetch = async (address, init) => {
    const said = await whole(address, init);
    if (init.method === "PATCH" && init.body.byteLength === 0) finished = true;
    if (!finished) said.headers.delete("Upload-Complete");
    return said;
  };
  const photos = await queue([2500], shelf);
  assert.deepEqual(await photos.send(), { kind: "done" });
  assert.equal((await photos.all())[0].done, true);
});

/** A data: address of `size` bytes, as a canvas gives it. */
function thumb(size, seed = 1) {
  return `data:image/jpeg;base64,${Buffer.alloc(size, seed).toString("base64")}`;
}

async function withThumbs(shelf, sizes = [2500, 700]) {
  const photos = await queue(sizes, shelf);
  for (const [i, photo] of (await photos.all()).entries()) await photos.store.run("write", ["photos"], (tx) => tx.put("photos", { ...photo, thumb: thumb(900, i + 1) }));
  return photos;
}

test("the thumbnails of all photos go before the first full one, and once", async () => {
  const shelf = new Shelf();
  const photos = await withThumbs(shelf);
  const put = [];
  const files = shelf.fetch.bind(shelf);
  shelf.fetch = async (address, init) => {
    if (init.method !== "PUT") return files(address, init);
    put.push([address.split("/").slice(-2), init.body.byteLength]);
    shelf.requests.push("PUT");
    return new Response(null, { status: 204, headers: { "Upload-Complete": "?1" } });
  };
  assert.deepEqual(await photos.send(), { kind: "done" });
  assert.deepEqual(shelf.requests.slice(0, 3), ["PUT", "PUT", "HEAD"]);
  const kept = await photos.all();
  assert.deepEqual(put.map(([where]) => where[0]).sort(), kept.map((photo) => photo.sha256).sort());
  assert.deepEqual(put.map(([where, size]) => [where[1], size]), [["thumbnail", 900], ["thumbnail", 900]]);
  assert.deepEqual(kept.map((photo) => [photo.done, photo.shown]), [[true, true], [true, true]]);
  await photos.send();
  assert.equal(put.length, 2);
});

for (const [how, goes] of [[404, true], [413, true], [415, true], [503, false], [401, false], ["portal", false], ["before", false]]) {
  test(`a thumbnail met with ${how} ${goes ? "is given up, and the photo goes" : "waits, and the photo is not forgotten"}`, async () => {
    const shelf = new Shelf();
    shelf.fail.set(1, how);
    if (goes) shelf.fail.set(2, how);
    const photos = await withThumbs(shelf);
    const sent = await photos.send();
    assert.equal(sent.kind === "done", goes);
    assert.deepEqual((await photos.all()).map((photo) => photo.done), [goes, goes]);
  });
}

test("a thumbnail that is too large is not sent", async () => {
  const shelf = new Shelf();
  const photos = await queue([700], shelf);
  const [photo] = await photos.all();
  await photos.store.run("write", ["photos"], (tx) => tx.put("photos", { ...photo, thumb: thumb(20 * 1024 + 1) }));
  assert.deepEqual(await photos.send(), { kind: "done" });
  assert.equal(shelf.requests.includes("PUT"), false);
});

test("a sheet that comes meanwhile goes before the rest of the photos", async () => {
  const shelf = new Shelf();
  const photos = await queue([2500, 700], shelf);
  assert.deepEqual(await photos.send(undefined, () => shelf.requests.includes("PATCH 1000")), { kind: "done" });
  assert.deepEqual(shelf.requests, ["HEAD", "PATCH 0", "PATCH 1000"]);
  assert.deepEqual((await photos.all()).map((photo) => photo.done), [false, false]);
  assert.deepEqual(await photos.send(), { kind: "done" });
  assert.deepEqual((await photos.all()).map((photo) => photo.done), [true, true]);
});
