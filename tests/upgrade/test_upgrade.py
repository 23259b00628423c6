"""A data folder that an earlier version left, killed in mid-work, starts with this one and still tells the same."""

import json
import lzma
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cairn.infra.clickhouse.embedded import EmbeddedClickHouse
from cairn.infra.postgres import binaries
from cairn.infra.postgres.embedded import EmbeddedPostgres
from tests.server import Server, eventually
from tests.upgrade import shop
from tests.upgrade.record import KEPT, ask

# Of the order that was applied late, and of links.
MOVING = {"links", "updated", "last_event_date", "watermark"}
VERSIONS = sorted(Path(__file__).parent.glob("*.tar.xz"))


@pytest.fixture(params=VERSIONS, ids=lambda path: path.name.removesuffix(".tar.xz"))
def kept(request: pytest.FixtureRequest) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cairn-upgrade-") as scratch:
        root = Path(scratch)
        root.chmod(0o711)
        with lzma.open(request.param) as packed, tarfile.open(fileobj=packed) as tar:
            tar.extractall(root / "kept", filter="data")
        yield root / "kept"


def test_an_earlier_versions_data_folder_starts_and_keeps_everything(kept: Path) -> None:
    account = json.loads((kept / "account.json").read_text())
    answers: dict[str, list[shop.Document]] = json.loads((kept / "answers.json").read_text())
    server = Server(restored(kept), environ={"CAIRN_RATE_LIMITS": "off"})
    server.start()
    try:
        eventually(server.is_well, "all parts running")
        with server.api(account) as api:
            late = eventually(lambda: shop.late_order(api), "what was accepted and not yet applied")
            known = {one["id"] for one in answers["/api/metrics"]}
            for question, before in answers.items():
                now = [one for one in shop.found(api, question) if one["id"] != late and metric_of(one) in known | {""}]
                assert_kept(before, now, question)
    finally:
        server.kill()


def metric_of(one: shop.Document) -> str:
    """The id of a metric, or of an event's: a later version may tell of more than the earlier one did."""
    if one["type"] == "metric":
        return str(one["id"])
    return str(one["relationships"]["metric"]["data"]["id"]) if one["type"] == "event" else ""


def assert_kept(before: Any, now: Any, where: str) -> None:
    """All that was said is said still; more may be. Moments move on and addresses are this server's."""
    if isinstance(before, dict):
        assert isinstance(now, dict), where
        for name, value in before.items():
            if name not in MOVING:
                assert name in now, f"{where}: {name} is gone"
                assert_kept(value, now[name], f"{where} {name}")
    elif isinstance(before, list):
        assert len(before) == len(now), where
        for place, (old, new) in enumerate(zip(before, now, strict=True)):
            assert_kept(old, new, f"{where} {place}")
    else:
        assert before == now, where


def restored(kept: Path) -> Path:
    """The data folder as its server left it."""
    folder = kept.parent / "data"
    folder.mkdir(mode=0o711)
    for name in KEPT:
        if (kept / name).exists():
            (kept / name).rename(folder / name)
    postgres, clickhouse = EmbeddedPostgres(folder / "postgres"), EmbeddedClickHouse(folder / "clickhouse")
    postgres.start()
    clickhouse.launch()
    client = clickhouse.wait()
    try:
        psql = binaries.installation(foreign_user=False, copy_to=folder / "programs") / "bin" / "psql"
        subprocess.run(
            [str(psql), "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept / 'postgres.sql'}", postgres.url()],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        client.create_database()
        client.close()
        for table in json.loads((kept / "tables.json").read_text()):
            ask(clickhouse.url(), table["made"])
            rows = kept / f"{table['name']}.jsonl"
            if rows.exists() and rows.stat().st_size:
                ask(clickhouse.url(), f"INSERT INTO {table['name']} FORMAT JSONEachRow", rows.read_text())
    finally:
        clickhouse.stop()
        postgres.stop()
    return folder
