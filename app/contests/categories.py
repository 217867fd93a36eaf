"""What problems and highlights are about (问题类别): the house's list, or the contest's own, and a name for each.

Reads and writes the contest's row. A finding holds the category as it was chosen, so a later list changes none.
"""

import json
from collections.abc import Callable, Sequence

from sqlmodel import Session

from app.audit import record
from app.contests.models import Contest
from app.contests.queries import contest as contest_of
from app.errors import AppError, Unreadable
from app.i18n import Language, languages

MOST = 20
LONGEST = 24  # signs: one button on a narrow phone


class TooManyCategories(AppError):
    code = "contest.too_many_categories"
    status = 422


class CategoryTooLong(AppError):
    code = "contest.category_too_long"
    status = 422


def house(say: Callable[[str], str]) -> dict[str, str]:
    """The list of a contest that has none of its own: the name of each by its id, said by ``say``."""
    return {
        "premises": say("Premises, equipment"),
        "displays": say("Signs, displays"),
        "hygiene": say("Hygiene, order"),
        "safety": say("Safety"),
        "organisation": say("Organisation, rules"),
        "people": say("Teams, volunteers"),
        "activities": say("Activities"),
        "records": say("Records, papers"),
    }


def categories(contest: Contest) -> tuple[str, ...]:
    """What the judges of the contest choose from; one of its own is its own name."""
    return tuple(json.loads(contest.categories)) if contest.categories else tuple(house(str))


def category_name(category: str, language: Language) -> str:
    return house(language.gettext).get(category, category)


def category_names(category: str) -> dict[str, str]:
    """The name in every language."""
    return {code: category_name(category, language) for code, language in languages().items()}


def set_categories(session: Session, actor: str, *, contest_id: str, lines: Sequence[str]) -> None:
    """Give the contest its own list; without a line the house's is used again.

    A name of the house's list stays what it is in every language. Raises TooManyCategories, CategoryTooLong.
    """
    named = {name: key for one in languages().values() for key, name in house(one.gettext).items()}
    chosen = list(dict.fromkeys(named.get(line, line) for given in lines if (line := given.strip())))
    record(session, actor, "set_categories", contest_id=contest_id, payload={"categories": chosen})
    if len(chosen) > MOST:
        raise TooManyCategories({"most": MOST, "n": len(chosen)})
    if long := next((one for one in chosen if len(one) > LONGEST), ""):
        raise CategoryTooLong({"name": long, "most": LONGEST})
    if not all(one.isprintable() for one in chosen):
        raise Unreadable
    contest_of(session, contest_id).categories = json.dumps(chosen, ensure_ascii=False) if chosen else ""
