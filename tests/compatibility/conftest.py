"""One running server for all official clients, each with an account of its own."""

from collections.abc import Iterator

import pytest

from tests.server import Server, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running(CAIRN_RATE_LIMITS="off") as made:
        yield made
