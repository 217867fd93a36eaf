"""A tour that is ready to be sealed, on SQLite and on PostgreSQL, and the people who take it from there."""

import pytest

from tests.app.publishing.ready import Ready
from tests.app.sync.field import Field


@pytest.fixture
def ready(field: Field) -> Ready:
    return Ready(field)
