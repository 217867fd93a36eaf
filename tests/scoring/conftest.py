"""How many random contests are tried, the same ones at every run; nothing is written into the tree.

``FIELDMARK_CASES``, which ``make deep`` sets, tries so many, and others at every run.
"""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.scoring.cases import CASES

set_hypothesis_home_dir(Path(__file__).parents[2] / "build" / "hypothesis")
settings.register_profile(
    "scoring",
    max_examples=int(CASES or 60),
    deadline=None,
    derandomize=not CASES,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("scoring")
