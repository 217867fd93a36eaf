"""Files made of a contest: what ``fieldmark score`` needs to compute the same result again, in one archive.

Reads what it is given. Writes bytes; the same content gives the same bytes.
"""

import io
import zipfile
from collections.abc import Mapping

from app.results.queries import Given
from app.tables import write_tables

# A fixed moment: an archive of the same content is the same archive, whenever it is made.
_MOMENT = (2000, 1, 1, 0, 0, 0)


def packed(given: Given, scheme_text: str) -> bytes:
    """scheme.toml and the four CSV files."""
    files = {"scheme.toml": scheme_text.encode()}
    files |= write_tables(given.scheme, given.roster, given.sheets, given.priors, given.decisions)
    return archived(files)


def archived(files: Mapping[str, bytes]) -> bytes:
    """Files by name in one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
