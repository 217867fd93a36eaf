"""What a scheme is refused for: the faults, each with its file taken for granted."""

import pytest

from scoring.faults import Refused
from scoring.scheme import read_scheme
from tests.scoring.contests import Table, criterion, item, marked, table, text_of, words


def faults(text: str) -> list[tuple[str, dict[str, str | int]]]:
    """The faults of a scheme, each with its file taken for granted."""
    with pytest.raises(Refused) as refused:
        read_scheme(text, "my.toml")
    found = []
    for fault in refused.value.faults:
        assert (fault.params["file"], fault.record) == ("my.toml", None)
        found.append((fault.code, {key: value for key, value in fault.params.items() if key != "file"}))
    return found


def of(*components: Table, **more: object) -> list[tuple[str, dict[str, str | int]]]:
    return faults(text_of(table(*components, **more)))


def one(**changes: object) -> Table:
    """A marked component whose only item, beside a sound one, is changed."""
    return marked("m", criterion("c", item("sound"), {**item("x"), **changes}))


def unknown(key: str, name: str, known_: str, where: str) -> tuple[str, dict[str, str | int]]:
    return ("scheme.unknown_name", {"key": key, "name": name, "known": known_, "where": where})


def none_there(key: str, name: str, where: str) -> tuple[str, dict[str, str | int]]:
    return ("scheme.none_there", {"key": key, "name": name, "known": "-", "where": where})


def told(code: str, key: str, **params: str | int) -> tuple[str, dict[str, str | int]]:
    return (f"scheme.{code}", {"key": key, **params})


VETO = {"id": "v", "name": words("v"), "subject": "unit", "effect": "cap_tier", "tier": "9"}
