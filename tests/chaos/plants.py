"""Planted bugs: texts of the phone's scripts to be replaced, or a server of its own. Each must be found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug. ``scripts``: file, text that stands there once, and what stands there instead."""

    scripts: tuple[tuple[str, str, str], ...] = ()
    server: str = ""

    @property
    def texts(self) -> list[dict[str, str]]:
        return [{"file": file, "from": before, "to": after} for file, before, after in self.scripts]


PLANTS = {
    "delete before the receipt": Plant(
        (
            (
                "exchange.js",
                "const sent = now();",
                """const sent = now();
    const database = await this.outbox.store.open();
    for (const record of batch.records) database.transaction("records", "readwrite").objectStore("records").delete(record.device_seq);""",
            ),
        )
    ),
    "a new id on retry": Plant(
        (
            (
                "outbox.js",
                ".map((held) => held.record)",
                ".map((held) => ({ ...held.record, revision_id: this.uuid() }))",
            ),
        )
    ),
    "trust in a portal's 200": Plant(
        (
            (
                "exchange.js",
                "if (isAnswer(body, batch)) {",
                """if (response.status === 200) {
      if (!isAnswer(body, batch)) {
        const results = batch.records.map((record) => ({ revision_id: record.revision_id, result: "stored", reason: "", rev: 1, receipt: "" }));
        body = { fieldmark: "batch/1", batch_id: batch.batch_id, server_epoch: batch.server_epoch, server_rev: batch.server_rev, results, missing: [], changes: [] };
      }""",
            ),
        )
    ),
    "no look at the echo": Plant(
        (
            ("exchange.js", "answer.batch_id === batch.batch_id &&", ""),
            (
                "outbox.js",
                "const sent = new Set(batch.records.map((record) => record.revision_id));",
                "const sent = new Set(batch.records.map((record) => record.revision_id)); for (const held of records) if (sent.has(held.revision_id)) held.where = 'handed';",
            ),
        )
    ),
    "forgetting on a changed epoch": Plant(
        (
            ("store.js", "put: (store, value, key)", "clear: (store) => answered(of(store).clear()),\n    put: (store, value, key)"),
            (
                "outbox.js",
                "if (kept !== answer.server_epoch) await this.offerAll(tx, records, answer.server_epoch);",
                "if (kept !== answer.server_epoch) { await this.offerAll(tx, records, answer.server_epoch); if (kept) { await tx.clear('records'); records.length = 0; } }",
            ),
        )
    ),
    "what was rejected counts as handed in": Plant((("outbox.js", 'rejected: "rejected",', 'rejected: "handed",'),)),
    "what is in conflict counts as handed in": Plant((("outbox.js", 'conflict: "conflict",', 'conflict: "handed",'),)),
    "a number taken outside the transaction that stores": Plant(
        (
            (
                "outbox.js",
                "append(content, also) {",
                """async append(content, also) {
    await this.store.run("write", ["meta"], async (tx) => tx.put("meta", ((await tx.get("meta", "seq")) || 0) + (this.uuid().endsWith("3") ? 1 : 0), "seq"));""",
            ),
        )
    ),
    "the connection is never opened again": Plant((("store.js", "const TRIES = 3;", "const TRIES = 1;"),)),
    "the server answers before the commit": Plant(server="the server answers before the commit"),
}
