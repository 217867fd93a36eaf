"""A contest on stage: entrants one after the other, five judges, the highest and the lowest mark dropped.

Entrant n has 90 + n + 0.17 from the three judges that count, 97.n from the first and 80.n from the second, so that no
figure of one stands anywhere in another's: 91.17, 92.17, ... . The last is the best. One first prize, one second, two
third; of four entrants the first has the second third prize.
"""

import json
from uuid import uuid4

from sqlmodel import Session, SQLModel

from app import audit
from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests.access import Member
from app.contests.models import Contest, EntryRow, JudgeRow, Membership, UnitRow
from app.db import Database
from app.judging.models import SheetRevision
from app.judging.service import collect
from app.publishing import release, screens, service
from app.publishing.models import Scene
from app.publishing.scenes import Cue, path_of
from scoring.scheme import read_scheme
from tests.tours import RUBRICS

STAGE = "s1"
JUDGES = 5
TIERS = (
    ("first", "一等奖", "First prize", 1),
    ("second", "二等奖", "Second prize", 1),
    ("third", "三等奖", "Third prize", 2),
)
SCHEME = (RUBRICS / "plain-trim.toml").read_text(encoding="utf-8").partition("[[examples]]")[0].replace(
    'level = "workings"', 'level = "scores"'
) + "".join(
    f'\n[[prizes.tiers]]\nid = "{name}"\nname = {{ zh = "{zh}", en = "{en}" }}\nquota = {count}\n'
    for name, zh, en, count in TIERS
)  # fmt: skip
NAMES = ("桃花社区实践站", "水坪镇实践所", "云岭县实践中心", "竹林村实践站")


def score(number: int) -> str:
    """The score of entrant ``number``."""
    return f"{90 + number}.17"


def marks(number: int) -> list[str]:
    """What the judges gave entrant ``number``, in the order of their seats."""
    return [f"97.{number:02}", f"80.{number:02}", *[score(number)] * 3]


class Stage:
    """The contest on a database, and its two people. ``names``: the entrants, in the order of their appearance."""

    def __init__(self, database: Database, names: tuple[str, ...] = NAMES, *, simulated: bool = False) -> None:
        self.database, self.names = database, names
        database.write(lambda session: self._add(session, simulated=simulated))
        self.organiser, self.checker = self._person("organiser"), self._person("checker")

    def _add(self, session: Session, *, simulated: bool) -> None:
        audit.begin_chain(session, STAGE)
        session.add(
            Contest(
                id=STAGE, name="素养大赛决赛", form="stage", scheme=SCHEME, scheme_digest=read_scheme(SCHEME).digest,
                simulated=simulated, made_at=audit.now(),
            )
        )  # fmt: skip
        session.flush()
        rows: list[SQLModel] = [
            UnitRow(contest_id=STAGE, id=f"u{n}", place_number=n, name=name) for n, name in enumerate(self.names, 1)
        ]
        session.add_all(rows)
        session.flush()
        session.add_all(
            EntryRow(contest_id=STAGE, id=f"e{n}", place_number=n, unit_id=f"u{n}", name=name, component="score")
            for n, name in enumerate(self.names, 1)
        )
        session.add_all(
            JudgeRow(contest_id=STAGE, id=f"j{n}", place_number=n, name=f"评判者{n}号") for n in range(1, JUDGES + 1)
        )
        session.flush()
        rev = audit.record(session, "-", "sheets", contest_id=STAGE)
        for number in range(1, len(self.names) + 1):
            for judge, mark in enumerate(marks(number), 1):
                session.add(
                    SheetRevision(
                        contest_id=STAGE, revision_id=str(uuid4()), server_rev=rev, judge_id=f"j{judge}",
                        entry_id=f"e{number}", kind="submitted", ticks=json.dumps([int(mark.replace(".", ""))]),
                        origin="phone", marked_at=audit.now(), came_at=audit.now(), digest="0" * 64,
                    )
                )  # fmt: skip

    def _person(self, role: str) -> Member:
        def deed(session: Session) -> str:
            person = accounts.add_person(session, "-", login=f"stage-{role}", name=role, password_hash="-")  # noqa: S106
            session.flush()
            session.get_one(Person, person).own_password = True
            session.add(Membership(contest_id=STAGE, person_id=person, role=role, made_at=audit.now()))
            return person

        return Member(self.database.write(deed), role, STAGE, frozenset({role}))

    def cookie(self) -> str:
        """The organiser, signed in."""
        return self.database.write(lambda session: accounts.sign_in(session, self.organiser.id, hours=1))

    def releases(self, number: int) -> int:
        entry = f"e{number}"
        self.database.write(lambda s: release.confirm_score(s, self.checker, contest_id=STAGE, entry_id=entry))
        return self.database.write(lambda s: release.release_score(s, self.organiser, contest_id=STAGE, entry_id=entry))

    def withdraws(self, rev: int) -> None:
        self.database.write(
            lambda s: release.withdraw_release(s, self.organiser, contest_id=STAGE, rev=rev, reason="念错了")
        )

    def signs(self) -> None:
        """Collect, seal, counter-sign."""
        self.database.write(lambda s: collect(s, self.organiser.id, contest_id=STAGE))
        self.database.write(lambda s: service.seal(s, self.organiser, contest_id=STAGE, reason=""))
        self.database.write(lambda s: service.counter_sign(s, self.checker, contest_id=STAGE, version=1))

    def reveals(self, how: release.How = "tier") -> None:
        self.database.write(lambda s: release.release_standing(s, self.organiser, contest_id=STAGE, version=1, how=how))

    def screen(self, name: str = "主会场") -> tuple[str, str]:
        """A new screen: its id and its code."""
        code = self.database.write(lambda s: screens.make_screen(s, self.organiser, contest_id=STAGE, name=name))
        with self.database.read() as session:
            return screens.screen_of(session, code).id, code

    def _after(self, screen: str) -> int:
        with self.database.read() as session:
            return path_of(session, STAGE, screen)[0]

    def shows(self, screen: str, scene: Scene, number: int = 0, step: int = 0, after: int | None = None) -> None:
        cue = Cue(scene, f"e{number}" if number else "", step)
        seen = self._after(screen) if after is None else after
        self.database.write(
            lambda s: screens.show(s, self.organiser, contest_id=STAGE, screen_id=screen, cue=cue, after=seen)
        )

    def goes_on(self, screen: str) -> None:
        after = self._after(screen)
        self.database.write(lambda s: screens.go_on(s, self.organiser, contest_id=STAGE, screen_id=screen, after=after))

    def goes_back(self, screen: str) -> None:
        after = self._after(screen)
        self.database.write(
            lambda s: screens.go_back(s, self.organiser, contest_id=STAGE, screen_id=screen, after=after)
        )
