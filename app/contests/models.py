"""Rows of a contest before the first mark. Every key begins with the contest; order is the manual 序号."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.audit import ContestHead  # noqa: F401  the head row belongs to every contest

ROLES = ("organiser", "steward", "tallier", "checker", "staff")


class Contest(SQLModel, table=True):
    """One judged event with the scheme it is scored by. ``simulated``: invented marks, and every page says so.

    ``categories``: JSON list of what findings are about, empty for the house's (see ``categories``).
    """

    __tablename__ = "contest"
    __table_args__ = (
        CheckConstraint("form IN ('tour', 'stage', 'desk')", name="form"),
        Index("ix_contest_simulated", "id", "simulated", unique=True),  # what a rehearsal refers to
    )

    id: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=120)
    form: str = Field(max_length=8)
    scheme: str = Field(sa_type=Text)
    scheme_digest: str = Field(max_length=64)
    time_zone: str = Field(default="Asia/Shanghai", max_length=40)
    simulated: bool = False
    categories: str = Field(default="", sa_type=Text)
    made_at: str = Field(max_length=32)


class Rehearsal(SQLModel, table=True):
    """彩排: that a contest was made to try ``of_contest`` out, and when it ended. The row is never deleted.

    ``simulated`` is always true, and the foreign key carries it: no rehearsal becomes a real contest.
    """

    __tablename__ = "rehearsal"
    __table_args__ = (
        CheckConstraint("simulated", name="simulated"),
        ForeignKeyConstraint(["contest_id", "simulated"], ["contest.id", "contest.simulated"]),
        CheckConstraint("contest_id <> of_contest", name="another"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="closed"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["of_contest"], ["contest.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
        ForeignKeyConstraint(["closed_by"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    of_contest: str = Field(max_length=40)
    simulated: bool = True
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)
    closed_by: str | None = Field(default=None, max_length=32)
    closed_at: str | None = Field(default=None, max_length=32)


class PlaceRow(SQLModel, table=True):
    """单位/站点 of the register above contests, by the name it came in with; append-only. No second has that name."""

    __tablename__ = "place"
    __table_args__ = (ForeignKeyConstraint(["by_person"], ["person.id"]), UniqueConstraint("name"))

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=120)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class PlaceName(SQLModel, table=True):
    """Whose a name is, besides the one a place came in with; append-only, the newest of a name counts.

    None: taken back, the name is nobody's but of the place that came in with it. One key per name and turn, so that two
    places never hold one name.
    """

    __tablename__ = "place_name"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("place_id IS NOT NULL OR turn > 1", name="given_before_taken"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["place_id"], ["place.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    name: str = Field(primary_key=True, max_length=120)
    turn: int = Field(primary_key=True)
    place_id: str | None = Field(default=None, max_length=32)
    reason: str = Field(max_length=500)
    contest_id: str = Field(max_length=40)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class PlaceMatch(SQLModel, table=True):
    """Which place a unit of that name is, as a person said; none: it is no place of the register. The newest counts.

    By name and not by id: a roster that is taken over anew may give a unit another number, and nobody another name.
    """

    __tablename__ = "place_match"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["place_id"], ["place.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    unit_name: str = Field(max_length=120)
    place_id: str | None = Field(default=None, max_length=32)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class Membership(SQLModel, table=True):
    """What a person may do in a contest; one row per role."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("role IN ('organiser', 'steward', 'tallier', 'checker', 'staff')", name="role"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["person_id"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    person_id: str = Field(primary_key=True, max_length=32)
    role: str = Field(primary_key=True, max_length=16)
    made_at: str = Field(max_length=32)
    ended_at: str | None = Field(default=None, max_length=32)


class UnitRow(SQLModel, table=True):
    """Who is ranked and rewarded."""

    __tablename__ = "unit"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        UniqueConstraint("contest_id", "name"),
        UniqueConstraint("contest_id", "place_number"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=64)
    place_number: int = Field(ge=1)
    name: str = Field(max_length=120)
    division: str = Field(default="", max_length=64)


