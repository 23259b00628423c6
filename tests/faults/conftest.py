"""A running server per module: starting one takes longer than most of what is done to it."""

from collections.abc import Iterator

import pytest

from tests.server import Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(first=True) as made:
        yield made
