"""`cairn privacy`: what it refuses before it does anything, and how it tells what it did."""

from pathlib import Path

import pytest

from cairn.cli import privacy
from cairn.kernel.errors import Invalid

ANN = ("--account", "ABCDEF", "--email", "ann@example.com")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (("--email", "ann"), "--email 'ann' is not a valid email address."),
        (("--phone", "5550006"), "--phone '5550006' is not a valid phone number; write it as +15005550006."),
        (("--external-id", " "), "--external-id is empty."),
        (("--id", ""), "--id is empty."),
    ],
)
@pytest.mark.parametrize("verb", ["delete", "find"])
def test_a_mistyped_identifier_is_no_unknown_person(verb: str, given: tuple[str, ...], refusal: str) -> None:
    with pytest.raises(Invalid) as error:
        privacy.main([verb, "--account", "ABCDEF", *given])
    assert error.value.detail == refusal


def test_a_phone_number_is_read_as_people_write_it() -> None:
    options = privacy.parser().parse_args(["find", "--account", "ABCDEF", "--phone", "+1 (617) 555-0045"])
    assert privacy.identifier(options) == {"phone_number": "+16175550045"}


def test_an_export_overwrites_no_file(tmp_path: Path) -> None:
    taken = tmp_path / "ann.zip"
    taken.write_text("something else")
    with pytest.raises(Invalid, match=r"ann\.zip exists already: name another file"):
        privacy.main(["export", *ANN, "--out", str(taken)])
    assert taken.read_text() == "something else"


def test_an_export_into_a_folder_that_is_not_there_collects_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="nowhere of --out does not exist"):
        privacy.main(["export", *ANN, "--out", str(tmp_path / "nowhere" / "ann.zip")])


def test_the_file_of_an_export_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "ann.zip"
    with privacy.private(path) as file:
        file.write(b"zip")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"zip", 0o600)


def test_a_report_reads_as_lines() -> None:
    facts = {"job": "01", "forgotten": None, "Files": {}, "PostgreSQL": {"consent_history": 1200, "consents": 1}}
    assert privacy.lines(facts) == [
        "job          01",
        "forgotten    no",
        "Files        nothing",
        "PostgreSQL",
        "  consent history         1,200",
        "  consents                    1",
    ]
