"""A proof that some sheets are in the tree of a bundle, without showing any other: ``proof/1``.

Source: docs/bundle.md, "Tree". Made from the bundle with the judges' names and the secret of the tree; the bundle that
is published without names has the same root.
"""

from collections.abc import Callable
from typing import Any

from scoring.canonical import canonical
from scoring.faults import Fault, Refused
from scoring.merkle import inclusion, root, salt, salted_leaf
from scoring.roster import Sheet

Table = dict[str, Any]
FORMAT = "proof/1"


def proof(sections: Table, secret: str, wanted: Callable[[Sheet], bool]) -> bytes:
    """Every wanted sheet of a bundle's sections with its salt and its way up to the root.

    Raises Refused: the bundle has no tree, the tree is of another secret (or the names are not in the bundle), or no
    sheet is wanted.
    """
    columns = sections["sheets"]
    cells = zip(columns["judge"], columns["entry"], columns["ticks"], strict=True)
    sheets = [Sheet(judge, entry, tuple(ticks)) for judge, entry, ticks in cells]
    leaves = [salted_leaf(secret, sheet) for sheet in sheets]
    if "leaves" not in sections:
        raise Refused([Fault("proof.no_tree")])
    if root(leaves).hex() != sections["leaves"]["root"]:
        raise Refused([Fault("proof.other_secret")])
    rows = [
        {
            "judge": sheet.judge,
            "entry": sheet.entry,
            "ticks": sheet.ticks,
            "salt": salt(secret, sheet.judge, sheet.entry),
            "index": index,
            "path": [one.hex() for one in inclusion(leaves, index)],
        }
        for index, sheet in enumerate(sheets)
        if wanted(sheet)
    ]
    if not rows:
        raise Refused([Fault("proof.no_sheet")])
    return canonical({"format": FORMAT, "root": sections["leaves"]["root"], "size": len(sheets), "sheets": rows})
