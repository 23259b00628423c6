"""What a person sees of the server's processes: starting, stopping, dying and healing."""

import json
import os
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from cairn.infra.supervisor.child import die_with_parent
from tests.server import PATIENCE, Server, alive, eventually

IDLE_LIMIT = 1 << 30
BUSY = 2.0


def test_all_parts_run_after_the_first_start(server: Server) -> None:
    eventually(server.is_well, "all parts running")
    assert set(server.state().processes) == {"clickhouse", "postgres", "web", "worker", "sender-1", "sender-2"}
    assert server.health()["log"] == {lane: {"accepted": 0, "behind": 0} for lane in ("consent", "live", "bulk")}


def test_an_idle_server_fits_into_one_gigabyte(server: Server) -> None:
    total = sum(process.memory_full_info().pss for process in server.family())
    assert total < IDLE_LIMIT


def test_a_second_server_on_the_folder_is_refused_and_named_the_first(server: Server) -> None:
    assert server.process is not None
    refused = server.run("serve", "--port", "1")
    assert refused.returncode == 1
    assert f"is in use by another server, process {server.process.pid}." in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert server.accepts()


def test_an_account_can_be_made_while_the_server_runs(server: Server) -> None:
    made = server.create_account("running@example.com")
    assert len(made["company_id"]) == 6
    assert made["account_id"] == made["company_id"]
    assert made["private_key"].startswith("pk_")


def test_a_bad_account_is_refused_with_one_line(server: Server) -> None:
    refused = server.run("account", "create", "--name", "X", "--email", "nobody", "--password", "long enough")
    assert refused.returncode == 1
    assert refused.stderr == "cairn: 'nobody' is not an email address.\n"


@pytest.mark.parametrize("name", ["web", "worker", "sender-1", "clickhouse", "postgres"])
def test_a_killed_process_heals_and_the_others_live_on(server: Server, name: str) -> None:
    eventually(server.is_well, "all parts running")
    before = dict(server.state().processes)
    victim = psutil.Process(before[name])
    bystanders = {other: psutil.Process(pid) for other, pid in before.items() if other != name}
    victim.kill()
    eventually(lambda: not victim.is_running() and server.state().processes.get(name) != victim.pid, "a new process")
    eventually(server.is_well, f"healing of {name}")
    after = server.state().processes
    assert {other: after[other] for other in bystanders} == {other: before[other] for other in bystanders}
    assert alive(list(bystanders.values())) == list(bystanders.values())


def test_metrics_name_every_part(server: Server) -> None:
    text = urllib.request.urlopen(f"{server.url}/metrics").read().decode()
    for part in ("log", "postgres", "clickhouse", "worker"):
        assert f'cairn_part_up{{part="{part}"}} 1.0' in text


@pytest.fixture(scope="module")
def other() -> Iterator[Server]:
    """A server to be stopped and started: the first start has been made."""
    with tempfile.TemporaryDirectory(prefix="cairn-faults-") as folder:
        Path(folder).chmod(0o711)
        made = Server(Path(folder) / "data")
        yield made
        made.kill()


def test_an_account_can_be_made_before_the_first_start(other: Server) -> None:
    made = other.create_account("stopped@example.com")
    assert made["private_key"].startswith("pk_")
    assert not (other.folder / "run.json").exists()


def test_ctrl_c_stops_all_within_ten_seconds(other: Server) -> None:
    other.start()
    eventually(other.is_well, "all parts running")
    family = other.family()
    assert len(family) >= 5
    assert other.interrupt() < 10
    assert alive(family) == []
    assert not (other.folder / "run.json").exists()


def test_a_later_start_accepts_within_five_seconds(other: Server) -> None:
    took = other.start()
    waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
    if took >= 5 and waiting > BUSY:
        pytest.skip(f"this machine is too busy to tell: {waiting:.1f} programs wait for each processor")
    assert took < 5


def test_nothing_survives_a_killed_supervisor_and_the_next_start_works(other: Server) -> None:
    assert other.process is not None
    family = other.family()
    other.process.send_signal(signal.SIGKILL)
    other.process.wait()
    eventually(lambda: alive(family) == [], lambda: f"the end of {alive(family)}", seconds=10)
    other.start()
    eventually(other.is_well, "all parts running")
    assert other.interrupt() < 10


def test_nothing_survives_a_killed_supervisor_though_its_worker_waits_for_an_answer(other: Server) -> None:
    other.start()
    eventually(other.is_well, "all parts running")
    assert other.process is not None
    family = other.family()
    clickhouse = psutil.Process(other.state().processes["clickhouse"])
    port = urlsplit(other.state().clickhouse_url).port
    clickhouse.suspend()
    eventually(lambda: unread(port), "a statement that waits")
    other.process.send_signal(signal.SIGKILL)
    other.process.wait()
    eventually(lambda: alive(family) == [clickhouse], lambda: f"the end of {alive(family)}", seconds=10)
    clickhouse.resume()
    eventually(lambda: alive(family) == [], lambda: f"the end of {alive(family)}", seconds=10)


def unread(port: int | None) -> bool:
    """Whether a connection to this port of the machine brought something that is not taken."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if state == "01" and local.endswith(f":{port:04X}") and not queues.endswith(":00000000"):
            return True
    return False


def test_stores_given_by_url_are_used_and_not_started() -> None:
    with tempfile.TemporaryDirectory(prefix="cairn-faults-") as folder:
        urls = {
            "CAIRN_DATABASE_URL": os.environ["CAIRN_TEST_DATABASE_URL"],
            "CAIRN_CLICKHOUSE_URL": os.environ["CAIRN_TEST_CLICKHOUSE_URL"].replace("/test?", "/by_url?"),
        }
        made = Server(Path(folder) / "data", environ={**urls, "CAIRN_LOG_JSON": "on"})
        try:
            made.start()
            eventually(made.is_well, "all parts running")
            assert set(made.state().processes) == {"web", "worker", "sender-1", "sender-2"}
            assert not (made.folder / "postgres").exists()
            assert made.create_account("by-url@example.com")["company_id"]
            assert made.interrupt() < 10
        finally:
            made.kill()
        lines = [json.loads(line) for line in made.log_path.read_text().splitlines()]
        assert {"serve", "web", "worker"} <= {line["process"] for line in lines}
        assert {"at", "level", "message"} <= set(lines[0])
        assert all(
            secret not in made.log_path.read_text() for secret in ("pk_", password_in(urls["CAIRN_CLICKHOUSE_URL"]))
        )


def password_in(url: str) -> str:
    return urlsplit(url).password or ""


def test_web_and_worker_run_alone_beside_a_server(server: Server, tmp_path: Path) -> None:
    eventually(server.is_well, "all parts running")
    second = Server(server.folder)
    said = tmp_path / "said"
    with said.open("wb") as output:
        begun = [
            subprocess.Popen(
                second.command(*arguments), env=second.environment(), stderr=output, preexec_fn=die_with_parent
            )
            for arguments in (("web", "--port", str(second.port)), ("worker", "--only", "outbox"))
        ]
    try:
        eventually(second.is_well, "an answer of the second web process")
        # Until it runs, a signal ends it as it ends any program.
        eventually(lambda: "worker runs outbox" in said.read_text(), said.read_text)
        assert begun[1].poll() is None
    finally:
        for process in begun:
            process.terminate()
    assert [process.wait(PATIENCE) for process in begun] == [0, 0]
