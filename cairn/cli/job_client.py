"""Jobs of a running server: begun by an upload or a wish, watched to their end, their file fetched."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from cairn.cli.bulk_client import BulkClient, explain
from cairn.kernel.errors import CairnError

PIECE: Final = 1 << 20
LOOK_SECONDS: Final = 1.0
BUSY: Final = frozenset({"queued", "processing", "checking"})


def upload(client: BulkClient, path: str, fields: Mapping[str, str], file: Path) -> dict[str, Any]:
    """Send a form with a file, piece by piece; the job that it begins."""
    line = f"cairn-{os.urandom(12).hex()}"
    head = "".join(
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    named = file.name.replace('"', "'").replace("\r", " ").replace("\n", " ")
    head += f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{named}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    tail = f"\r\n--{line}--\r\n".encode()
    size = len(head.encode()) + file.stat().st_size + len(tail)
    headers = {
        **client.headers,
        "content-type": f"multipart/form-data; boundary={line}",
        "content-length": str(size),
    }

    def pieces() -> Iterator[bytes]:
        yield head.encode()
        with file.open("rb") as content:
            while piece := content.read(PIECE):
                yield piece
        yield tail

    client.connection.request("POST", path, pieces(), headers)
    answer = client.connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise CairnError(f"The server refused the file: {explain(text)}")
    made: dict[str, Any] = json.loads(text)["data"]
    return made


def change(client: BulkClient, job: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    document = {"data": {"type": job["type"], "id": job["id"], "attributes": attributes}}
    changed: dict[str, Any] = client.call("PATCH", place(job), msgspec.json.encode(document))["data"]
    return changed


def place(job: Mapping[str, Any]) -> str:
    return f"/api/{job['type']}s/{job['id']}"


def watch(client: BulkClient, job: dict[str, Any], told: Callable[[Mapping[str, Any]], str]) -> dict[str, Any]:
    """The job when it is over. A line on standard error tells how far it is."""
    last = ""
    while True:
        job = client.call("GET", place(job))["data"]
        line = told(job["attributes"])
        if line != last:
            last = line
            print(line, file=sys.stderr)
        if job["attributes"]["status"] not in BUSY:
            return job
        time.sleep(LOOK_SECONDS)


def fetch(client: BulkClient, url: str, to: Path) -> int:
    """Copy the file behind a link; its size. A half one is never left behind."""
    client.connection.request("GET", urlsplit(url).path, headers=client.headers)
    answer = client.connection.getresponse()
    if answer.status != 200:
        raise CairnError(f"The file cannot be fetched: {answer.read(300).decode(errors='replace').strip()}")
    draft = to.with_name(f".{to.name}.part")
    size = 0
    try:
        with draft.open("wb") as file:
            while piece := answer.read(PIECE):
                file.write(piece)
                size += len(piece)
        os.replace(draft, to)
    finally:
        draft.unlink(missing_ok=True)
    return size
