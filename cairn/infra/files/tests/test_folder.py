from pathlib import Path

import pytest

from cairn.infra.files.folder import FolderFiles


def test_what_was_put_is_got_back_until_it_is_deleted(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "files")
    files.put("images/Y6nRLr/a.png", b"first")
    files.put("images/Y6nRLr/a.png", b"second")
    assert files.get("images/Y6nRLr/a.png") == b"second"
    files.delete("images/Y6nRLr/a.png")
    files.delete("images/Y6nRLr/a.png")
    assert files.get("images/Y6nRLr/a.png") is None


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    files.put("images/a.png", b"x")
    assert files.get("images") is None
    assert files.get("images/a.png/b") is None


def test_only_the_finished_file_stays_in_the_folder(tmp_path: Path) -> None:
    FolderFiles(tmp_path).put("images/a.png", b"x")
    assert [path.name for path in (tmp_path / "images").iterdir()] == ["a.png"]


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/.hidden", "a\0b", "a/b\n", "a\\..\\b"])
def test_a_key_that_leads_elsewhere_is_refused(tmp_path: Path, key: str) -> None:
    files = FolderFiles(tmp_path / "files")
    for attempt in (files.get, files.delete, lambda name: files.put(name, b"x")):
        with pytest.raises(ValueError, match="is no key"):
            attempt(key)
    assert list(tmp_path.iterdir()) == []
