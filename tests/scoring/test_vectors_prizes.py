"""Reference examples of prizes: shares, boundaries, remainders, divisions, thresholds."""

from fractions import Fraction
from itertools import accumulate

import pytest

from scoring.prizes import Contender, TierSize, allot, hort_shares
from tests.scoring.contests import Table, awards, column, contest, known, named, rule, tier
from tests.scoring.examples import Runner, agrees, registering

RUNNERS: dict[str, Runner] = {}
runs = registering(RUNNERS)


@runs("hort")
def hort(given: Table, expect: Table) -> object:
    ends = list(accumulate(map(len, given["groups"])))
    slots = [given["prizes"][end - len(group) : end] for group, end in zip(given["groups"], ends, strict=True)]
    shares = {
        name: share
        for group, amounts in zip(given["groups"], slots, strict=True)
        for name, share in zip(group, hort_shares(amounts), strict=True)
    }
    tiers = [TierSize(str(place), 1, amount) for place, amount in enumerate(given["prizes"])]
    paid = allot([[Contender(name) for name in group] for group in given["groups"]], tiers, "hort", "vacant").awards
    return {"exact": shares, "whole_units_balanced": {name: paid[name].fen for name in expect["whole_units_balanced"]}}


@runs("county-prizes-tie")
def county_prizes(given: Table, expect: Table) -> object:
    tiers = [tier(name, quota, str(Fraction(fen, 100))) for name, quota, fen in given["tiers"]]
    prior = {unit: 99 - place for place, group in enumerate(given["groups"]) for unit in group}

    def under(boundary: str) -> dict[str, int]:
        scheme = rule(known(), prizes={"tiers": tiers, "budget_yuan": 300000, "boundary": boundary})
        result = contest(scheme, {}, priors={"ordinary": prior}).result()
        fen = {unit: award[1] for unit, award in awards(result).items() if award}
        assert sum(fen.values()) == result.money.paid
        return {**fen, "total": result.money.paid}

    return {boundary: {name: under(boundary)[name] for name in names} for boundary, names in expect.items()}


@runs("fen-remainder")
def fen_remainder(given: Table, _expect: object) -> object:
    prizes = {"tiers": [tier("1", 1, str(Fraction(given["total"], 100)))], "boundary": "pool"}
    result = contest(rule(known(), prizes=prizes), {}, priors={"ordinary": dict.fromkeys(given["names"], 90)}).result()
    return {unit: award[1] for unit, award in awards(result).items() if award}


@runs("division-first-3-6-9")
def division_first(given: Table, _expect: object) -> object:
    finalists = given["finalists"]
    tiers = [tier("1", len(finalists)), tier("2", given["second"]), tier("3", given["third"])]
    scheme = rule(divisions=named(*finalists), prizes={"tiers": tiers, "first_of_each_division": True})
    marks = {f"{name}{place}": mark for name, row in finalists.items() for place, mark in enumerate(row, 1)}
    result = contest(scheme, column(marks), units={unit: unit[0] for unit in marks}).result()
    won = {unit: award[0][0] for unit, award in awards(result).items() if award and award[0]}
    return {name: [unit for unit in won if won[unit] == name] for name in ("1", "2", "3")}


@runs("stars")
def stars(given: Table, _expect: object) -> object:
    def run(score: str, **more: object) -> int:
        tiers = [tier(str(number), minimum=cut) for number, cut in given["cuts"]]
        result = contest(rule(prizes={"tiers": tiers}, **more), column({"a": score})).result()
        award = awards(result)["a"]
        assert award
        return int(award[0][0])

    staged = {"rounding": [{"after": "blend", "decimals": 1}], "total": {"rank_on": "blend@1"}}
    return {"exact": run(given["score"]), "on_1_decimal_half_up": run(given["score"], **staged), "at_90": run("90")}


@runs("share-quota")
def share(given: Table, expect: Table) -> object:
    def run(number: int, mode: str) -> int:
        prizes = {"tiers": [tier("1", share=given["share"])], "share_count": mode}
        result = contest(rule(prizes=prizes), column({f"u{i}": i for i in range(number)})).result()
        return sum(award is not None and award[0] == ("1",) for award in awards(result).values())

    return {mode: [run(number, mode) for number in given["n"]] for mode in expect}


@pytest.mark.parametrize("name", RUNNERS)
def test_the_engine_gives_what_the_source_gives(name: str) -> None:
    agrees(name, RUNNERS[name])
