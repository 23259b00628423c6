"""One server per data folder, and what it tells others."""

import os
from pathlib import Path

import pytest

from cairn.infra.supervisor import folder
from cairn.infra.supervisor.folder import RunState
from cairn.kernel.errors import Conflict

STATE = RunState(pid=1, url="http://127.0.0.1:8000", database_url="postgresql://x", clickhouse_url="http://y")


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with folder.locked(tmp_path):
        with (
            pytest.raises(Conflict, match=f"in use by another server, process {os.getpid()}."),
            folder.locked(tmp_path),
        ):
            pass
        assert folder.is_locked(tmp_path)
    assert not folder.is_locked(tmp_path)


def test_the_state_holds_only_while_its_server_runs(tmp_path: Path) -> None:
    with folder.locked(tmp_path):
        folder.write_state(tmp_path, STATE)
        assert folder.read_state(tmp_path) == STATE
        assert (tmp_path / "run.json").stat().st_mode & 0o077 == 0
    assert folder.read_state(tmp_path) is None


def test_no_server_has_no_state(tmp_path: Path) -> None:
    assert folder.read_state(tmp_path) is None
    assert folder.read_state(tmp_path / "nowhere") is None
