"""The papers of a contest, before anything is marked: what stands on each, in the reader's language.

Reads the roster and who marks what. Holds no mark, whatever has happened: these papers are printed under the blind.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.models import Contest, JudgeRow, UnitRow
from app.contests.road import RoadEntry
from app.i18n import Language
from app.judging.paper_queries import Panel, panel
from app.printing.setting import Around, Column, Leaf, Line, Slip, Table
from app.results.rule_words import rule_lines, word
from app.stage.draw import Draw, changed_since, draws
from app.stage.queries import Turn, turns
from scoring.numbers import plain
from scoring.scheme import Item

_ENTRANTS = "stage"  # the form of contest in which an entry is somebody who appears
_MOST_UPRIGHT = 10  # columns on a page that stands
_SLIPS_ITEMS = 8  # items of a slip, of which four are on a page


@dataclass(frozen=True, slots=True)
class Papers:
    """A contest as its papers need it, everything in the manual order, entries in that of the road or of the stage."""

    contest: Contest
    language: Language
    units: tuple[UnitRow, ...]
    entries: tuple[RoadEntry, ...]
    judges: tuple[JudgeRow, ...]
    who: Panel
    turns: dict[str, Turn]  # in the order that was laid down for the stage; empty where none was
    draw: Draw | None  # of that order; none where it was changed since

    def around(self, title: str) -> Around:
        say, contest = self.language.gettext, self.contest
        return Around(
            title=f"{contest.name} {title}",
            name=contest.name,
            language=self.language.code,
            number=say("Paper {n} of {all}"),
            colon=say("{name}: ", name=""),
            by_hand=say("Write in by hand what no font has"),
            invented=say("Simulated") if contest.simulated else "",
        )

    def unit(self, unit_id: str) -> str:
        return next(row.name for row in self.units if row.id == unit_id)

    def number(self, entry: RoadEntry) -> int:
        """By which the entry is called: as drawn on a stage, else its manual one."""
        turn = self.turns.get(entry.id)
        return turn.number if turn else entry.place_number

    def entrant(self, entry: RoadEntry) -> str:
        """Whose performance it is, or which project."""
        unit = self.unit(entry.unit_id)
        return entry.name if unit in entry.name else f"{unit} · {entry.name}"

    def due(self, entry: RoadEntry) -> list[JudgeRow]:
        """Whoever hands in a sheet for the entry."""
        return [judge for judge in self.judges if self.who.standing(judge.id, entry.id) == "due"]

    @property
    def marked(self) -> list[RoadEntry]:
        return [entry for entry in self.entries if self.who.scheme.component[entry.component].source == "marks"]


def papers(session: Session, contest_id: str, language: Language) -> Papers:
    """Raises NoContest."""
    here = contests.marked_now(session, contest_id)
    laid = {turn.entry.id: turn for turn in turns(session, contest_id)}
    rows = [row for row in contests.entries(session, contest_id) if row.id in here]
    if laid:
        rows.sort(key=lambda row: laid[row.id].place if row.id in laid else len(laid) + 1)
    return Papers(
        contests.contest(session, contest_id),
        language,
        tuple(contests.units(session, contest_id)),
        tuple(rows),
        tuple(contests.judges(session, contest_id)),
        panel(session, contest_id),
        laid,
        None if changed_since(session, contest_id) else next(iter(draws(session, contest_id)), None),
    )


# --- score sheets


def score_sheets(of: Papers, *, judge: str = "", day: str = "") -> Iterator[Leaf]:
    """A page for each judge and unit, with a row for each entry; ``judge``, ``day``: of that one only."""
    for one in of.judges:
        for unit in of.units:
            rows = [
                entry
                for entry in of.marked
                if entry.unit_id == unit.id
                and day in ("", entry.day)
                and of.who.standing(one.id, entry.id) != "not_his"
            ]
            if judge in ("", one.id) and rows:
                yield _sheet(of, one, unit, rows)


def _sheet(of: Papers, judge: JudgeRow, unit: UnitRow, rows: Sequence[RoadEntry]) -> Leaf:
    say = of.language.gettext
    forms: dict[tuple[str, tuple[str, ...]], list[RoadEntry]] = {}
    for entry in rows:
        items = tuple(item.id for item in of.who.items(entry.id))
        forms.setdefault((entry.component, items), []).append(entry)
    tables, before = [], ""
    for (part, _), entries in forms.items():
        tables.append(_form(of, judge, entries, caption="" if part == before else _part_name(of, entries[0])))
        before = part
    return Leaf(
        title=say("Score sheet"),
        facts=(
            say("Judge {number}: {name}", number=judge.place_number, name=judge.name),
            say("Unit: {name}", name=unit.name),
        ),
        tables=tuple(tables),
        notes=(
            say("One number in each cell. An empty cell is not marked; it is never 0."),
            *_steps(of, rows),
            say("To change a number: cross it out, write the new one beside it and sign there."),
        ),
        signed=(say("Judge's signature"), say("Date")),
        across=max(len(table.columns) for table in tables) > _MOST_UPRIGHT,
    )


def _form(of: Papers, judge: JudgeRow, entries: Sequence[RoadEntry], *, caption: str) -> Table:
    """Entries with the same items."""
    say, items = of.language.gettext, of.who.items(entries[0].id)
    total = (Column(say("Sum"), width="17mm"),) if len(items) > 1 else ()
    narrow = "1fr" if len(items) > 1 else "50mm"
    columns = (
        Column(say("No."), width="11mm"),
        Column(say("Entry"), width="2.4fr", align="left"),
        *(Column(word(item.name, of.language), allowed(item, of.language), width=narrow) for item in items),
        *total,
    )
    why = {"recused": say("Recused"), "leave": say("On leave")}
    lines = []
    for entry in entries:
        struck = why.get(of.who.standing(judge.id, entry.id), "")
        cells = (str(entry.place_number), entry.name, *("" for _ in columns[2:]))
        lines.append(Line(cells, struck))
    return Table(columns, tuple(lines), caption, high="12mm")


def allowed(item: Item, language: Language) -> str:
    """What may be written: from its floor to its full marks."""
    say = language.gettext
    told = f"{plain(item.floor)}–{plain(item.full)}"
    if item.role != "score":
        told = (say("bonus") if item.role == "bonus" else say("deduction")) + " " + told
    return told


def _steps(of: Papers, entries: Sequence[RoadEntry]) -> Iterator[str]:
    """By how much two marks differ at least: in one sentence where it is the same for all."""
    say, items = of.language.gettext, [item for entry in entries for item in of.who.items(entry.id)]
    if len({item.step for item in items}) == 1:
        yield say("Marks go by steps of {step}.", step=plain(items[0].step))
        return
    for item in dict.fromkeys(items):
        name = word(item.name, of.language)
        yield say("{name}: {rule}", name=name, rule=say("Marks go by steps of {step}.", step=plain(item.step)))


def slips(of: Papers, *, day: str = "") -> Iterator[Slip]:
    """A slip for each entry and judge, entry by entry: to be cut, handed out and collected one by one."""
    say = of.language.gettext
    for entry in of.marked:
        items = of.who.items(entry.id)
        if day not in ("", entry.day):
            continue
        lines = [(word(item.name, of.language), allowed(item, of.language)) for item in items]
        lines += [(say("Sum"), "")] if len(items) > 1 else []
        steps = tuple(_steps(of, [entry]))
        for judge in of.due(entry):
            yield Slip(
                title=say("Score slip"),
                facts=(
                    say("No. {number}: {name}", number=of.number(entry), name=of.entrant(entry)),
                    say("Judge {number}: {name}", number=judge.place_number, name=judge.name),
                ),
                lines=tuple(lines),
                notes=steps,
                signed=(say("Judge's signature"),),
            )


def slips_down(of: Papers) -> int:
    """How many slips stand one above the other: two, unless their items need the whole height."""
    most = max((len(of.who.items(entry.id)) for entry in of.marked), default=1)
    return 2 if most <= _SLIPS_ITEMS else 1


# --- tally


def tally(of: Papers, *, day: str = "") -> Iterator[Leaf]:
    """A page for each entry, with a row for each judge: to write down what is read out, and to reckon by hand."""
    for entry in of.marked:
        due = of.due(entry)
        if due and day in ("", entry.day):
            rows = tuple(Line((str(judge.place_number), judge.name, "", "", "")) for judge in due)
            yield tally_leaf(of, entry, rows)


def tally_leaf(of: Papers, entry: RoadEntry, rows: tuple[Line, ...]) -> Leaf:
    """The tally sheet of one entry, whatever stands in its rows."""
    say = of.language.gettext
    columns = (
        Column(say("No."), width="12mm"),
        Column(say("Judge"), width="2fr", align="left"),
        Column(say("Mark"), width="1.4fr"),
        Column(say("Dropped ✓"), width="1fr"),
        Column(say("Remarks"), width="1.6fr", align="left"),
    )
    high = "7mm" if len(rows) > 14 else "10mm"
    return Leaf(
        title=say("Tally by hand"),
        facts=(
            say("No. {number}: {name}", number=of.number(entry), name=of.entrant(entry)),
            _part_name(of, entry),
        ),
        tables=(Table(columns, rows, high=high),),
        blanks=(
            say("Highest mark dropped"), say("Lowest mark dropped"), say("Marks that count"), say("Mean"),
            say("Added or deducted"), say("Final score"),
        ),
        notes=(_rule(of, entry),),
        signed=(say("Tallier"), say("Checker"), say("Steward"), say("Date")),
    )  # fmt: skip


def _rule(of: Papers, entry: RoadEntry) -> str:
    """How the marks of the entry become its score: the first lines of the rule are the marked parts, in their order."""
    scheme = of.who.scheme
    marked = [part.id for part in scheme.components if part.source == "marks"]
    return rule_lines(scheme, of.language)[marked.index(entry.component)]


# --- lists


def itinerary(of: Papers) -> Iterator[Leaf]:
    """A page for each day: where it goes, and when."""
    say = of.language.gettext
    kinds = {kind.id: word(kind.name, of.language) for kind in of.who.scheme.kinds}
    for day in dict.fromkeys(entry.day for entry in of.entries):
        stops = [entry for entry in of.entries if entry.day == day]
        columns = (
            Column(say("No."), width="11mm"),
            Column(say("Time"), width="17mm"),
            Column(say("Unit"), width="1.1fr", align="left"),
            Column(say("Entry"), width="1.7fr", align="left"),
            Column(say("Kind"), width="1.1fr", align="left"),
            Column(say("Where"), width="1.3fr", align="left"),
        )
        rows = [
            Line((
                str(stop.place_number), stop.planned_at, of.unit(stop.unit_id), stop.name,
                kinds.get(stop.kind, _part_name(of, stop)), stop.where,
            ))
            for stop in stops
        ]  # fmt: skip
        facts = (day_name(day, of.language),) if day else ()
        yield Leaf(say("Itinerary"), facts, (Table(columns, tuple(rows), high="9mm"),))


def order(of: Papers) -> Iterator[Leaf]:
    """A page for each part that is marked: who comes after whom, with room to tick.

    As it was laid down for the stage, where it was, with the numbers that are called out; else in the manual order.
    """
    say, divisions = of.language.gettext, {one.id: word(one.name, of.language) for one in of.who.scheme.divisions}
    units = {row.id: divisions.get(row.division, "") for row in of.units}
    pages: dict[tuple[str, ...], list[tuple[int, RoadEntry]]] = {}
    if of.turns:
        for turn in of.turns.values():
            group = (day_name(turn.group[0], of.language), _part_name(of, turn.entry), units[turn.entry.unit_id])
            pages.setdefault(group, []).append((turn.number, turn.entry))
    else:
        for entry in of.marked:
            pages.setdefault((_part_name(of, entry),), []).append((entry.place_number, entry))
    for facts, rows in pages.items():
        columns = (
            Column(say("No."), width="12mm"),
            Column(say("Unit"), width="1.2fr", align="left"),
            Column(say("Entry"), width="1.8fr", align="left"),
            Column(say("Here ✓"), width="20mm"),
            Column(say("Remarks"), width="1fr", align="left"),
        )
        lines = tuple(Line((str(number), of.unit(one.unit_id), one.name, "", "")) for number, one in rows)
        told = tuple(fact for fact in facts if fact)
        yield Leaf(say("Order of appearance"), told, (Table(columns, lines, high="9mm"),), notes=_drawn(of))


def _drawn(of: Papers) -> tuple[str, ...]:
    """What anybody needs who checks the draw: the promise before it, and the secret after it."""
    say, draw = of.language.gettext, of.draw
    if draw is None:
        return ()
    promise = say("Promise of the draw: {commitment}", commitment=draw.commitment)
    if not draw.secret:
        return (say("Not drawn yet."), promise)
    return (say("Drawn with what was called out in the hall: {public}", public=draw.public), promise,
            say("Secret, shown since the draw: {secret}", secret=draw.secret))  # fmt: skip


def envelopes(of: Papers) -> Leaf:
    """What goes into which sealed envelope: one for each unit; on a stage one for each entrant."""
    say = of.language.gettext
    columns = (
        Column(say("No."), width="11mm"),
        Column(say("Envelope"), width="2fr", align="left"),
        Column(say("Sheets due"), width="17mm"),
        Column(say("Put in"), width="17mm"),
        Column(say("Sealed by, at"), width="1.3fr"),
        Column(say("Opened by, at"), width="1.3fr"),
    )
    marked: list[tuple[str, list[RoadEntry]]]
    if of.contest.form == _ENTRANTS:
        marked = [(of.entrant(entry), [entry]) for entry in of.marked]
    else:
        marked = [(unit.name, [entry for entry in of.marked if entry.unit_id == unit.id]) for unit in of.units]
    lines = tuple(
        Line((str(number), name, str(sum(len(of.due(entry)) for entry in entries)), "", "", ""))
        for number, (name, entries) in enumerate(marked, 1)
    )
    return Leaf(
        title=say("Sealed envelopes"),
        facts=(),
        tables=(Table(columns, lines, high="12mm"),),
        notes=(
            say("Count the sheets before they go in, write the number down, and sign across the flap."),
            say("Nobody opens an envelope alone: an organiser and the steward, together."),
        ),
        signed=(say("Handed over by"), say("Received by"), say("Steward"), say("Date")),
    )


def day_name(day: str, language: Language) -> str:
    return language.gettext("Day {day}", day=day) if day.isdigit() else day


def _part_name(of: Papers, entry: RoadEntry) -> str:
    return word(of.who.scheme.component[entry.component].name, of.language)


def onward(of: Papers, notice: Mapping[str, Any]) -> Leaf:
    """Who goes on, as it was published: a table for each division, in the manual order."""
    say, code = of.language.gettext, of.language.code
    columns = (Column("", width="11mm"), Column(say("Unit"), align="left")) * 2
    tables = []
    for division in notice["divisions"]:
        name = division["name"][code] if division["name"] else ""
        several = (
            (name, division["units"]),
            (say("{name}: {rule}", name=name, rule=say("Reserves")), division["reserves"]),
        )
        tables += [Table(columns, _two_abreast(names), caption, high="8mm") for caption, names in several if names]
    return Leaf(
        title=say("Who goes on: {round}", round=notice["round"][code]),
        facts=(notice["document"],) if notice["document"] else (),
        tables=tuple(tables),
        signed=(say("Official seal"), say("Date")),
    )


def _two_abreast(names: Sequence[str]) -> tuple[Line, ...]:
    """Names with their numbers, two in a row, one half below the other."""
    down = -(-len(names) // 2)
    told = [(str(n), name) for n, name in enumerate(names, 1)] + [("", "")]
    return tuple(Line((*told[row], *told[min(row + down, len(names))])) for row in range(down))
