"""Every reference example of tests/vectors has its runner."""

from tests.scoring import (
    test_vectors_inform,
    test_vectors_panels,
    test_vectors_prizes,
    test_vectors_ranking,
    test_vectors_skating,
)
from tests.scoring.examples import EXAMPLES

TOPICS = (test_vectors_inform, test_vectors_panels, test_vectors_prizes, test_vectors_ranking, test_vectors_skating)


def test_each_of_the_44_examples_is_run_once() -> None:
    run = sorted(name for topic in TOPICS for name in topic.RUNNERS)
    assert (run, len(run)) == (sorted(EXAMPLES), 44)
