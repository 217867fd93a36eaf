"""Schedules as data: a list of steps made from a seed, and the smallest part of one that still fails.

Reads and writes nothing. Every step holds all that it needs, so that leaving one out changes no other.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Step = dict[str, Any]

PHONES = 3  # two of one judge, one of another
ENTRIES = ("P1", "P2", "P3", "AR")
DAY_MS = 86_400_000
FAULTS = (
    "lost request", "lost answer", "twice", "late", "old answer", "portal", "portal in JSON", "login page",
    "cut request", "cut answer", "401", "409", "413", "423", "429", "500", "502", "503", "slow", "hang",
)  # fmt: skip
SHORT_MS = 40  # a phone that waits for what hangs
DRAWN = {
    "mark": 34, "contact": 40, "problem": 8, "open": 4, "close": 3, "clock": 3, "full": 3, "late": 5, "together": 6,
    "recuse": 1, "collect": 1, "revoke": 1, "server full": 2, "rescue": 3,
}  # fmt: skip


def drawn(seed: int) -> list[Step]:
    """One day on the road."""
    chance = Random(seed)
    steps = [_step(chance) for _ in range(chance.randint(8, 26))]
    kind = chance.random()
    if kind < 0.15:
        steps.insert(chance.randint(len(steps) // 2, len(steps)), _death(chance))
    elif kind < 0.21:
        at = chance.randint(0, len(steps) // 2)
        steps.insert(at, {"op": "backup"})
        steps.insert(chance.randint(at + 2, len(steps)), {"op": "restore"})
    for number, step in enumerate(steps):
        for one in step.get("steps", [step]):
            if one["op"] in {"mark", "problem"}:
                one["deed"] = f"deed {number}.{one['phone']}"
    return steps


def _step(chance: Random) -> Step:
    [op] = chance.choices(list(DRAWN), list(DRAWN.values()))
    phone = chance.randrange(PHONES)
    if op == "mark":
        return _mark(chance, phone)
    if op == "contact":
        return _contact(chance, phone)
    if op == "together":
        several = [_contact(chance, one) if chance.random() < 0.7 else _mark(chance, one) for one in range(PHONES)]
        return {"op": op, "steps": several}
    if op == "clock":
        return {"op": op, "phone": phone, "by": chance.choice((-DAY_MS, DAY_MS, 0))}
    if op == "full":
        return {"op": op, "phone": phone, "on": chance.random() < 0.6}
    if op == "server full":
        return {"op": op, "on": chance.random() < 0.6}
    if op in {"problem", "recuse"}:
        photo = {"photo": chance.random() < 0.7} if op == "problem" else {}
        return {"op": op, "phone": phone, "entry": chance.choice(ENTRIES), **photo}
    return {"op": op} if op in {"late", "collect"} else {"op": op, "phone": phone}


def _mark(chance: Random, phone: int) -> Step:
    above: list[int | None] = [chance.randint(0, 9) for _ in range(4)]
    handed = chance.random() < 0.8
    if not handed:
        above[chance.randrange(4)] = None
    return {"op": "mark", "phone": phone, "entry": chance.choice(ENTRIES), "above": above, "hand_in": handed}


def _contact(chance: Random, phone: int) -> Step:
    step: Step = {"op": "contact", "phone": phone}
    if chance.random() < 0.65:
        kind = chance.choice(FAULTS)
        step["fault"] = {"kind": kind}
        if kind == "413":
            step["fault"]["most"] = chance.randint(1, 3)
        if kind == "hang":
            step |= {"ms": SHORT_MS, "fault": {"kind": kind, "arrives": chance.random() < 0.5}}
        if chance.random() < 0.1:
            step["fault"]["of"] = "package"
        elif kind != "hang" and chance.random() < 0.4:
            # One of the requests about photos, so many after the first: a thumbnail, where it stands, a part.
            step["fault"] |= {"of": "files", "after": chance.randint(0, 6)}
            if kind.startswith("portal"):
                # A hotel's network answers every request so, not one of them, until somebody has logged in.
                step["fault"] |= {"after": 0, "lasting": True}
    if chance.random() < 0.12:
        step["dies"] = chance.choice((0, 2, 5, 10, 20))  # milliseconds until the page is gone
    if chance.random() < 0.12:
        step["tab"] = True
    return step


def _death(chance: Random) -> Step:
    """Killed in the middle of a commit, so many microseconds after it began, while all phones hand in."""
    return {"op": "die", "after": chance.choice((0, 50, 150, 300, 600, 1000, 2000, 5000, 20000))}


def shrunk(steps: Sequence[Step], fails: Callable[[list[Step]], bool], tries: int = 60) -> list[Step]:
    """The steps without which it does not fail, found by leaving out halves, quarters, and at last single ones."""
    small, size = list(steps), max(1, len(steps) // 2)
    while True:
        at = 0
        while at < len(small) and tries > 0:
            fewer = small[:at] + small[at + size :]
            tries -= 1
            if fails(fewer):
                small = fewer
            else:
                at += size
        if size == 1 or tries <= 0:
            return small
        size //= 2
