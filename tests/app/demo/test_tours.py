"""What is in the demo: the same tours for the same seed, and all that was promised."""

from itertools import pairwise
from pathlib import Path

from sqlmodel import Session, select

from app.contests import queries as contests
from app.contests.schemes import shipped
from app.db import Database, open_database
from app.demo.making import KIN, LATE, LEFT, PAPER, SCHEME, SHOWN
from app.demo.roster import AWAY, DAYS, SEED, marks, roster
from app.demo.serving import settings_in
from app.issues.links import newest_links
from app.issues.lists import by_unit, issue_list
from app.issues.models import Finding
from app.judging.decision_queries import in_force
from app.judging.models import PaperMatch
from app.judging.paper_queries import paper_sheets
from app.judging.queries import current, current_sheets, handed_in, is_collected
from app.publishing.queries import published, versions
from app.results.blockers import blockers
from app.results.queries import is_open, tabulated
from scoring.canonical import digest
from scoring.numbers import exact
from tests.app.demo.conftest import Stage, made


def sheets_digest(session: Session, contest_id: str) -> str:
    found = current_sheets(session, contest_id)
    return digest([[sheet.judge, sheet.entry, list(sheet.ticks)] for sheet in found])


def test_the_same_seed_makes_the_same_tours_and_another_makes_others(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    again = made(tmp_path)
    other = open_database(settings_in(tmp_path).url)
    with database.read() as one, other.read() as two:
        for mine, its in ((stage.running, again.tours.running), (stage.finished, again.tours.finished)):
            assert sheets_digest(one, mine) == sheets_digest(two, its)
            assert contests.roster(one, mine) == contests.roster(two, its)
            assert contests.priors(one, mine) == contests.priors(two, its)
        assert sheets_digest(one, stage.running) != sheets_digest(one, stage.finished)
    other.close()
    rule = shipped()[SCHEME].scheme
    assert marks(rule, roster(rule, SEED), SEED) != marks(rule, roster(rule, SEED), SEED + 1)


def test_as_much_of_everything_as_was_promised(stage: Stage, database: Database) -> None:
    with database.read() as session:
        for contest in (stage.running, stage.finished):
            found, rule = contests.roster(session, contest), contests.scheme(session, contest)
            assert [len(found.units), len(found.entries), len(found.judges)] == [10, 50, 52]
            projects = [entry for entry in found.entries if entry.component == "onsite"]
            assert len(projects) == 40
            assert {entry.kind for entry in projects} == {kind.id for kind in rule.kinds}
            assert len(rule.kinds) == 30
            homes = [judge.unit for judge in found.judges]
            assert {homes.count(unit.id) for unit in found.units} == {4}
            assert homes.count("") == 12
            assert {(absence.judge, absence.day) for absence in found.absences} == set(AWAY)
            assert len(AWAY) == 3
            assert contests.days(session, contest) == list(DAYS)
            assert contests.contest(session, contest).simulated
            accepted = session.exec(select(PaperMatch).where(PaperMatch.contest_id == contest)).all()
            assert len(accepted) >= 30
            assert all(one.first_by != one.second_by for one in accepted)


def test_nobody_and_nothing_is_named_twice() -> None:
    found = roster(shipped()[SCHEME].scheme, SEED)
    for names in ([judge.name for judge in found.judges], [entry.name for entry in found.entries]):
        assert len(names) == len(set(names))


def test_the_running_tour_is_part_way_through_its_second_day(stage: Stage, database: Database) -> None:
    with database.read() as session:
        day_of = {entry.id: entry.day for entry in contests.entries(session, stage.running)}
        board = handed_in(session, stage.running)
        come = dict.fromkeys(DAYS, 0)
        due = dict.fromkeys(DAYS, 0)
        for stop in board.stops:
            come[day_of[stop.entry_id]] += stop.received
            due[day_of[stop.entry_id]] += stop.due
        assert come[DAYS[0]] == due[DAYS[0]] > 0
        assert 0.3 * due[DAYS[1]] < come[DAYS[1]] < 0.6 * due[DAYS[1]]
        assert come[DAYS[2]] == 0 < due[DAYS[2]]
        assert [doubt.judge_id for doubt in board.doubts] == [LATE]
        assert not is_collected(session, stage.running)
        assert not is_open(session, stage.running)
        typed = paper_sheets(session, stage.running, list(day_of))
        states = {sheet.state for sheet in typed.values()}
        assert {"accepted", "once", "differs"} <= states
        assert {judge for judge, _ in typed if typed[judge, _].typings} == set(PAPER)


def test_problems_have_different_pictures(stage: Stage, database: Database) -> None:
    with database.read() as session:
        found = session.exec(select(Finding).where(Finding.contest_id == stage.running)).all()
    problems = [finding for finding in found if finding.kind == "problem"]
    assert len(problems) == 6
    assert all(finding.text for finding in found)
    assert len({finding.files for finding in problems}) == 6
    assert {finding.kind for finding in found} == {"problem", "highlight"}


def test_judges_are_counted_with_their_county_or_in_three_blocs_of_the_city(database: Database, stage: Stage) -> None:
    with database.read() as session:
        found = contests.roster(session, stage.finished)
    names = {unit.id: unit.name for unit in found.units}
    blocs = [judge.bloc for judge in found.judges]
    assert [judge.bloc for judge in found.judges if judge.unit] == [names[j.unit] for j in found.judges if j.unit]
    assert {blocs.count(bloc) for bloc in blocs} == {4}
    assert blocs[40:] == ["市直一组"] * 4 + ["市直二组"] * 4 + ["市直三组"] * 4


def test_the_finished_tour_has_a_final_result(stage: Stage, database: Database) -> None:
    with database.read() as session:
        assert is_collected(session, stage.finished)
        assert is_open(session, stage.finished)
        assert blockers(session, stage.finished) == ()
        given, result = tabulated(session, stage.finished)
        assert result.open == ()
        assert len(result.units) == 10
        assert sum(bool(sheet.judge in SHOWN) for sheet in given.sheets) > 80


def test_what_did_not_come_to_the_finished_tour_was_decided_together_with_reason_and_document(
    stage: Stage, database: Database
) -> None:
    with database.read() as session:
        decided = in_force(session, stage.finished)
        owed = set(contests.due(session, stage.finished)) - set(current(session, stage.finished))
    absent = [row for row in decided if row.kind == "absence"]
    assert {row.subject for row in absent} == {f"{LEFT}/E{number}" for number in range(46, 51)}
    assert {f"{judge}/{entry}" for judge, entry in owed} == {row.subject for row in absent}
    assert len({row.rev for row in absent}) == 1
    assert [row.subject for row in decided if row.kind == "void"] == [KIN]
    assert len(decided) == 6
    assert all(row.reason and row.document for row in decided)


def test_two_boundaries_between_prizes_are_close_and_no_two_scores_are_equal(stage: Stage, database: Database) -> None:
    with database.read() as session:
        values = [unit.rank_value for unit in tabulated(session, stage.finished)[1].units]
    assert all(value is not None for value in values)
    gaps = [(one or 0) - (less or 0) for one, less in pairwise(values)]
    assert min(gaps) > 0
    assert sum(gaps[after - 1] < exact("0.1") for after in (1, 3, 6)) == 2  # one first, two second, three third


def test_the_finished_tour_is_sealed_signed_approved_and_published(stage: Stage, database: Database) -> None:
    with database.read() as session:
        (version,) = versions(session, stage.finished)
        document = published(session, stage.finished).document
        assert versions(session, stage.running) == []
    assert version.signed
    assert version.sealed.name != version.signed.name
    assert version.approval
    assert version.approval.leader
    assert version.approval.document
    assert version.level == "ranks" == shipped()[SCHEME].scheme.publication.level
    prizes = [(len(tier["units"]), tier["yuan"]) for tier in document["page"]["zh"]["tiers"]]
    assert prizes == [(1, "100,000"), (2, "50,000"), (3, "20,000"), (4, "10,000")]


def test_every_county_of_the_finished_tour_has_its_list_and_a_link(stage: Stage, database: Database) -> None:
    with database.read() as session:
        for one in by_unit(session, stage.finished):
            released = issue_list(session, stage.finished, one.unit.id)
            assert released.problems, one.unit.name
            assert all(issue.photos for issue in released.problems)
            assert not one.pending
        links = newest_links(session, stage.finished)
        assert len(links) == 10
        assert not any(link.revoked_at for link in links.values())
        # In the running tour the first county has its list; the others' problems wait for the organiser.
        waiting = {one.unit.id: len(one.pending) for one in by_unit(session, stage.running) if one.noted}
        assert waiting == {"U1": 0, "U2": 3, "U3": 1, "U4": 1}
        assert set(newest_links(session, stage.running)) == {"U1"}
