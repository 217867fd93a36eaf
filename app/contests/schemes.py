"""The schemes a new contest can be scored by: those under ``rubrics/``, or one that the organiser brings.

Reads ``rubrics/*.toml`` once. Writes nothing.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.errors import AppError
from app.i18n import Language
from scoring.faults import Fault, Refused
from scoring.scheme import Scheme, Text, read_scheme

RUBRICS = Path(__file__).parent.parent.parent / "rubrics"
FORMS = ("tour", "stage", "desk")
MOST_SCHEME_BYTES = 400_000


class NoScheme(AppError):
    """Neither a shipped scheme was chosen nor a file given."""

    code = "contests.no_scheme"
    status = 422


class SchemeNotText(AppError):
    """The file is no text in UTF-8."""

    code = "contests.scheme_not_text"
    status = 422


@dataclass(frozen=True, slots=True)
class Rule:
    """A scheme with the text it was read from: the text is what a contest keeps."""

    scheme: Scheme
    text: str


@cache
def shipped() -> dict[str, Rule]:
    """The schemes under ``rubrics/`` by id; none that only counts records: there is nothing to mark."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(RUBRICS.glob("*.toml"))]
    rules = [Rule(read_scheme(text), text) for text in texts]
    # Whole schemes before the plain ones: who sets up a contest wants prizes and criteria.
    rules.sort(key=lambda rule: (rule.scheme.id.startswith("plain-"), rule.scheme.id))
    return {rule.scheme.id: rule for rule in rules if any(part.panel for part in rule.scheme.components)}


def of_form(form: str) -> list[Scheme]:
    """The shipped schemes for contests of that form; none without judges or with rounds: the desk has no pages yet."""
    schemes = [rule.scheme for rule in shipped().values() if rule.scheme.contest == form and not rule.scheme.rounds]
    return [scheme for scheme in schemes if any(part.source == "marks" for part in scheme.components)]


def chosen(scheme_id: str, own: bytes) -> Rule:
    """The organiser's own file if there is one, else the shipped scheme. Raises NoScheme, SchemeNotText, Refused."""
    if own:
        try:
            text = own.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise SchemeNotText from error
        return _markable(Rule(read_scheme(text), text))
    if scheme_id not in shipped():
        raise NoScheme
    return shipped()[scheme_id]


def _markable(rule: Rule) -> Rule:
    """The rule, if the marking pages can ask for its marks. Raises Refused."""
    items = [item for part in rule.scheme.components for criterion in part.criteria for item in criterion.items]
    for item in items:
        if item.grades:
            raise Refused([Fault("scheme.votes_live", {"item": item.id})])
    return rule


def word(text: Text, language: Language) -> str:
    return text.zh if language.code == "zh" else text.en
