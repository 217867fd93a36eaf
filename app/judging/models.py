"""Rows of judging: sheets, paper, signatures, decisions, collect, asked recusals. All append-only."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class SheetRevision(SQLModel, table=True):
    """The marks of one judge for one entry at one moment, whole. ``ticks``: JSON list, null is not marked, never 0.

    From a phone ``device_id`` and ``device_seq`` say where it was made. What people put in has neither: paper, or what
    a judge dictated (代录), that two of them typed alike; and a late sheet of a phone that they admitted
    (``revision_id``: that of its arrival).
    """

    __tablename__ = "sheet_revision"
    __table_args__ = (
        CheckConstraint("kind IN ('draft', 'submitted', 'withdrawn')", name="kind"),
        CheckConstraint("origin IN ('phone', 'paper', 'dictated')", name="origin"),
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        Index("ix_sheet_revision_sheet", "contest_id", "judge_id", "entry_id"),
        Index("ix_sheet_revision_rev", "contest_id", "server_rev"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    server_rev: int
    judge_id: str = Field(max_length=64)
    entry_id: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    ticks: str = Field(sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    origin: str = Field(max_length=8)
    device_id: str = Field(default="", max_length=36)
    device_seq: int = 0
    based_on: int = 0
    marked_at: str = Field(max_length=32)
    came_at: str = Field(max_length=32)
    digest: str = Field(max_length=64)


class PaperTyping(SQLModel, table=True):
    """A paper sheet as one person typed it, or what a judge dictated to him (代录).

    ``way``: paper, or telephone, aloud, photo; then ``reason`` says why it was entered for him.
    """

    __tablename__ = "paper_typing"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        Index("ix_paper_typing_sheet", "contest_id", "judge_id", "entry_id"),
        UniqueConstraint("contest_id", "rev", "number", "typed_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    judge_id: str = Field(max_length=64)
    entry_id: str = Field(max_length=64)
    ticks: str = Field(sa_type=Text)
    typed_by: str = Field(max_length=32)
    at: str = Field(max_length=32)
    way: str = Field(default="paper", max_length=9)
    reason: str = Field(default="", max_length=500)


_TYPING = [f"paper_typing.{column}" for column in ("contest_id", "rev", "number", "typed_by")]


class PaperMatch(SQLModel, table=True):
    """Two typings of one paper sheet that agree, by two people: the database refuses the same person twice.

    Where they do not agree, a ``PaperLook`` of these two has settled every mark. The foreign keys carry who typed, so
    that nobody can be named who did not.
    """

    __tablename__ = "paper_match"
    __table_args__ = (
        CheckConstraint("first_by <> second_by", name="two_people"),
        ForeignKeyConstraint(["contest_id", "first_rev", "first_number", "first_by"], _TYPING),
        ForeignKeyConstraint(["contest_id", "second_rev", "second_number", "second_by"], _TYPING),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    first_rev: int
    first_number: int
    first_by: str = Field(max_length=32)
    second_rev: int
    second_number: int
    second_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class PaperLook(SQLModel, table=True):
    """The third look (第三人复看): of two typings that differ, a third person says mark by mark which is on the paper.

    ``ticks``: the sheet as it then stands, each mark as one of the two typed it. The database refuses whoever typed.
    """

    __tablename__ = "paper_look"
    __table_args__ = (
        CheckConstraint("first_by <> second_by", name="two_people"),
        CheckConstraint("looked_by <> first_by AND looked_by <> second_by", name="third_person"),
        ForeignKeyConstraint(["contest_id", "first_rev", "first_number", "first_by"], _TYPING),
        ForeignKeyConstraint(["contest_id", "second_rev", "second_number", "second_by"], _TYPING),
        ForeignKeyConstraint(["looked_by"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    first_rev: int
    first_number: int
    first_by: str = Field(max_length=32)
    second_rev: int
    second_number: int
    second_by: str = Field(max_length=32)
    ticks: str = Field(sa_type=Text)
    reason: str = Field(max_length=500)
    looked_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class Proposal(SQLModel, table=True):
    """What one person puts forward to be decided; it has no effect before another confirms it.

    ``lines``: JSON, a list of [kind, subject, rule, value, revoked_rev], each a ``DecisionRow`` that is to come.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        UniqueConstraint("contest_id", "rev", "made_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    deed: str = Field(max_length=16)
    lines: str = Field(sa_type=Text)
    reason: str = Field(max_length=500)
    document: str = Field(default="", max_length=120)
    made_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class ProposalAnswer(SQLModel, table=True):
    """The one answer to a proposal: another person confirms or declines it, or who made it withdraws it."""

    __tablename__ = "proposal_answer"
    __table_args__ = (
        CheckConstraint("answer IN ('confirmed', 'declined', 'withdrawn')", name="answer"),
        CheckConstraint("(answer = 'withdrawn') = (made_by = by_person)", name="two_people"),
        CheckConstraint("answer = 'confirmed' OR reason <> ''", name="reason"),
        ForeignKeyConstraint(
            ["contest_id", "proposal_rev", "made_by"], ["proposal.contest_id", "proposal.rev", "proposal.made_by"]
        ),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    proposal_rev: int = Field(primary_key=True)
    made_by: str = Field(max_length=32)
    rev: int
    answer: str = Field(max_length=9)
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class DecisionRow(SQLModel, table=True):
    """Anything people decided, with reason and document; ``revoked_rev`` names the decision a later one takes back.

    ``by_person`` proposed it and ``confirmed_by`` confirmed it: a trigger asks for the confirmed proposal
    (``app/migrations/tables.py``). Rows from before that rule name no second person.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("by_person <> confirmed_by", name="two_people"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(
            ["contest_id", "proposal_rev"], ["proposal_answer.contest_id", "proposal_answer.proposal_rev"]
        ),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str = Field(max_length=16)
    subject: str = Field(default="", max_length=140)
    rule: str = Field(default="", max_length=64)
    value: str = Field(default="", max_length=80)
    reason: str = Field(max_length=500)
    document: str = Field(default="", max_length=120)
    revoked_rev: int | None = None
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)
    proposal_rev: int | None = None
    confirmed_by: str | None = Field(default=None, max_length=32)


class Collection(SQLModel, table=True):
    """收分: no more sheets from this moment, except by decision."""

    __tablename__ = "collection"
    __table_args__ = (ForeignKeyConstraint(["contest_id"], ["contest.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class StopLock(SQLModel, table=True):
    """锁定点位: no more sheets for this entry, except by decision; where the scheme closes them with each stop.

    ``grace_until``: until then a sheet that was handed in before the lock still counts when it arrives; empty: none.
    """

    __tablename__ = "stop_lock"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    entry_id: str = Field(primary_key=True, max_length=64)
    rev: int
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)
    grace_until: str = Field(default="", max_length=32)


class JudgeSignature(SQLModel, table=True):
    """What a judge signed on glass: how, when, and the strokes as he drew them; ``signed_sheet`` says which sheets.

    ``strokes``: JSON, a list of strokes, each x, y, x, y, ... in whole numbers of a field 1000 wide and 400 high.
    """

    __tablename__ = "judge_signature"
    __table_args__ = (
        CheckConstraint("way IN ('drawn', 'typed')", name="way"),
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        Index("ix_judge_signature_judge", "contest_id", "judge_id"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    server_rev: int
    judge_id: str = Field(max_length=64)
    way: str = Field(max_length=8)
    name: str = Field(default="", max_length=64)
    strokes: str = Field(sa_type=Text)
    device_id: str = Field(max_length=36)
    device_seq: int
    marked_at: str = Field(max_length=32)
    came_at: str = Field(max_length=32)
    digest: str = Field(max_length=64)


class SignedSheet(SQLModel, table=True):
    """One line of what was signed: this revision of a sheet, with this digest. The revision may come after it."""

    __tablename__ = "signed_sheet"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contest_id", "signature_id"], ["judge_signature.contest_id", "judge_signature.revision_id"]
        ),
        Index("ix_signed_sheet_sheet", "contest_id", "judge_id", "entry_id"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    signature_id: str = Field(primary_key=True, max_length=36)
    revision_id: str = Field(primary_key=True, max_length=36)
    judge_id: str = Field(max_length=64)
    entry_id: str = Field(max_length=64)
    digest: str = Field(max_length=64)


class RecusalRequest(SQLModel, table=True):
    """A judge says on his phone that he should not mark an entry. It binds nobody before it is answered."""

    __tablename__ = "recusal_request"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        UniqueConstraint("contest_id", "revision_id", "judge_id"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    server_rev: int
    judge_id: str = Field(max_length=64)
    entry_id: str = Field(max_length=64)
    reason: str = Field(max_length=200)
    device_id: str = Field(max_length=36)
    device_seq: int
    marked_at: str = Field(default="", max_length=32)
    came_at: str = Field(max_length=32)


class RecusalAnswer(SQLModel, table=True):
    """The organiser's one answer to a request. ``recusal_rev``: of the recusal by which he confirmed it, else none."""

    __tablename__ = "recusal_answer"
    __table_args__ = (
        CheckConstraint("recusal_rev IS NOT NULL OR reason <> ''", name="reason"),
        ForeignKeyConstraint(
            ["contest_id", "revision_id", "judge_id"],
            ["recusal_request.contest_id", "recusal_request.revision_id", "recusal_request.judge_id"],
        ),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    revision_id: str = Field(primary_key=True, max_length=36)
    judge_id: str = Field(max_length=64)
    rev: int
    recusal_rev: int | None = None
    reason: str = Field(default="", max_length=200)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)
