"""Finding members by what they are called, as the profiles' own search does it."""

from cairn.domains.profiles import queries as profiles


def test_of(text: str) -> tuple[str, dict[str, str]]:
    """Whether a profile has every word of a text, as SQL over `profile` with its parameters.

    A copy of the profiles answers, a second behind them, as memberships are.
    """
    patterns = profiles.patterns_of(text)
    if not patterns:
        return "1", {}
    tests = " AND ".join(f"text LIKE {{word{place}:String}}" for place in range(len(patterns)))
    numbers = f"SELECT profile FROM profile_search FINAL WHERE account = {{account:UInt32}} AND {tests}"
    return f"profile IN ({numbers})", {f"word{place}": pattern for place, pattern in enumerate(patterns)}
