"""What is known of postal codes: from the package, and from GeoNames' files."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cairn import wiring
from cairn.domains.segments.postal_codes import bring_packaged, import_file, is_known
from cairn.infra.clickhouse.client import ClickHouse
from cairn.kernel.errors import Invalid

NOW = datetime(2026, 6, 15, tzinfo=UTC)
LINES = (
    "XA\t1234 AB\tOldtown\tNorth\tN\t\t\t\t\t10.5\t20.25\t4\n"
    "XA\t1234 AB\tNewtown\tNorth\tN\t\t\t\t\t11.5\t20.75\t4\n"
    "XA\t9-99\tHarbour\tSouth\tS\t\t\t\t\t-1\t-2\t\n"
)


def test_codes_of_a_country_are_known_afterwards_those_with_two_places_in_their_middle(
    clickhouse: ClickHouse, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "XA.zip", "w") as archive:
        archive.writestr("readme.txt", "not a table")
        archive.writestr("XA.txt", LINES)
    assert import_file(tmp_path / "XA.zip", now=NOW) == {"XA": 2}
    rows = wiring.clickhouse().query(
        "SELECT code, latitude, longitude FROM postal_codes FINAL WHERE country = 'XA' ORDER BY code"
    )
    assert [tuple(row) for row in rows] == [("1234AB", 11.0, 20.5), ("999", -1.0, -2.0)]
    assert is_known("xa", "1234ab")
    assert not is_known("xa", "1235ab")


def test_another_file_is_refused_with_its_line(clickhouse: ClickHouse, tmp_path: Path) -> None:
    (tmp_path / "XB.txt").write_text(LINES + "XA,1234,Oldtown\n")
    with pytest.raises(Invalid, match="Line 4 is not one of GeoNames' postal codes"):
        import_file(tmp_path / "XB.txt", now=NOW)
    (tmp_path / "empty.txt").write_text("")
    with pytest.raises(Invalid, match=r"no postal codes in empty\.txt"):
        import_file(tmp_path / "empty.txt", now=NOW)


def where(code: str) -> list[tuple[float, ...]]:
    return wiring.clickhouse().query(
        "SELECT latitude, longitude FROM postal_codes FINAL WHERE country = 'US' AND code = {code:String}",
        {"code": code},
    )


def test_codes_of_the_united_states_are_known_without_a_file(clickhouse: ClickHouse) -> None:
    assert is_known("us", "02108-1234")
    assert not is_known("US", "00000")
    ((latitude, longitude),) = where("02108")
    assert (round(latitude), round(longitude)) == (42, -71)
    assert not bring_packaged()
    assert not is_known("DE", "10115")


def test_a_file_wins_over_the_package(clickhouse: ClickHouse, tmp_path: Path) -> None:
    assert is_known("US", "02108")
    (tmp_path / "US.txt").write_text("US\t02108\tBoston\tMA\t\t\t\t\t\t1.5\t2.5\t4\n")
    import_file(tmp_path / "US.txt", now=NOW)
    assert where("02108") == [(1.5, 2.5)]


def test_where_there_is_a_file_the_package_is_not_asked(clickhouse: ClickHouse, tmp_path: Path) -> None:
    (tmp_path / "US.txt").write_text("US\t02108\tBoston\tMA\t\t\t\t\t\t1.5\t2.5\t4\n")
    import_file(tmp_path / "US.txt", now=NOW)
    assert not is_known("US", "10001")