class EntryRow(SQLModel, table=True):
    """What is marked, with its place in the itinerary.

    ``judges``: the only ones it is assigned to, ids joined by ;. ``group_name``: of a round that is held in groups.
    """

    __tablename__ = "entry"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id", "unit_id"], ["unit.contest_id", "unit.id"]),
        UniqueConstraint("contest_id", "place_number"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=64)
    place_number: int = Field(ge=1)
    unit_id: str = Field(max_length=64)
    component: str = Field(max_length=64)
    kind: str = Field(default="", max_length=64)
    name: str = Field(max_length=120)
    day: str = Field(default="", max_length=32)
    planned_at: str = Field(default="", max_length=16)
    where: str = Field(default="", max_length=120)
    judges: str = Field(default="", max_length=1000)
    group_name: str = Field(default="", max_length=64)


class StopChange(SQLModel, table=True):
    """One change of the itinerary on the road; append-only. How it stands is read in ``road``.

    ``move``: from now on before ``before_id``, or the last of ``day``; ``planned_at``: the new time, empty if nobody
    has said. ``hide``, ``open``: prepared in secret (抽点), and opened by call. ``drop``, ``restore``: not visited, and
    visited after all.
    """

    __tablename__ = "stop_change"
    __table_args__ = (
        CheckConstraint("change IN ('move', 'hide', 'open', 'drop', 'restore')", name="change"),
        CheckConstraint(
            "change = 'move' OR (before_id IS NULL AND day = '' AND planned_at = '')", name="only_moves_have_a_place"
        ),
        CheckConstraint("change IN ('hide', 'open') OR reason <> ''", name="reason"),
        CheckConstraint("before_id <> entry_id", name="before_another"),
        ForeignKeyConstraint(["contest_id", "entry_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["contest_id", "before_id"], ["entry.contest_id", "entry.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    entry_id: str = Field(max_length=64)
    change: str = Field(max_length=8)
    before_id: str | None = Field(default=None, max_length=64)
    day: str = Field(default="", max_length=32)
    planned_at: str = Field(default="", max_length=16)
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class JudgeRow(SQLModel, table=True):
    """Who marks. ``phone_end``: the last four digits of his number, asked for on a second phone."""

    __tablename__ = "judge"
    __table_args__ = (
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        UniqueConstraint("contest_id", "place_number"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=64)
    place_number: int = Field(ge=1)
    name: str = Field(max_length=80)
    judge_class: str = Field(default="", max_length=64)
    unit_id: str = Field(default="", max_length=64)
    bloc: str = Field(default="", max_length=64)
    divisions: str = Field(default="", max_length=200)
    components: str = Field(default="", max_length=200)
    phone_end: str = Field(default="", max_length=4)
    aide: str = Field(default="", max_length=120)
    bus: str = Field(default="", max_length=40)


class PriorRow(SQLModel, table=True):
    """A score known before, as it is written: exact, with its source."""

    __tablename__ = "prior"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "unit_id"], ["unit.contest_id", "unit.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    unit_id: str = Field(primary_key=True, max_length=64)
    component: str = Field(primary_key=True, max_length=64)
    value: str = Field(max_length=40)
    source: str = Field(default="", max_length=200)


class RecusalRow(SQLModel, table=True):
    """A judge does not mark a unit's entries, or one entry; append-only, the newest row for a pair counts."""

    __tablename__ = "recusal"
    __table_args__ = (ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    judge_id: str = Field(max_length=64)
    unit_id: str = Field(default="", max_length=64)
    entry_id: str = Field(default="", max_length=64)
    reason: str = Field(max_length=200)
    lifted: bool = False
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class AttendanceRow(SQLModel, table=True):
    """签到/请假 of a judge for a day; append-only, the newest row for judge and day counts."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("state IN ('present', 'leave')", name="state"),
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    judge_id: str = Field(primary_key=True, max_length=64)
    day: str = Field(primary_key=True, max_length=32)
    state: str = Field(max_length=8)
    reason: str = Field(default="", max_length=200)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class Substitution(SQLModel, table=True):
    """From a stop on another judge marks in a judge's place; append-only. How it stands is read in ``substitution``."""

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint("judge_id <> by_judge", name="another"),
        CheckConstraint("reason <> ''", name="reason"),
        ForeignKeyConstraint(["contest_id", "judge_id"], ["judge.contest_id", "judge.id"]),
        ForeignKeyConstraint(["contest_id", "by_judge"], ["judge.contest_id", "judge.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    judge_id: str = Field(max_length=64)
    by_judge: str = Field(max_length=64)
    from_entry: str = Field(max_length=64)
    reason: str = Field(max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class MaterialCall(SQLModel, table=True):
    """征集材料: that units hand in files for the entries of a component, until when, and how much. The newest holds."""

    __tablename__ = "material_call"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("version = 1 OR reason <> ''", name="reason"),
        CheckConstraint("most_files >= 1 AND document_mb >= 1 AND video_mb >= 0", name="limits"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
        UniqueConstraint("contest_id", "component", "version", "due_at"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    component: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    rev: int
    due_at: str = Field(max_length=32)
    most_files: int
    document_mb: int
    video_mb: int
    reason: str = Field(default="", max_length=500)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class SchemeVersion(SQLModel, table=True):
    """评分办法的一版, as somebody put it forward; append-only. In force is the newest that a second person signed.

    ``made_by`` is nobody where marking had begun before rules were signed here: that version is in force as it stands.
    """

    __tablename__ = "scheme_version"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("version = 1 OR made_by IS NOT NULL", name="made_by"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["made_by"], ["person.id"]),
        UniqueConstraint("contest_id", "version", "made_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    rev: int
    text: str = Field(sa_type=Text)
    digest: str = Field(max_length=64)
    reason: str = Field(default="", max_length=500)
    made_by: str | None = Field(default=None, max_length=32)
    at: str = Field(max_length=32)


class SchemeSignature(SQLModel, table=True):
    """The second person's hand under a version. The foreign key carries who made it, so it cannot be said wrongly."""

    __tablename__ = "scheme_signature"
    __table_args__ = (
        CheckConstraint("made_by <> signed_by", name="two_people"),
        ForeignKeyConstraint(
            ["contest_id", "version", "made_by"],
            ["scheme_version.contest_id", "scheme_version.version", "scheme_version.made_by"],
        ),
        ForeignKeyConstraint(["signed_by"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    rev: int
    made_by: str = Field(max_length=32)
    signed_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class DraftImport(SQLModel, table=True):
    """A workbook as it was read, waiting to be applied: nothing of it is in the contest yet. The newest one only."""

    __tablename__ = "draft_import"
    __table_args__ = (ForeignKeyConstraint(["contest_id"], ["contest.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class RoundCollection(SQLModel, table=True):
    """收分 of one round before the last: from then on no sheet for its entries counts but by decision."""

    __tablename__ = "round_collection"
    __table_args__ = (ForeignKeyConstraint(["contest_id"], ["contest.id"]),)

    contest_id: str = Field(primary_key=True, max_length=40)
    round: str = Field(primary_key=True, max_length=64)
    rev: int
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)


class RoundList(SQLModel, table=True):
    """晋级名单: who comes to ``round``, as somebody put it forward; append-only. The newest confirmed one counts.

    ``units``: JSON list of their ids, in the order of the round before.
    """

    __tablename__ = "round_list"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        ForeignKeyConstraint(["contest_id"], ["contest.id"]),
        ForeignKeyConstraint(["made_by"], ["person.id"]),
        UniqueConstraint("contest_id", "round", "version", "made_by"),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    round: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    rev: int
    units: str = Field(sa_type=Text)
    reason: str = Field(max_length=500)
    document: str = Field(default="", max_length=120)
    made_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class RoundListConfirmation(SQLModel, table=True):
    """The second person's hand under a list. The foreign key carries who made it, so it cannot be said wrongly."""

    __tablename__ = "round_list_confirmation"
    __table_args__ = (
        CheckConstraint("made_by <> confirmed_by", name="two_people"),
        ForeignKeyConstraint(
            ["contest_id", "round", "version", "made_by"],
            ["round_list.contest_id", "round_list.round", "round_list.version", "round_list.made_by"],
        ),
        ForeignKeyConstraint(["confirmed_by"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    round: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    rev: int
    made_by: str = Field(max_length=32)
    confirmed_by: str = Field(max_length=32)
    at: str = Field(max_length=32)


class RoundNotice(SQLModel, table=True):
    """名单公示: what the public reads of a confirmed list, and nothing more is in the row; append-only.

    ``document``: JSON, see ``results.notices``. The newest of a round holds.
    """

    __tablename__ = "round_notice"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contest_id", "round", "version"],
            ["round_list_confirmation.contest_id", "round_list_confirmation.round", "round_list_confirmation.version"],
        ),
        ForeignKeyConstraint(["by_person"], ["person.id"]),
    )

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    round: str = Field(max_length=64)
    version: int
    document: str = Field(sa_type=Text)
    by_person: str = Field(max_length=32)
    at: str = Field(max_length=32)
