"""The second calculation: a bundle recomputed from the written rule, by other code than the engine's.

Plain tables and Fractions, one small file per step of the rule, in the order of docs/scoring.md: sheets, compare,
panel, unit, keys, ranking, prizes, working. Slow and plain on purpose; nothing of what calculates in ``scoring`` is
imported here, only how values are spelt (``canonical``) and faults are told.
"""

from scoring.verify.check import Verdict, verify
from scoring.verify.document import Difference, Document, read_document
from scoring.verify.proof import ProofVerdict, Proven, check_proof
from scoring.verify.shape import is_digest

__all__ = [
    "Difference",
    "Document",
    "ProofVerdict",
    "Proven",
    "Verdict",
    "check_proof",
    "is_digest",
    "read_document",
    "verify",
]
