// The proof of the outbox: random days on the road, on the shipped files, and planted bugs that must be found.
// FIELDMARK_SCHEDULES says how many days, FIELDMARK_SEED where to begin.

import assert from "node:assert/strict";
import { test } from "node:test";
import { day } from "./model.mjs";
import { shipped } from "./shipped.mjs";

const SCHEDULES = Number(process.env.FIELDMARK_SCHEDULES || 150);
const SEED = Number(process.env.FIELDMARK_SEED || 20220707);
const BUDGET_FOR_A_BUG = 60;
const MODULES = ["store.js", "outbox.js", "exchange.js"];

test("random days lose nothing and double nothing", async () => {
  const modules = await shipped(MODULES);
  let revisions = 0;
  for (let i = 0; i < SCHEDULES; i++) {
    const found = await day(modules, SEED + i);
    assert.deepEqual(found.wrong, [], `seed ${SEED + i}`);
    revisions += found.revisions;
  }
  console.log(`${SCHEDULES} schedules, ${revisions} revisions, 0 lost, 0 doubled`);
});

const PLANTS = {
  "delete before the receipt": [
    {
      file: "exchange.js",
      from: "const sent = now();",
      to: `const sent = now();
    const database = await this.outbox.store.open();
    for (const record of batch.records) database.transaction("records", "readwrite").objectStore("records").delete(record.device_seq);`,
    },
  ],
  "a new id on retry": [
    { file: "outbox.js", from: ".map((held) => held.record)", to: ".map((held) => ({ ...held.record, revision_id: this.uuid() }))" },
  ],
  "trust in a portal's 200": [
    {
      file: "exchange.js",
      from: "if (isAnswer(body, batch)) {",
      to: `if (response.status === 200) {
      if (!isAnswer(body, batch)) {
        const results = batch.records.map((record) => ({ revision_id: record.revision_id, result: "stored", reason: "", rev: 1, receipt: "" }));
        body = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: batch.server_epoch, server_rev: batch.server_rev, results, missing: [], changes: [] };
      }`,
    },
  ],
  "no look at the echo": [
    { file: "exchange.js", from: "answer.batch_id === batch.batch_id &&", to: "" },
    { file: "outbox.js", from: "!held || !where || !sent.has(held.revision_id)", to: "!held || !where" },
    // The old answer is about older records; taken for this batch's, it hands in whatever was sent.
    { file: "outbox.js", from: "const sent = new Set(batch.records.map((record) => record.revision_id));", to: "for (const record of batch.records) { const held = records.find((one) => one.revision_id === record.revision_id); if (held) held.where = 'handed'; }" },
  ],
  "a number taken outside the transaction that stores": [
    {
      file: "outbox.js",
      from: "append(content, also) {",
      to: "async append(content, also) {\n    await this.store.run('write', ['meta'], async (tx) => tx.put('meta', ((await tx.get('meta', 'seq')) || 0) + (this.uuid().endsWith('3') ? 1 : 0), 'seq'));",
    },
  ],
  "the connection is never opened again": [{ file: "store.js", from: "const TRIES = 3;", to: "const TRIES = 1;" }],
};

for (const [bug, plants] of Object.entries(PLANTS)) {
  test(`planted: ${bug}`, async () => {
    const modules = await shipped(MODULES, plants);
    for (let i = 0; i < BUDGET_FOR_A_BUG; i++) {
      const found = await day(modules, SEED + i).catch((error) => ({ wrong: [String(error)] }));
      if (found.wrong.length) return console.log(`${bug}: seed ${SEED + i}: ${found.wrong[0]}`);
    }
    assert.fail(`not found in ${BUDGET_FOR_A_BUG} schedules`);
  });
}
