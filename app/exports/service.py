"""Files made of a contest: what ``fieldmark score`` needs to compute the same result again, in one archive.

Reads what it is given. Writes bytes; the same content gives the same bytes.
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence

from app.exports.queries import Tallied
from app.judging.queries import Dictated
from app.tables import write_tables

# A fixed moment: an archive of the same content is the same archive, whenever it is made.
_MOMENT = (2000, 1, 1, 0, 0, 0)


def packed(tallied: Tallied) -> bytes:
    """scheme.toml and the four CSV files; and where sheets were entered for their judges, which, and by whom."""
    given = tallied.given
    files = {"scheme.toml": tallied.scheme_text.encode()}
    files |= write_tables(given.scheme, given.roster, given.sheets, given.priors, given.decisions)
    if tallied.dictated:
        files["dictated.csv"] = _dictated(tallied.dictated)
    return archived(files)


def _dictated(sheets: Sequence[Dictated]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("judge", "entry", "entered_by", "confirmed_by"))
    lines.writerows(sheets)
    return text.getvalue().encode("utf-8-sig")


def archived(files: Mapping[str, bytes]) -> bytes:
    """Files by name in one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
