"""A running server per module: starting one takes longer than most of what is done to it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Not below pytest's own folder: nobody but its owner may enter that, and as root PostgreSQL runs as another user.
    with tempfile.TemporaryDirectory(prefix="cairn-faults-") as folder:
        Path(folder).chmod(0o711)
        made = Server(Path(folder) / "data")
        try:
            made.start()
            yield made
        finally:
            made.kill()
