"""Every table of the application, imported so that the metadata is whole; and which of them only grow."""

from sqlmodel import SQLModel

import app.accounts.models
import app.audit
import app.contests.models
import app.files.models
import app.issues.models
import app.judging.models
import app.publishing.models
import app.results.models
import app.sync.models  # noqa: F401

METADATA = SQLModel.metadata

APPEND_ONLY = (
    "audit",
    "recusal",
    "attendance",
    "place",
    "place_match",
    "scheme_version",
    "scheme_signature",
    "round_collection",
    "round_list",
    "round_list_confirmation",
    "round_notice",
    "arrival",
    "sheet_revision",
    "paper_typing",
    "paper_match",
    "paper_look",
    "decision",
    "collection",
    "stop_lock",
    "stage_order",
    "stage_turn",
    "stage_draw",
    "stage_drawn",
    "console_step",
    "clock_press",
    "stage_comment",
    "judge_signature",
    "signed_sheet",
    "stored_file",
    "thumbnail",
    "finding",
    "issue_list",
    "issue",
    "finding_left_out",
    "opening",
    "round_opening",
    "seal",
    "counter_signature",
    "approval",
    "publication",
    "county_result",
    "score_check",
    "score_confirmation",
    "release",
    "screen_cue",
    "stop_change",
)


def append_only(table: str, dialect: str) -> list[str]:
    """The statements after which ``table`` refuses UPDATE and DELETE; they may be run again."""
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        return [
            line
            for verb in ("UPDATE", "DELETE")
            for line in (
                f"DROP TRIGGER IF EXISTS {table}_no_{verb}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {refuse}",
            )
        ]
    refuse = "BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END"
    each = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    return [
        f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE {each}",
    ]
