"""The smaller tables of a panel: what a class counts, bands of sheets with quotas, groups brought to one mean."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scoring.scheme.basis import Exact, FromZero, Id, Part, Text, Whole


class ClassTimes(Part):
    """In a panel that is not split into classes each sheet of this class counts so many ``times``."""

    judge_class: Id
    times: Whole = Field(ge=2, le=100)


class SheetBand(Part):
    """A band of sheets: from score ``least`` on a sheet counts ``points``; how many of a judge's may be there."""

    id: Id
    name: Text
    least: Exact
    points: Exact
    at_least: FromZero | None = None
    at_most: FromZero | None = None
    at_least_share: Exact | None = None
    at_most_share: Exact | None = None

    @model_validator(mode="after")
    def _shares(self) -> Self:
        shares = [share for share in (self.at_least_share, self.at_most_share) if share is not None]
        if any(not 0 <= share <= 1 for share in shares):
            raise PydanticCustomError("scheme.band_share", "a share of a judge's sheets lies from 0 to 1")
        return self


class Grade(Part):
    """A named mark (等次): what it counts, and the ``share`` of the votes at it or above that carries it.

    Without a share more than half carries it. Without points it is an abstention: no vote at all.
    """

    id: Id
    name: Text
    points: Exact | None = None
    share: Exact | None = None

    @model_validator(mode="after")
    def _carried(self) -> Self:
        if self.share is not None and not (0 < self.share <= 1 and self.points is not None):
            raise PydanticCustomError("scheme.grade_share", "a share of votes lies above 0 and at most at 1")
        return self


class Rooms(Part):
    """二次平均法: entries that different judges marked are brought to one mean.

    ``by`` division of the unit, or by panel: entries that are linked by judges who marked both are one group. ``mean``:
    the level of all is the mean of the groups' means, or the mean over all entries.
    """

    by: Literal["division", "panel"]
    mean: Literal["rooms", "entries"] = "rooms"


def grades_fall(grades: tuple[Grade, ...]) -> bool:
    """Whether grades stand best first, with points that fall from above 0; an abstention, if any, last."""
    points = [grade.points for grade in grades]
    voted = [one for one in points if one is not None]
    abstentions = len(points) - len(voted)
    last = abstentions == 0 or (abstentions == 1 and points[-1] is None)
    falling = bool(voted) and voted == sorted(set(voted), reverse=True) and voted[0] > 0
    return last and falling and len({grade.id for grade in grades}) == len(grades)


def bands_fall(bands: tuple[SheetBand, ...]) -> bool:
    """Whether bands stand best first: their thresholds fall, their points do not rise."""
    least = [band.least for band in bands]
    points: list[Fraction] = [band.points for band in bands]
    return least == sorted(set(least), reverse=True) and points == sorted(points, reverse=True)
