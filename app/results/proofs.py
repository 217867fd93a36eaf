"""Proofs of sheets made, checked, and put into words. Source: docs/bundle.md, "Tree". Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.i18n import Language
from scoring.faults import Fault, Refused
from scoring.proof import proof
from scoring.verify import ProofVerdict, check_proof, is_digest, read_document


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose sheets are to be proven: of one ``judge``, or of all judges of one ``unit``; for one ``entry``, or all."""

    judge: str = ""
    unit: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A proof's bytes, of so many sheets under a root."""

    content: bytes
    number: int
    root: str


def proven(content: bytes, secret: str, whose: Whose) -> Made:
    """The proof of the sheets that are wanted, from a bundle with names. Raises Refused."""
    document = read_document(content)
    if document.header["judges"] != "named":
        raise Refused([Fault("proof.without_names")])
    if bool(whose.judge) == bool(whose.unit):
        raise Refused([Fault("proof.whose")])
    judges = {
        row["id"]
        for row in document.sections["judges"]
        if whose.judge in ("", row["id"]) and whose.unit in ("", row["unit"])
    }
    made = proof(document.sections, secret, lambda sheet: sheet.judge in judges and whose.entry in ("", sheet.entry))
    root = document.sections["leaves"]["root"]
    return Made(made, len(check_proof(made, root).sheets), root)


def checked(content: bytes, root: str, bundle: bytes | None) -> ProofVerdict:
    """A proof against the announced ``root``, or that of a bundle. Raises Refused."""
    size = None
    if bundle is not None:
        leaves = read_document(bundle).sections.get("leaves")
        if leaves is None:
            raise Refused([Fault("proof.no_tree")])
        if root and root != leaves["root"]:
            raise Refused([Fault("proof.other_root", {"given": root, "root": leaves["root"]})])
        root, size = leaves["root"], leaves["size"]
    if not is_digest(root):
        raise Refused([Fault("proof.no_root")])
    return check_proof(content, root, size)


def proof_lines(verdict: ProofVerdict, language: Language) -> Iterator[str]:
    """Every sheet, and whether it is under the root."""
    say = language.gettext
    yield say("Root {root}", root=verdict.root)
    for number, sheet in enumerate(verdict.sheets, 1):
        marks = say(", ").join("—" if tick is None else str(tick) for tick in sheet.ticks)
        where: dict[str, str | int] = {"n": number, "judge": sheet.judge, "entry": sheet.entry, "steps": marks}
        if sheet.holds:
            yield say("Sheet {n}, judge {judge}, entry {entry}, marks in steps {steps}: is in the tree", **where)
        else:
            yield say("Sheet {n}, judge {judge}, entry {entry}, marks in steps {steps}: is not in the tree", **where)
    if verdict.holds:
        yield say("All these sheets are in the tree.")
    else:
        yield say("This proof does not hold for the announced root.")
