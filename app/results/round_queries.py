"""The rounds of a contest as they stand: opened by whom, what is open in one, who goes on from it.

Reads only. Of a round that is not open it tells who has handed in, and nothing that a mark could be guessed from;
whoever calls for standings makes sure that it is.
"""

from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.contests import queries as contests
from app.contests.models import RoundList, RoundListConfirmation
from app.judging.decision_queries import undecided
from app.judging.signature_queries import unsigned
from app.results.blockers import owed
from app.results.models import RoundOpening
from app.results.queries import OPENERS, Half, is_open, tabulated
from scoring.faults import Fault, Param
from scoring.results import Standing
from scoring.roster import DecisionKind
from scoring.scheme import Scheme


def round_after(scheme: Scheme, round_id: str) -> str:
    """The round that comes after another; the last has none."""
    rounds = [one.id for one in scheme.rounds]
    return next(iter(rounds[rounds.index(round_id) + 1 :]), "")


def halves(session: Session, contest_id: str, round_id: str) -> list[Half]:
    """Both halves of the opening of a round."""
    rows = session.exec(
        select(RoundOpening, Person.name)
        .join(Person, col(Person.id) == col(RoundOpening.person_id))
        .where(RoundOpening.contest_id == contest_id, RoundOpening.round == round_id)
    ).all()
    found = {row.role: Half(row.role, name, row.at) for row, name in rows}
    return [found.get(role, Half(role, "", "")) for role in OPENERS]


def is_round_open(session: Session, contest_id: str, round_id: str) -> bool:
    """Whether two people have lifted the blind of this round; with that of the whole contest every round's is."""
    return is_open(session, contest_id) or all(half.name for half in halves(session, contest_id, round_id))


def lists(session: Session, contest_id: str, round_id: str) -> list[tuple[RoundList, RoundListConfirmation | None]]:
    """Every list of who comes to a round that was put forward, the newest first, with its second person."""
    rows = session.exec(
        select(RoundList)
        .where(RoundList.contest_id == contest_id, RoundList.round == round_id)
        .order_by(col(RoundList.version).desc())
    ).all()
    signed = session.exec(
        select(RoundListConfirmation).where(
            RoundListConfirmation.contest_id == contest_id, RoundListConfirmation.round == round_id
        )
    )
    hands = {row.version: row for row in signed}
    return [(row, hands.get(row.version)) for row in rows]


def waiting_list(session: Session, contest_id: str, round_id: str) -> RoundList | None:
    """The newest list, if it waits for its second person."""
    newest, hand = next(iter(lists(session, contest_id, round_id)), (None, None))
    return None if hand else newest


def standings(session: Session, contest_id: str, round_id: str) -> tuple[Standing, ...]:
    """Everybody who took part in an open round, best first. Raises Contradicted."""
    _, tabulation = tabulated(session, contest_id)
    return next((one.standings for one in tabulation.rounds if one.id == round_id), ())


def next_list(session: Session, contest_id: str, round_id: str) -> list[str]:
    """Who goes on from a round by what stands in the database now. Raises Contradicted."""
    return [one.unit.id for one in standings(session, contest_id, round_id) if one.status == "advanced"]


def settled_by(fault: Fault) -> tuple[DecisionKind, str, str] | None:
    """The decision that settles what is open: its kind, subject and rule; nothing where it is settled elsewhere."""
    told = {name: str(value) for name, value in fault.params.items()}
    match fault.code:
        case "entry.few":
            return "accept", told["entry"], ""
        case "entry.class_empty":
            return "class", told["entry"], told["class"]
        case "unit.prior_missing":
            return "prior", told["unit"], told["component"]
        case "counts.uneven":
            return "uneven", told["component"], ""
        case _:
            return None


def open_in(session: Session, contest_id: str, round_id: str) -> list[Fault]:
    """What keeps the line from being drawn at the end of an open round. Raises Contradicted.

    Missing and undecided sheets, and what the engine leaves open of this round and of those before it.
    """
    scheme = contests.scheme(session, contest_id)
    rounds = [one.id for one in scheme.rounds]
    so_far = set(rounds[: rounds.index(round_id) + 1])
    of = contests.round_of(session, contest_id)
    rows = contests.entries(session, contest_id)
    mine = {row.id for row in rows if of[row.component] in so_far}
    found: list[Fault] = []
    told: dict[str, Param]
    for judge, entries in owed(session, contest_id).items():
        if missing := [entry for entry in entries if entry in mine]:
            told = {"judge": judge, "entries": ", ".join(missing), "number": len(missing)}
            found.append(Fault("blocker.missing", told))
    found += [
        Fault("rounds.sheet_waits", {"judge": one.judge_id, "entry": one.entry_id})
        for one in undecided(session, contest_id)
        if one.entry_id in mine
    ]
    for hand in unsigned(session, contest_id):
        if lacking := [entry for entry in hand.entries if entry in mine]:
            told = {"judge": hand.judge_id, "entries": ", ".join(lacking), "number": len(lacking)}
            found.append(Fault("blocker.unsigned", told))
    told_already = bool(found)
    _, tabulation = tabulated(session, contest_id)
    for fault in tabulation.open:
        of_entry, of_round = str(fault.params.get("entry", "")), str(fault.params.get("round", ""))
        of_round = of_round or of.get(str(fault.params.get("component", "")), "")
        by_missing = fault.code in ("entry.missing", "entry.no_score", "round.waiting")
        if (of_entry in mine or of_round in so_far) and not (by_missing and told_already):
            found.append(fault)
    return found
