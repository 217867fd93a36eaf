"""How many random contests are tried, the same ones at every run; nothing is written into the tree.

``FIELDMARK_CASES``, which ``make deep`` sets, tries so many, and others at every run; what failed is kept in ``build``.
"""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.scoring.cases import CASES

BUILD = Path(__file__).parents[2] / "build" / "hypothesis"

set_hypothesis_home_dir(BUILD)
settings.register_profile(
    "scoring",
    max_examples=int(CASES or 60),
    deadline=None,
    derandomize=not CASES,
    database=DirectoryBasedExampleDatabase(BUILD / "failures") if CASES else None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("scoring")
