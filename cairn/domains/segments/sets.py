"""Compiled conditions that are neither of one row nor of single events: sets of profiles, and combinations of others.

A set is asked of a table whole, or of some profiles' rows in it. A combination is made of what its parts answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetCondition:
    """The profiles of those groups of rows of `table`, by the columns `by`, that pass `having`.

    Where it `holds_of_none`, these are the profiles that violate it.
    """

    table: str
    where: str
    having: str
    by: str = "profile"
    holds_of_none: bool = False

    def profiles(self, account: str, among: str = "") -> str:
        """The statement that picks them, each once. `among` narrows it to some profiles."""
        where = " AND ".join(part for part in (f"account = {account}", among, self.where) if part)
        rows = f"SELECT profile FROM {self.table} WHERE {where} GROUP BY {self.by} HAVING {self.having}"
        return rows if self.by == "profile" else f"SELECT DISTINCT profile FROM ({rows})"


@dataclass(frozen=True, slots=True)
class Combination:
    """Groups of places of earlier conditions, joined like those of a definition: OR inside, AND between."""

    groups: Sequence[Sequence[int]]
    negated: bool = False
