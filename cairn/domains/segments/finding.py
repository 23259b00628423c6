"""Finding members by what they are called, as the profiles' own search does it."""

from typing import Final

SHORT: Final = 3
MOST_WORDS: Final = 8


def test_of(text: str) -> tuple[str, dict[str, str]]:
    """Whether a profile has every word of a text, as SQL over `profile` with its parameters.

    A copy of the profiles answers, a second behind them, as memberships are. Words of one or two letters are found
    where a word begins.
    """
    words = text.lower().replace("\0", "").split()[:MOST_WORDS]
    if not words:
        return "1", {}
    patterns = [f"%{escaped(word)}%" if len(word) >= SHORT else f"% {escaped(word)}%" for word in words]
    tests = " AND ".join(f"text LIKE {{word{place}:String}}" for place in range(len(words)))
    numbers = f"SELECT profile FROM profile_search FINAL WHERE account = {{account:UInt32}} AND {tests}"
    return f"profile IN ({numbers})", {f"word{place}": pattern for place, pattern in enumerate(patterns)}


def escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
