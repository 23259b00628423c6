"""Notes of changed profiles: a run of numbers is one of them."""

from datetime import UTC, datetime, timedelta

import pytest

from cairn.domains.profiles import touching
from cairn.domains.profiles.models import Touched
from cairn.kernel.scope import Scope

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOST = touching.LONGEST_RUN


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([7], [(7, 7)]),
        ([1, 2, 3], [(1, 3)]),
        ([1, 3, 4, 9], [(1, 1), (3, 4), (9, 9)]),
        (range(1, 2 * MOST + 2), [(1, MOST), (MOST + 1, 2 * MOST), (2 * MOST + 1, 2 * MOST + 1)]),
    ],
)
def test_runs(numbers: list[int], expected: list[tuple[int, int]]) -> None:
    assert touching.runs(numbers) == expected


@pytest.mark.django_db
def test_notes_are_read_and_forgotten_by_the_run(scope: Scope) -> None:
    touching.touch(scope, [5, 3, 4, 9])
    touching.touch(scope, [9, 20])
    # As an earlier version wrote them.
    Touched.objects.create(account_id=scope.account_id, number=30)
    ids, numbers = touching.touched(scope, 100, NOW)
    assert (len(ids), numbers) == (5, {3, 4, 5, 9, 20, 30})
    assert touching.touched(scope, 2, NOW) == (ids[:1], {3, 4, 5})
    assert touching.newest(scope, 2) == {30, 20}
    touching.forget(scope, ids[:1])
    assert touching.touched(scope, 100, NOW)[1] == {9, 20, 30}


@pytest.mark.django_db
def test_an_import_waits_for_more_but_not_for_long(scope: Scope) -> None:
    touching.touch(scope, [1, 2, 3], due=NOW + timedelta(seconds=1))
    touching.touch(scope, [7])
    touching.touch(scope, [4, 5], due=NOW + timedelta(seconds=2))
    assert touching.touched(scope, 6, NOW)[1] == {7}
    assert touching.touched(scope, 5, NOW)[1] == {1, 2, 3, 7, 4, 5}
    assert touching.touched(scope, 100, NOW + timedelta(seconds=1))[1] == {1, 2, 3, 4, 5, 7}
    assert touching.newest(scope, 100) == {1, 2, 3, 4, 5, 7}
    assert touching.is_touched(scope, [2])


@pytest.mark.django_db
def test_the_end_of_an_import_lets_nobody_wait(scope: Scope) -> None:
    touching.touch(scope, [1, 2, 3], due=NOW + timedelta(seconds=1))
    touching.touch(Scope("other1", 99), [9], due=NOW + timedelta(seconds=1))
    touching.hurry(scope)
    assert touching.touched(scope, 100, NOW)[1] == {1, 2, 3}
    assert touching.touched(Scope("other1", 99), 100, NOW)[1] == set()


@pytest.mark.django_db
def test_who_stands_within_a_run_is_touched(scope: Scope) -> None:
    touching.touch(scope, [3, 4, 5])
    assert touching.is_touched(scope, [4, 100])
    assert not touching.is_touched(scope, [2, 6])
    assert not touching.is_touched(scope, [])
    assert not touching.is_touched(Scope("other1", 99), [4])
