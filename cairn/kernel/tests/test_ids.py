"""Ids sort by when they were made, and none is made twice."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from cairn.kernel import ids


def test_ulids_ascend_one_by_one_and_by_the_thousand() -> None:
    made = [ids.ulid(), *ids.ulids(3_000), ids.ulid(), *ids.ulids(1), ids.ulid()]
    assert all(map(ids.is_ulid, made))
    assert all(one < other for one, other in pairwise(made))


def test_no_two_threads_get_the_same() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = [one for some in threads.map(ids.ulids, [500] * 40) for one in some]
    assert len(set(made)) == 20_000


@pytest.mark.parametrize("first", [0, (1 << 20) - 2, (1 << 80) - 2, (1 << 128) - 3])
def test_numbers_that_follow_each_other_are_written_as_such(first: int) -> None:
    digits = {letter: value for value, letter in enumerate(ids.CROCKFORD)}
    read = []
    for text in ids.encode_ulids(first, 5):
        number = 0
        for letter in text:
            number = number * 32 + digits[letter]
        read.append(number)
    assert read == list(range(first, first + 5))
