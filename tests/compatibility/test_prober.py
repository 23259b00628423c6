"""The black-box prober asks a running server whether it behaves like the real one. It may pass more than the floor
says, and never less: raise the floor with what was won."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.compatibility.reference import conformance
from tests.server import Server

FLOOR: dict[str, dict[str, int]] = json.loads((Path(__file__).parent / "floor.json").read_text())
TIME_LIMIT = 400


@pytest.fixture(scope="module")
def report(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    program = conformance() / "conform.py"
    login = server.create_account("prober@example.com")
    file = tmp_path_factory.mktemp("prober") / "report.json"
    who = ["--private-key", login["private_key"], "--company-id", login["company_id"]]
    tags = [word for tag in FLOOR for word in ("--tag", tag)]
    command = [sys.executable, str(program), "--base-url", server.url, *who, *tags]
    options = ["--spec", "stable", "--report", str(file), "--time-limit", str(TIME_LIMIT)]
    subprocess.run([*command, *options], check=True, timeout=TIME_LIMIT + 60, capture_output=True)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def complaints(operations: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{one['id']} {name}: {check['status']} {check.get('reason', '')}"
        for one in operations
        for name, check in one["checks"].items()
        if check["status"] in ("fail", "blocked")
    )


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("tag", FLOOR)
def test_the_prober_passes_at_least_the_floor(report: dict[str, Any], tag: str) -> None:
    operations = [one for one in report["operations"] if one["tag"] == tag]
    statuses = [check["status"] for one in operations for check in one["checks"].values()]
    happy = sum(one["checks"]["happy"]["status"] == "pass" for one in operations)
    reached = {"happy": happy, "passed": statuses.count("pass")}
    assert all(reached[name] >= least for name, least in FLOOR[tag].items()), f"{reached}\n{complaints(operations)}"
