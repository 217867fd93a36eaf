"""Every table of the application, imported so that the metadata is whole; and which of them only grow."""

from sqlmodel import SQLModel

import app.accounts.models
import app.audit
import app.contests.models
import app.files.models
import app.issues.models
import app.judging.models
import app.material.models
import app.publishing.models
import app.results.models
import app.stage.models
import app.sync.models  # noqa: F401

METADATA = SQLModel.metadata

APPEND_ONLY = (
    "audit",
    "recusal",
    "attendance",
    "place",
    "place_match",
    "place_name",
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
    "proposal",
    "proposal_answer",
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
    "substitution",
    "material_call",
    "material_file",
    "recusal_request",
    "recusal_answer",
    "own_comment",
)

# Rows of which no more than the end is written later: what they are about stays, and so do they.
LASTING = {"rehearsal": "contest_id, of_contest, by_person, at"}


def lasting(table: str, dialect: str) -> list[str]:
    """The statements after which the columns of LASTING stay, and the rows too; they may be run again."""
    verbs = {f"UPDATE OF {LASTING[table]}": "UPDATE", "DELETE": "DELETE"}
    if dialect == "sqlite":
        return [line for event, verb in verbs.items() for line in _refused(table, event, verb)]
    each = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    return [f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE {' OR '.join(verbs)} OR TRUNCATE {each}"]


def append_only(table: str, dialect: str) -> list[str]:
    """The statements after which ``table`` refuses UPDATE and DELETE; they may be run again."""
    if dialect == "sqlite":
        return [line for verb in ("UPDATE", "DELETE") for line in _refused(table, verb, verb)]
    refuse = "BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END"
    each = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    return [
        f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE {each}",
    ]


_CONFIRMED = (
    "EXISTS (SELECT 1 FROM proposal_answer a WHERE a.contest_id = NEW.contest_id AND a.proposal_rev = NEW.proposal_rev"
    " AND a.answer = 'confirmed' AND a.made_by = NEW.by_person AND a.by_person = NEW.confirmed_by)"
)
# A judge who is asked to mark once more is the other person himself: nothing changes before his sheet comes.
_ALONE = "NEW.kind = 'remark'"


def confirmed_decisions(dialect: str) -> list[str]:
    """The statements after which no decision comes in without a proposal that another person confirmed.

    A trigger and no constraint: what was decided before this rule stays, and names one person.
    """
    told = "a decision is confirmed by another person"
    if dialect == "sqlite":
        unless = f"WHEN NOT ({_ALONE} OR {_CONFIRMED}) BEGIN SELECT RAISE(ABORT, '{told}'); END"
        return [*unguarded(dialect), f"CREATE TRIGGER decision_confirmed BEFORE INSERT ON decision {unless}"]
    refuse = f"BEGIN IF NOT ({_ALONE} OR {_CONFIRMED}) THEN RAISE EXCEPTION '{told}'; END IF; RETURN NEW; END"
    each = "BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_unconfirmed()"
    return [
        f"CREATE OR REPLACE FUNCTION refuse_unconfirmed() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        f"CREATE OR REPLACE TRIGGER decision_confirmed {each}",
    ]


def unguarded(dialect: str) -> list[str]:
    """For a restore, which puts back whole what was there: also decisions from before the rule."""
    return ["DROP TRIGGER IF EXISTS decision_confirmed" + ("" if dialect == "sqlite" else " ON decision")]


def _refused(table: str, event: str, verb: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{verb}",
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table} {refuse}",
    ]
