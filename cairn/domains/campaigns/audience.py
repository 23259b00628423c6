"""Who gets a campaign: everybody in the included lists and segments, without those in the excluded ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cairn.domains.lists import queries as lists
from cairn.domains.profiles import queries as profiles
from cairn.domains.segments import queries as segments
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

Numbers = NDArray[np.uint32]
SAMPLE: Final = 10_000
STORED: Final = np.dtype("<u4")


def names(scope: Scope, group_ids: Sequence[str]) -> dict[str, str]:
    """The lists and segments among these ids, with their names."""
    found = {one.id: one.name for one in lists.lists_by_ids(scope, group_ids)}
    return found | {one.id: one.name for one in segments.by_ids(scope, list(group_ids))}


def only_list(scope: Scope, group_ids: Sequence[str]) -> str:
    """The list that a message goes to, if it goes to one list and nothing else: by it, people may leave just that."""
    if len(set(group_ids)) != 1:
        return ""
    return next((one.id for one in lists.lists_by_ids(scope, group_ids)), "")


def check(scope: Scope, included: Sequence[str], excluded: Sequence[str]) -> None:
    """Raises Invalid for an id that is neither list nor segment of the account, and for an empty audience."""
    if not included:
        raise Invalid("At least one list or segment must be included.", pointer="/data/attributes/audiences/included")
    known = names(scope, [*included, *excluded])
    for side, ids in (("included", included), ("excluded", excluded)):
        for position, group_id in enumerate(ids):
            if group_id not in known:
                raise Invalid(
                    f"A list or segment with id {group_id} does not exist.",
                    pointer=f"/data/attributes/audiences/{side}/{position}",
                )


def union(scope: Scope, group_ids: Sequence[str], *, now: datetime) -> Numbers:
    """Members of any of these, each once, at `now`: segments are evaluated, not looked up."""
    of_lists = {one.id for one in lists.lists_by_ids(scope, group_ids)}
    sets: list[Numbers] = []
    if of_lists:
        sets.append(np.asarray(lists.member_numbers(scope, sorted(of_lists)), dtype=np.uint32))
    sets += [
        np.asarray(segments.evaluate_now(scope, group_id, now=now), dtype=np.uint32)
        for group_id in dict.fromkeys(group_ids)
        if group_id not in of_lists
    ]
    return np.unique(np.concatenate(sets)) if sets else np.empty(0, np.uint32)


def members(scope: Scope, included: Sequence[str], excluded: Sequence[str], *, now: datetime) -> Numbers:
    """The audience in order of number. Raises NotFound for a segment that is gone."""
    wanted = union(scope, included, now=now)
    return np.setdiff1d(wanted, union(scope, excluded, now=now), assume_unique=True) if excluded else wanted


def estimate(scope: Scope, included: Sequence[str], excluded: Sequence[str], *, now: datetime) -> int:
    """How many would get an email: exact for small audiences, scaled up from an even sample for large ones."""
    wanted = members(scope, included, excluded, now=now)
    if not len(wanted):
        return 0
    picked = wanted[:: max(1, len(wanted) // SAMPLE)]
    allowed = sum(one.allowed for one in profiles.sendable(scope, [int(number) for number in picked]).values())
    return round(len(wanted) * allowed / len(picked))


def packed(numbers: Numbers) -> bytes:
    return numbers.astype(STORED).tobytes()


def unpacked(stored: bytes, begin: int, count: int) -> list[int]:
    part = stored[begin * STORED.itemsize : (begin + count) * STORED.itemsize]
    return [int(number) for number in np.frombuffer(part, dtype=STORED)]
