"""Regular expressions written by users, kept to those that cannot run away."""

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 100
REPEATS: Final = 3
QUANTIFIED_GROUP: Final = re.compile(r"\)\s*[*+{?]")
QUANTIFIER: Final = re.compile(r"(?<!\\)(?:[*+]|\{\d*,?\d*\})")


@lru_cache(maxsize=256)
def safe_pattern(pattern: str) -> re.Pattern[str]:
    """Compiles a pattern without repeated groups and back references, with few repetitions. Raises ValueError else."""
    risky = QUANTIFIED_GROUP.search(pattern) or re.search(r"\\[1-9]|\(\?P=", pattern)
    if len(pattern) > LONGEST or risky or len(QUANTIFIER.findall(pattern)) > REPEATS:
        raise ValueError("this pattern may take too long")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(str(error)) from error
