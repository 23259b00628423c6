"""How much one template may cost. Beyond a limit it is refused at save or, where the data is the cause, at render."""

from collections.abc import Iterable
from typing import Final

from cairn.kernel.errors import Invalid

SOURCE_CHARACTERS: Final = 1_000_000
OUTPUT_CHARACTERS: Final = 2_000_000
TEXT_CHARACTERS: Final = 1_000_000
LOOP_ROUNDS: Final = 20_000
NODES: Final = 20_000
SECONDS: Final = 2.0


UNCLOSED_COST: Final = 20_000_000
BRACES: Final = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))


class TooMuch(Invalid):
    """A rendering passed a limit. The message is skipped with this as its reason."""


def bounded(text: str) -> str:
    if len(text) > TEXT_CHARACTERS:
        raise TooMuch("The template makes a text that is too long.")
    return text


def runs_away(text: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether so many openings lack their end that looking for it from each would take long. Most sources have none."""
    for opening, closing in pairs:
        begin = text.rfind(closing) + 1
        if text.count(opening, begin) * (len(text) - begin) > UNCLOSED_COST:
            return True
    return False
