"""The tables about rounds: which components a round is made of, what it brings along, and who goes on."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scoring.scheme.basis import Exact, FromOne, FromZero, Id, Part, Positive, Text, Whole


class Advance(Part):
    """Who goes on to the next round: so many, from such a score on, and what happens to equals at the cut.

    ``quota_by``: over all; in proportion to the divisions' sizes; so many of each division or of each group.
    ``best_others``: beside them so many of all the others. ``reserves`` stand by for whoever withdraws.
    """

    quota: FromOne | None = None
    quota_by: Literal["all", "division", "each_division", "each_group"] = "all"
    minimum: Exact | None = None
    best_others: Whole = Field(default=0, ge=0)
    ties: Literal["all_advance", "chain", "decision"] = "decision"
    reserves: FromZero = 0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.quota is None and self.minimum is None:
            raise PydanticCustomError("scheme.advance_whom", "say quota, or minimum, or both")
        if self.quota is None and (self.quota_by != "all" or self.best_others or self.reserves):
            raise PydanticCustomError("scheme.advance_quota", "only a quota is shared out, filled up or stood by for")
        if self.best_others and self.quota_by == "all":
            raise PydanticCustomError("scheme.advance_others", "a quota over all leaves no others")
        return self


class Round(Part):
    """One round: its components are marked in it, and in no other.

    ``carry`` says what the standing is made of: this round alone; or, with the rounds before it back to the last
    ``reset``, their sum, their mean by ``weight``, or the sum of the ``best`` so many.
    """

    id: Id
    name: Text
    components: tuple[Id, ...] = Field(min_length=1)
    carry: Literal["reset", "weighted", "sum", "best"] = "reset"
    weight: Positive | None = None
    best: FromOne | None = None
    advance: Advance | None = None

    @model_validator(mode="after")
    def _carries(self) -> Self:
        if (self.carry == "best") != (self.best is not None):
            raise PydanticCustomError("scheme.round_best", "best must say how many, and only best")
        return self


def counting(rounds: tuple[Round, ...], number: int) -> tuple[Round, ...]:
    """The rounds of which the standing of round ``number`` is made: back to the last one that starts anew."""
    if rounds[number].carry == "reset":
        return (rounds[number],)
    first = max((i for i in range(number) if rounds[i].carry == "reset"), default=0)
    return rounds[first : number + 1]


def times_full(rounds: tuple[Round, ...], number: int) -> int:
    """How many times the full marks of one round the standing of round ``number`` can reach."""
    last, together = rounds[number], len(counting(rounds, number))
    return {"sum": together, "best": min(last.best or 1, together)}.get(last.carry, 1)
