"""Names of schemas in the reference: short, without our modules, and none that nothing refers to."""

import json
import re
from collections.abc import Iterator
from typing import Any

REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


def short(name: str, taken: set[str]) -> str:
    """`cairn.api.resources.campaigns.CopyName` becomes CampaignsCopyName where another has CopyName."""
    if re.fullmatch(r"\w+", name):
        return name
    *_, module, kind = ["", *name.split(".")] if re.fullmatch(r"[\w.]+", name) else ["", "", name]
    words = re.sub(r"\W+|_+", " ", f"{module} {kind}").split()
    joined = "".join(word[0].upper() + word[1:] for word in words)
    while joined in taken:
        joined += "2"
    return joined


def referred(schemas: dict[str, Any], text: str) -> Iterator[str]:
    """The schemas that a text leads to, one through the other."""
    waiting, seen = REFERENCE.findall(text), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in schemas:
            continue
        seen.add(name)
        yield name
        waiting += REFERENCE.findall(json.dumps(schemas[name]))


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """The same document with short names, and only the schemas that are used."""
    schemas = document["components"]["schemas"]
    rest = json.dumps({**document, "components": {**document["components"], "schemas": {}}})
    used = sorted(set(referred(schemas, rest)))
    names: dict[str, str] = {}
    for name in sorted(used, key=lambda one: not re.fullmatch(r"\w+", one)):
        names[name] = short(name, set(names.values()))
    document["components"]["schemas"] = {name: schemas[name] for name in used}
    text = REFERENCE.sub(lambda found: f'"#/components/schemas/{names[found.group(1)]}"', json.dumps(document))
    tidied: dict[str, Any] = json.loads(text)
    found = tidied["components"]["schemas"]
    tidied["components"]["schemas"] = {names[name]: found[name] for name in sorted(used, key=names.__getitem__)}
    return tidied
