import pytest

from cairn.infra.eventlog.memory import MemoryLog


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()
