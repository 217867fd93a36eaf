"""Category and severity in the reader's words, for pages and workbooks.

Reads the contest's list. Writes nothing.
"""

from dataclasses import dataclass

from app.contests.categories import categories, category_name
from app.contests.models import Contest
from app.i18n import Language

SHAPES = {"minor": "○", "considerable": "◐", "serious": "●"}


def degrees(language: Language) -> dict[str, str]:
    """The three degrees of severity, the least first."""
    say = language.gettext
    return {"minor": say("Minor"), "considerable": say("Considerable"), "serious": say("Serious")}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a page needs to name and to offer them."""

    contest: Contest
    language: Language

    def category(self, category: str) -> str:
        return category_name(category, self.language)

    def severity(self, severity: str) -> str:
        return degrees(self.language).get(severity, "")

    def shape(self, severity: str) -> str:
        return SHAPES.get(severity, "")

    def choices(self, own: str) -> list[tuple[str, str]]:
        """Every category with its name, and ``own`` where the list has it no more."""
        listed = categories(self.contest)
        kept = (own,) if own and own not in listed else ()
        return [(one, self.category(one)) for one in (*listed, *kept)]

    def degrees(self) -> dict[str, str]:
        return degrees(self.language)
