"""How fast a campaign goes out, and whether everybody gets it once: also when the worker is killed half way.

    python bench/send.py [--recipients 100000] [--kill]

Starts a server of its own, with real stores, and a mail server that counts. The last line is the result as JSON.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request

from server import ROOT, Server, direct, started

sys.path.insert(0, str(ROOT))
from cairn import wiring
from cairn.cli.stores import adopt
from cairn.infra.supervisor.folder import read_state

GIVE_UP_SECONDS = 900.0
BATCH = 5_000
ITEMS = 12


def html() -> str:
    """A message like a shop's: nine kilobytes, a dozen products with pictures and links, the usual personal touches."""
    item = (
        '<tr class="item"><td width="120"><a href="https://shop.example.com/products/{n}?variant={n}&amp;color=blue">'
        '<img src="https://cdn.example.com/products/{n}/front-600x600.jpg" width="120" alt="Lamp {n}"></a></td>'
        '<td class="text"><h3>Lamp number {n}</h3><p>Hand-made of oak and linen, with a warm light for long evenings. '
        'Chosen for {{{{ first_name|default:"you" }}}}: turns on by itself when it gets dark, and off late.</p>'
        "<p>{{% currency_format 49.90 %}}</p></td></tr>"
    )
    style = (
        "body{margin:0;background:#f6f6f6;font-family:Helvetica,Arial,sans-serif} .item td{padding:12px;color:#333}"
        " h3{margin:0 0 6px;font-size:18px} p{margin:0;line-height:1.5} @media (max-width:600px){.text{display:block}}"
    )
    return (
        f"<html><head><title>Lamps</title><style>{style}</style></head><body><table width='600' align='center'>"
        "<tr><td colspan='2'><h1>Hello {{ first_name|default:'there'|title }}</h1>"
        "{% if person.City %}<p>News for {{ person.City }}</p>{% endif %}</td></tr>"
        + "".join(item.format(n=number) for number in range(1, ITEMS + 1))
        + "</table><p>{{ organization.name }} {{ organization.full_address }}</p>"
        "<p>{% unsubscribe 'Unsubscribe' %} {% web_view 'View in browser' %}</p></body></html>"
    )


class Sink:
    """The counting mail server, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.port = process, port
        self.url = f"smtp://127.0.0.1:{port}?tls=off"

    def counts(self) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            stream = connection.makefile("rwb")
            stream.readline()
            stream.write(b"STAT\r\n")
            stream.flush()
            found: dict[str, Any] = json.loads(stream.readline()[4:])
            return found


@contextmanager
def counting() -> Iterator[Sink]:
    command = [sys.executable, str(Path(__file__).with_name("sink.py"))]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Sink(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


def call(server: Server, method: str, path: str, body: object = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body is not None else None
    with direct.open(Request(server.base_url + path, data, server.headers, method=method), timeout=60) as reply:
        content = reply.read()
    found: dict[str, Any] = json.loads(content)["data"] if content else {}
    return found


def create(server: Server, type_: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return call(server, "POST", f"/api/{type_}s", {"data": {"type": type_, "attributes": attributes}})


def fill(server: Server, list_id: str, count: int) -> None:
    """Members of a list, written as the worker writes them."""
    os.environ["CAIRN_DATA_DIR"] = str(server.data_dir)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.settings")
    wiring.settings.cache_clear()
    adopt(wiring.settings())
    import django  # noqa: PLC0415 - its settings read where the server's stores are

    django.setup()
    from cairn.domains.accounts import queries as accounts  # noqa: PLC0415
    from cairn.domains.lists import actions as lists  # noqa: PLC0415
    from cairn.domains.profiles import actions as profiles  # noqa: PLC0415
    from cairn.domains.profiles.contracts import ProfilePatch  # noqa: PLC0415
    from cairn.kernel import clock  # noqa: PLC0415

    scope = accounts.scope_of(server.company_id)
    for begin in range(0, count, BATCH):
        patches = [
            ProfilePatch(
                email=f"customer-{number:06d}@example.com",
                attributes={"first_name": "Inês", "last_name": f"Number {number}"},
                location={"city": "Porto", "country": "PT"},
                properties={"Plan": "Gold", "Points": number},
            )
            for number in range(begin, min(begin + BATCH, count))
        ]
        now = clock.now()
        found = profiles.apply_patches(scope, patches, now=now)
        lists.join(scope, list_id, [one.number for one in found], now=now)


def campaign(server: Server, list_id: str) -> str:
    """A campaign that is ready to be sent."""
    content = {"subject": "{{ first_name }}, lamps for the long evenings", "from_email": "shop@example.com"}
    content |= {"from_label": "Bench shop", "preview_text": "Hand-made of oak and linen"}
    message = {"type": "campaign-message", "attributes": {"definition": {"channel": "email", "content": content}}}
    attributes = {
        "name": "Bench",
        "audiences": {"included": [list_id]},
        "campaign-messages": {"data": [message]},
    }
    made = create(server, "campaign", attributes)
    message_id = made["relationships"]["campaign-messages"]["data"][0]["id"]
    template = create(server, "template", {"name": "Bench", "editor_type": "CODE", "html": html()})
    assign = {
        "type": "campaign-message",
        "id": message_id,
        "relationships": {"template": {"data": {"type": "template", "id": template["id"]}}},
    }
    call(server, "POST", "/api/campaign-message-assign-template", {"data": assign})
    return str(made["id"])


def kill_worker(server: Server) -> None:
    assert server.data_dir is not None
    state = read_state(server.data_dir)
    assert state is not None
    os.kill(state.processes["sender-1"], signal.SIGKILL)


def run(server: Server, sink: Sink, count: int, *, kill: bool) -> dict[str, Any]:
    list_id = create(server, "list", {"name": "Everybody"})["id"]
    fill(server, list_id, count)
    print(f"{count} recipients are in the list", file=sys.stderr)
    campaign_id = campaign(server, list_id)
    begun = time.time()
    call(server, "POST", "/api/campaign-send-jobs", {"data": {"type": "campaign-send-job", "id": campaign_id}})
    killed = not kill
    status = ""
    while status != "Sent" and time.time() - begun < GIVE_UP_SECONDS:
        time.sleep(0.2)
        counts = sink.counts()
        if not killed and counts["messages"] >= count // 2:
            kill_worker(server)
            killed = True
            print(f"killed the worker after {counts['messages']} messages", file=sys.stderr)
        if counts["recipients"] >= count or not int(time.time() * 5) % 10:
            status = call(server, "GET", f"/api/campaigns/{campaign_id}")["attributes"]["status"]
    ended = time.time()
    counts = sink.counts()
    progress = call(server, "GET", f"/api/campaigns/{campaign_id}")["attributes"]["progress"]
    sending = max(0.001, counts["last"] - counts["first"])
    return {
        "recipients": count,
        "killed": kill,
        "status": status,
        "messages_per_second": round(counts["messages"] / sending),
        "seconds": round(ended - begun, 1),
        "until_first_message": round(counts["first"] - begun, 2),
        "kilobytes_per_message": round(counts["bytes"] / max(1, counts["messages"]) / 1000, 1),
        "lost": count - counts["recipients"],
        "doubled": counts["doubled"],
        "ledger": progress,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--kill", action="store_true", help="kill -9 the worker half way")
    options = parser.parse_args()
    with counting() as sink, started(rate_limits="off", smtp_url=sink.url) as server:
        print(json.dumps(run(server, sink, options.recipients, kill=options.kill)))


if __name__ == "__main__":
    main()
