from pathlib import Path

import pytest

from cairn.api.edge.tests.driving import Edge


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    return Edge(tmp_path)
