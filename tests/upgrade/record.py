"""Keep a data folder of the version at hand, for the tests of later ones: `python -m tests.upgrade.record NAME`.

Run it once for each version that was given away. Stores are kept as text (SQL, JSON lines), since their own files are
many megabytes. The server is killed with a command accepted and not yet applied.
"""

import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from cairn.infra.clickhouse.embedded import EmbeddedClickHouse
from cairn.infra.postgres import binaries
from cairn.infra.postgres.embedded import EmbeddedPostgres
from tests.server import Server
from tests.upgrade import shop

HERE = Path(__file__).parent
KEPT = ("secrets", "log", "cache", "sending", "files")


def main() -> None:
    name = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="cairn-record-") as scratch:
        root = Path(scratch)
        root.chmod(0o711)
        server = Server(root / "data", environ={"CAIRN_RATE_LIMITS": "off"})
        kept = root / "kept"
        kept.mkdir()
        account = tell(server, kept)
        for folder in KEPT:
            if (server.folder / folder).exists():
                shutil.copytree(server.folder / folder, kept / folder, ignore=shutil.ignore_patterns("*.lock", "bells"))
        dump_stores(server.folder, kept)
        (kept / "account.json").write_text(json.dumps(account))
        with (
            lzma.open(HERE / f"{name}.tar.xz", "wb", preset=9) as packed,
            tarfile.open(fileobj=packed, mode="w") as tar,
        ):
            tar.add(kept, arcname=".")


def tell(server: Server, kept: Path) -> dict[str, str]:
    """Live the shop's story, note what the account shows, then die with an order accepted only."""
    try:
        server.start()
        account = server.create_account(shop.OWNER)
        with server.api(account) as api:
            shop.live(server, api)
            (kept / "answers.json").write_text(json.dumps(shop.answers(api), ensure_ascii=False, indent=1))
            psutil.Process(server.state().processes["worker"]).suspend()
            shop.order(api, "ben", "5", shop.LAST)
    finally:
        server.kill()
    return account


def dump_stores(folder: Path, kept: Path) -> None:
    postgres, clickhouse = EmbeddedPostgres(folder / "postgres"), EmbeddedClickHouse(folder / "clickhouse")
    postgres.start()
    clickhouse.launch()
    clickhouse.wait().close()
    try:
        programs = binaries.installation(foreign_user=False, copy_to=folder / "programs") / "bin"
        command = [str(programs / "pg_dump"), "--no-owner", "--no-acl", "--inserts", "--rows-per-insert=200"]
        with (kept / "postgres.sql").open("wb") as output:
            subprocess.run([*command, postgres.url()], check=True, stdout=output, env=dict(os.environ))
        dump_clickhouse(clickhouse.url(), kept)
    finally:
        clickhouse.stop()
        postgres.stop()


def dump_clickhouse(url: str, kept: Path) -> None:
    """Tables before views: `tables.json` holds what makes them, `<table>.jsonl` their rows."""
    listed = ask(
        url, "SELECT name, create_table_query AS made, engine FROM system.tables WHERE database = currentDatabase()"
    )
    tables = [json.loads(line) for line in listed.splitlines()]
    tables = [one for one in tables if not one["name"].startswith(".")]
    (kept / "tables.json").write_text(json.dumps(sorted(tables, key=lambda one: one["engine"] == "MaterializedView")))
    for one in tables:
        if one["engine"] != "MaterializedView":
            (kept / f"{one['name']}.jsonl").write_text(ask(url, f"SELECT * FROM {one['name']}"))


def ask(url: str, sql: str, body: str = "") -> str:
    """One statement in ClickHouse's own HTTP, rows as JSON lines."""
    parts = urlsplit(url)
    answer = httpx.post(
        f"http://{parts.hostname}:{parts.port}/",
        params={"database": parts.path.strip("/"), "default_format": "JSONEachRow", "query": sql},
        auth=(parts.username or "", parts.password or ""),
        content=body.encode(),
        timeout=60,
        trust_env=False,
    )
    assert answer.is_success, answer.text
    return answer.text


if __name__ == "__main__":
    main()
