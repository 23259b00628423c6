"""Whole servers for the tests of the whole product."""

from collections.abc import Iterator

import pytest

from tests.live import LiveServer, live_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One running Cairn, shared by tests that make accounts of their own in it."""
    with live_server(tmp_path_factory.mktemp("server") / "data") as running:
        yield running
