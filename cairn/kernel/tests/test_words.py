"""Every language says everything, with the same placeholders."""

import re

import pytest

from cairn.kernel.words.choosing import LANGUAGES, NAMES, Words, choose

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    english, texts = LANGUAGES["en"], LANGUAGES[language]
    assert texts.keys() == english.keys()
    assert set(NAMES) == set(LANGUAGES)
    for key, text in texts.items():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english[key])), key
        assert text.strip() == text and text, key


def test_a_value_is_no_template() -> None:
    assert Words("en")("subscribe.title", list="{brand}") == "Subscribe to {brand}"


@pytest.mark.parametrize(
    ("candidates", "accepted", "chosen"),
    [
        (["pt_BR"], "de", "pt"),
        (["xx", ""], "de;q=0.1, en;q=0.9", "en"),
        ([], "nl-BE;q=oops, fr;q=0.3", "fr"),
        ([], "", "en"),
        ([], "tlh", "en"),
    ],
)
def test_the_language_that_is_asked_for_first(candidates: list[str], accepted: str, chosen: str) -> None:
    assert choose(candidates, accepted) == chosen
