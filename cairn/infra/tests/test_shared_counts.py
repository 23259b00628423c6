"""Counts that several processes share."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cairn.infra import shared_counts
from cairn.infra.shared_counts import SharedCounts, opened

NOON = 1_772_366_400
DAY = NOON // 86_400


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "limits"


@pytest.fixture
def pair(path: Path) -> Iterator[tuple[SharedCounts, SharedCounts]]:
    first, second = SharedCounts(path), SharedCounts(path)
    yield first, second
    first.close()
    second.close()


def counted(count: int) -> list[int]:
    return [NOON, count, NOON // 60, count, DAY, count]


def test_each_sees_what_the_other_counted(pair: tuple[SharedCounts, SharedCounts]) -> None:
    first, second = pair
    slot, _ = first.slot_of("anna", NOON)
    assert second.slot_of("anna", NOON)[0] == slot
    first.publish(slot, counted(5))
    assert second.others(slot, counted(0)) == (5, 5, 5)
    assert first.others(slot, counted(0)) == (0, 0, 0)
    later = [NOON + 1, 0, NOON // 60, 0, DAY, 0]
    assert second.others(slot, later) == (0, 5, 5)


def test_a_process_that_ended_leaves_its_counts_to_the_next(path: Path) -> None:
    first = SharedCounts(path)
    slot, _ = first.slot_of("anna", NOON)
    first.publish(slot, counted(7))
    first.close()
    heir = SharedCounts(path)
    assert heir.own(slot) == counted(7)
    heir.close()


def test_a_place_is_given_away_when_it_was_not_used_today(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_counts, "PROBES", 1)
    monkeypatch.setattr(shared_counts, "SLOTS", 1)
    first, second = SharedCounts(path), SharedCounts(path)
    slot, mark = first.slot_of("anna", NOON)
    first.publish(slot, counted(1))
    assert second.slot_of("bob", NOON) == (-1, 0)
    other, other_mark = second.slot_of("bob", NOON + 86_400)
    assert other == slot and other_mark != mark
    assert not first.is_still(slot, mark)


def test_where_there_is_no_place_each_counts_for_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    assert opened(tmp_path / "file" / "limits") is None
    assert "for itself" in caplog.text


COUNTING = """
import sys
from pathlib import Path
from cairn.api.kernel.ratelimit import Limit, RateLimiter
from cairn.infra.shared_counts import SharedCounts
limiter = RateLimiter(enforce=True, share=lambda: SharedCounts(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
waits = [limiter.count("anna", "get_profiles", Limit(5000, 1000), 1_772_366_400).retry_after for _ in range(900)]
print(waits.count(0))
"""


def test_two_processes_together_let_through_what_one_would(path: Path) -> None:
    command = [sys.executable, "-c", COUNTING, str(path)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    passed = sum(int(process.communicate(timeout=30)[0]) for process in processes)
    assert 1000 <= passed <= 1001  # The last place may be taken twice.
