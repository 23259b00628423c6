"""Which language to speak with somebody."""

from collections.abc import Iterable, Mapping
from typing import Final

from cairn.kernel.words import de, en, es, fr, it, nl, pt

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": en.WORDS,
    "de": de.WORDS,
    "fr": fr.WORDS,
    "es": es.WORDS,
    "it": it.WORDS,
    "nl": nl.WORDS,
    "pt": pt.WORDS,
}
NAMES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
    "pt": "Português",
}
DEFAULT: Final = "en"


class Words:
    """One language's texts. `words("subscribe.title", list="News")` fills in the placeholders."""

    __slots__ = ("language", "texts")

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else DEFAULT
        self.texts = LANGUAGES[self.language]

    def __call__(self, key: str, **values: str) -> str:
        text = self.texts[key]
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text


def known(tag: str) -> str:
    """The language of a tag such as de-AT or pt_BR, if it is spoken here; else empty."""
    language = tag.strip().lower().replace("_", "-").partition("-")[0]
    return language if language in LANGUAGES else ""


def choose(candidates: Iterable[str], accepted: str = "") -> str:
    """The first of the candidates that is spoken here, then the best of an Accept-Language header, then English."""
    for candidate in candidates:
        if language := known(candidate):
            return language
    weighed = []
    for place, part in enumerate(accepted[:500].split(",")):
        tag, _, weight = part.partition(";")
        if language := known(tag):
            weighed.append((-quality(weight), place, language))
    return min(weighed)[2] if weighed else DEFAULT


def quality(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
    except ValueError:
        return 0.0
