"""Code that changes under a running server."""

import os
from pathlib import Path

import pytest

from cairn.infra.supervisor import reload
from cairn.infra.supervisor.reload import Reloader


def test_a_newer_file_is_noticed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "INTERVAL", 0.0)
    source = tmp_path / "shop.py"
    source.write_text("")
    noticed: list[str] = []
    reloader = Reloader(tmp_path, lambda: noticed.append("changed"))
    reloader.look()
    assert noticed == []
    os.utime(source, (2e9, 2e9))
    reloader.look()
    reloader.look()
    assert noticed == ["changed"]
    (tmp_path / "notes.txt").write_text("")
    os.utime(tmp_path / "notes.txt", (3e9, 3e9))
    reloader.look()
    assert noticed == ["changed"]
