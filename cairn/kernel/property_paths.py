"""How a property inside another one is named: `Items['SKU']`, and of profiles `properties['address']['city']`.

A path leads through objects. Where it meets a list, it leads through each of the objects in it, and what it names is
the list of all that is found there.
"""

import re
from typing import Final

from cairn.kernel.errors import Invalid

KEYS: Final = re.compile(r"""\[(?:'(?P<single>.+?)'|"(?P<double>.+?)")\](?=\[['"]|$)""", re.DOTALL)
FIRST_KEY: Final = re.compile(r"""\[['"]""")
OWN: Final = "properties"
MAX_DEPTH: Final = 5


def event_path(name: str) -> tuple[str, ...]:
    """The names that lead to a property of an event, from the outermost on."""
    inside = FIRST_KEY.search(name)
    keys = keys_of(name[inside.start() :]) if inside and inside.start() else ()
    return (name[: inside.start()], *keys) if inside and keys else (name,)


def profile_path(name: str) -> tuple[str, ...]:
    """The names that lead to one of a profile's own properties; nothing for what is no `properties['…']`."""
    return keys_of(name.removeprefix(OWN)) if name.startswith(OWN) else ()


def keys_of(text: str) -> tuple[str, ...]:
    """The names in `['a']['b']`; nothing for a text that is not written so throughout."""
    keys: list[str] = []
    end = 0
    while found := KEYS.match(text, end):
        keys.append(found["single"] or found["double"])
        end = found.end()
    return tuple(keys) if end == len(text) else ()


def check_depth(path: tuple[str, ...], at: str) -> None:
    """Raises Invalid for a path of more names than can be followed."""
    if len(path) > MAX_DEPTH:
        raise Invalid(f"At most {MAX_DEPTH} names may lead to a property.", pointer=at)
