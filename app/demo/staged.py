"""The contest in rounds of the demo, made by the deeds of desk and phones: twelve centres, 128 institutes, 40 stations.

Preliminary and semi-final are over, and who went on is public; one finalist has withdrawn and the reserve has come in;
of the two days of the final the first has been marked, and for the second the order of appearance is drawn. Sites,
people and marks are invented; the same seed gives the same.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.contests import queries as contests
from app.contests import service as rosters
from app.contests.access import Member
from app.contests.draft import Draft, EntryLine, JudgeLine, UnitLine
from app.contests.schemes import shipped
from app.db import Database
from app.demo.contest import PEOPLE, Phone, Steps, hand_out, hand_over, set_up
from app.demo.roster import GIVEN, PLACES, SURNAMES, UNITS
from app.judging.confirming import confirm_everything
from app.judging.service import collect
from app.results.notices import publish_list
from app.results.round_queries import next_list, open_in
from app.results.rounds import confirm_list, order_at_cut, put_list_forward, withdraw_unit
from app.stage.service import lay_order
from scoring.draw import drawn
from scoring.scheme import Scheme

SCHEME = "changzhi-2023"
NAME = "文明实践素养大赛（演示：决赛第一天）"
CENTRES, INSTITUTES, STATIONS = 12, 128, 40
ALL_ROUNDS, LATER_ROUNDS = 3, 2  # judges of each division, and those who come to it after the preliminary
FINAL_DAYS = {"centre": "10月20日", "institute": "10月20日", "station": "10月21日"}
GROUND = ("按评分办法确定的晋级名单。", "大赛评审组会议纪要第1号（演示）")
WITHDRAWN = ("主讲人生病，单位来函退出决赛。", "大赛评审组会议纪要第2号（演示）")
AT_THE_CUT = ("晋级线上同分，评审组研究确定先后。", "大赛评审组会议纪要第3号（演示）")


def in_rounds(database: Database, people: Mapping[str, str], step: Steps, *, seed: int) -> str:
    """The contest as it stands on the evening of the first day of its final; returns its id."""
    rule = shipped()[SCHEME]
    draft = _roster()
    made = set_up(database, people, name=NAME, rule=rule, draft=draft)
    phones = hand_out(database, people["organiser"], made, [judge.id for judge in draft.judges])
    course = _Course(database, people, made, rule.scheme, draft, phones, random.Random(seed))  # noqa: S311  invented
    preliminary, semi, final = (one.id for one in rule.scheme.rounds)
    for name, following in ((preliminary, semi), (semi, final)):
        course.mark()
        step()
        course.go_on(name, following)
        step()
    course.withdraw(final)
    course.lay_days(final)
    course.mark(day=FINAL_DAYS["centre"])
    course.draw(final, day=FINAL_DAYS["station"])
    step()
    return made


def _roster() -> Draft:
    """Only the entries of the preliminary: those of the other rounds come with the lists of who goes on."""
    centres = [f"{name}文明实践中心" for name in (*UNITS, "东河县", "西岭县")][:CENTRES]
    towns = [f"{place}{kind}" for kind in ("镇", "乡", "街道", "新区") for place in PLACES]
    institutes = [f"{town}文明实践所" for town in towns][:INSTITUTES]
    stations = [f"{place}村文明实践站" for place in PLACES][:STATIONS]
    sites = [("centre", one) for one in centres] + [("institute", one) for one in institutes]
    sites += [("station", one) for one in stations]
    units = tuple(UnitLine(f"U{n}", n, name, division) for n, (division, name) in enumerate(sites, 1))
    entries = tuple(
        EntryLine(f"E{unit.number}", unit.number, unit.id, f"{unit.name}申报资料", "dossier") for unit in units
    )
    return Draft(units, entries, tuple(_judges()))


def _judges() -> list[JudgeLine]:
    found: list[JudgeLine] = []
    for division in ("centre", "institute", "station"):
        for place in range(ALL_ROUNDS + LATER_ROUNDS):
            n = len(found) + 1
            parts = "" if place < ALL_ROUNDS else "show;material;story;skills"
            name = SURNAMES[(n + 9) % len(SURNAMES)] + GIVEN[n * 5 % len(GIVEN)]
            found.append(JudgeLine(f"J{n}", n, name, divisions=division, components=parts, phone_end=f"{n:04}"))
    return found


@dataclass(slots=True)
class _Course:
    """The contest, and what is done in it round by round."""

    database: Database
    people: Mapping[str, str]
    id: str
    scheme: Scheme
    draft: Draft
    phones: Mapping[str, Phone]
    chance: random.Random

    def member(self, role: str) -> Member:
        return Member(self.people[role], PEOPLE[role], self.id, frozenset({role}))

    def mark(self, *, day: str = "") -> None:
        """Every sheet of the running round that is due, or of one of its days, each judge's at once."""
        with self.database.read() as session:
            here = contests.marked_now(session, self.id)
            entries = {row.id: row for row in contests.entries(session, self.id) if row.id in here}
            due = [key for key in contests.due(session, self.id) if key[1] in entries]
        quality = {unit.id: self.chance.random() for unit in self.draft.units}
        several: dict[str, list[dict[str, object]]] = {}
        for judge, entry in due:
            row = entries[entry]
            if day in ("", row.day):
                several.setdefault(judge, []).append(self._sheet(judge, entry, row.component, quality[row.unit_id]))
        for judge, records in several.items():
            hand_over(self.database, self.phones[judge], records)

    def _sheet(self, judge: str, entry: str, component: str, quality: float) -> dict[str, object]:
        ticks = []
        for item in self.scheme.items(component, ""):
            low, high = int(item.floor / item.step), int(item.full / item.step)
            share = 0.3 + 0.5 * quality + 0.2 * self.chance.random()
            ticks.append(low + min(int(share * (high - low + 1)), high - low))
        return self.phones[judge].record(
            "sheet", entry_id=entry, state="submitted", ticks=ticks, note="", files=[],
            scheme_digest=self.scheme.digest, based_on=0,
        )  # fmt: skip

    def go_on(self, name: str, following: str) -> None:
        """收分, the order of equals at the cut where there are any, and the list by two people."""
        self.database.write(lambda session: collect(session, self.people["organiser"], contest_id=self.id))
        with self.database.read() as session:
            tied = [one for one in open_in(session, self.id, name) if one.code == "round.tied_at_cut"]
        for fault in tied:
            self._order(name, str(fault.params["units"]).split(", "))
        self._list(name, following, GROUND, 1)

    def _order(self, name: str, units: Sequence[str]) -> None:
        places = {unit: str(place) for place, unit in enumerate(units, 1)}
        reason, document = AT_THE_CUT
        organiser = self.member("organiser")
        self.database.write(
            lambda session: order_at_cut(
                session, organiser, round_id=name, places=places, reason=reason, document=document
            )
        )
        self._confirm()

    def _confirm(self) -> None:
        """The steward confirms what the organiser put forward."""
        steward = self.people["steward"]
        self.database.write(lambda session: confirm_everything(session, steward, contest_id=self.id))

    def _list(self, name: str, following: str, ground: tuple[str, str], version: int) -> None:
        organiser, steward = self.member("organiser"), self.member("steward")
        names = {part.id: part.name.zh for part in self.scheme.components}
        reason, document = ground
        last = version > 1

        def forward(session: Session) -> int:
            seen = next_list(session, self.id, name)
            return put_list_forward(session, organiser, round_id=following, seen=seen, reason=reason, document=document)

        self.database.write(forward)
        self.database.write(
            lambda session: confirm_list(session, steward, round_id=following, version=version, names=names)
        )
        # The reserves of the semi-final are asked to keep themselves ready; those of the preliminary were not.
        self.database.write(
            lambda session: publish_list(session, organiser, round_id=following, version=version, reserves=last)
        )

    def withdraw(self, final: str) -> None:
        """The last station on the list leaves, the reserve comes in, and the list is confirmed anew."""
        rounds = [one.id for one in self.scheme.rounds]
        before = rounds[rounds.index(final) - 1]
        stations = {unit.id for unit in self.draft.units if unit.division == "station"}
        with self.database.read() as session:
            leaving = [unit for unit in next_list(session, self.id, before) if unit in stations][-1]
        organiser, (reason, document) = self.member("organiser"), WITHDRAWN
        self.database.write(
            lambda session: withdraw_unit(
                session, organiser, round_id=final, units=[leaving], reason=reason, document=document
            )
        )
        self._confirm()
        self._list(before, final, WITHDRAWN, 2)

    def lay_days(self, final: str) -> None:
        """The entries of the final on its two days, as the organiser would fill them in in the workbook."""
        parts = next(one.components for one in self.scheme.rounds if one.id == final)
        division = {unit.id: unit.division for unit in self.draft.units}
        with self.database.read() as session:
            there = contests.imported(session, self.id)
        dated = tuple(
            replace(line, day=FINAL_DAYS[division[line.unit]]) if line.component in parts else line
            for line in there.entries
        )
        wanted, organiser = replace(there, entries=dated), self.people["organiser"]

        def deed(session: Session) -> None:
            rev = rosters.draft_import(session, organiser, contest_id=self.id, draft=wanted)
            session.flush()
            rosters.apply_import(session, organiser, contest_id=self.id, rev=rev)

        self.database.write(deed)

    def draw(self, final: str, *, day: str) -> None:
        """The order of appearance of a day, part by part, as it was drawn."""
        parts = next(one.components for one in self.scheme.rounds if one.id == final)
        with self.database.read() as session:
            here = contests.marked_now(session, self.id)
            there = [row for row in contests.entries(session, self.id) if row.id in here and row.day == day]
        seed = f"{self.chance.getrandbits(256):064x}"
        appearing = [
            entry
            for part in parts
            if part != "material"
            for entry in drawn(part, seed, [row.id for row in there if row.component == part])
        ]
        organiser = self.people["organiser"]
        self.database.write(lambda session: lay_order(session, organiser, contest_id=self.id, entries=appearing))
