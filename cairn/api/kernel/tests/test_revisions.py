"""The revision header."""

import pytest

from cairn.api.kernel.errors import Refused
from cairn.api.kernel.revisions import Revision, resolve


@pytest.mark.parametrize(
    ("header", "served"),
    [
        ("2026-07-15", Revision("2026-07-15")),
        ("2026-07-15.pre", Revision("2026-07-15", beta=True)),
        ("2026-07-14", Revision("2026-04-15")),
        ("2022-10-17", Revision("2022-10-17")),
        ("2023-01-01", Revision("2022-10-17")),
        ("2026-10-15", Revision("2026-07-15")),
    ],
)
def test_a_date_is_served_by_the_release_before_it(header: str, served: Revision) -> None:
    assert resolve(header) == served


@pytest.mark.parametrize("header", [None, "", "today", "2026-7-15", "2001-01-01", "2022-10-16", "2999-12-31"])
def test_other_revisions_are_refused(header: str | None) -> None:
    with pytest.raises(Refused) as refusal:
        resolve(header)
    assert refusal.value.status == 400
