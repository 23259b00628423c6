"""Every change that a release made for clients in use, in one table."""

from typing import Final

from cairn.api.kernel.changes import joined
from cairn.api.revisions import r2023_02_22, r2023_06_15, r2023_07_15, r2023_09_15, r2023_10_15, r2025_01_15

CHANGES: Final = joined(
    change
    for release in (r2023_02_22, r2023_06_15, r2023_07_15, r2023_09_15, r2023_10_15, r2025_01_15)
    for change in release.CHANGES
)
