"""What every table of a scheme is made of: exact numbers, money, ids, words in both languages."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from scoring.numbers import exact, plain


def _exact(value: object) -> Fraction:
    try:
        return exact(value)  # type: ignore[arg-type]  # exact() refuses what it cannot read
    except (ValueError, TypeError) as error:
        raise PydanticCustomError("scheme.number", "not an exact number") from error


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("scheme.positive", "must be above 0")
    return value


def _share(value: Fraction) -> Fraction:
    if not 0 <= value < 1:
        raise PydanticCustomError("scheme.share", "must be at least 0 and below 1")
    return value


def _fen(value: object) -> int:
    fen = _exact(value) * 100
    if fen.denominator != 1 or fen < 0:
        raise PydanticCustomError("scheme.money", "not an amount of yuan with at most two decimals")
    return int(fen)


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("scheme.whole", "not a whole number")  # pydantic would read true as 1
    return value


_NUMBER_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d+(\.\d+|/\d+)?$"}]}
Exact = Annotated[
    Fraction, BeforeValidator(_exact), PlainSerializer(plain, return_type=str), WithJsonSchema(_NUMBER_SCHEMA)
]
Positive = Annotated[
    Fraction,
    BeforeValidator(lambda value: _positive(_exact(value))),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Share = Annotated[
    Fraction,
    BeforeValidator(lambda value: _share(_exact(value))),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Fen = Annotated[
    int,
    BeforeValidator(_fen),
    PlainSerializer(lambda fen: plain(Fraction(fen, 100)), return_type=str),
    WithJsonSchema(_NUMBER_SCHEMA),
]
Whole = Annotated[int, BeforeValidator(_whole)]
# For optional keys: a bound outside of "| None" would not reach the JSON Schema.
FromZero = Annotated[int, Field(ge=0), BeforeValidator(_whole)]
FromOne = Annotated[int, Field(ge=1), BeforeValidator(_whole)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Subject = Literal["entry", "unit"]


class Part(BaseModel):
    """Any table of the file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Part):
    """Words in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Kind(Part):
    """A kind of entry (30 on the Shiyan tour); items may apply to some kinds only."""

    id: Id
    name: Text
    group: Id | None = None


class JudgeClass(Part):
    """A class of judges: expert, leader, public."""

    id: Id
    name: Text
