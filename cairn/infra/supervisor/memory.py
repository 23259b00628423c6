"""What processes take of the machine's memory."""

import re
from collections.abc import Mapping
from pathlib import Path

PROC = Path("/proc")
PROPORTIONAL = re.compile(rb"^Pss:\s+(\d+) kB", re.M)


def parents() -> dict[int, int]:
    """The parent of every process."""
    known = {}
    for path in PROC.glob("[0-9]*/stat"):  # Nothing where there is no such folder, as on macOS.
        stat = read(path)
        if stat:
            # The name in parentheses may itself hold parentheses and spaces.
            known[int(path.parent.name)] = int(stat.rpartition(b")")[2].split()[1])
    return known


def trees(roots: Mapping[str, int]) -> dict[str, list[int]]:
    """For each name its process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents().items():
        children.setdefault(parent, []).append(pid)
    found = {}
    for name, root in roots.items():
        tree = [root]
        for pid in tree:
            tree += children.get(pid, [])
        found[name] = tree
    return found


def proportional_bytes(pid: int) -> int:
    """A process's memory, what it shares with others divided among them; 0 for one that is gone or not ours."""
    match = PROPORTIONAL.search(read(PROC / str(pid) / "smaps_rollup"))
    return int(match.group(1)) * 1024 if match else 0


def memory_of(roots: Mapping[str, int]) -> dict[str, int]:
    """Bytes per name, its descendants included."""
    return {name: sum(proportional_bytes(pid) for pid in tree) for name, tree in trees(roots).items()}


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # Ended meanwhile, or another user's.
        return b""
