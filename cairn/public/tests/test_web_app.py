import gzip
import os
from pathlib import Path

import pytest

from cairn.infra.http.exchange import Reply
from cairn.infra.http.tests.exchanges import Head, request_to
from cairn.public.tests.driving import header
from cairn.public.web_app import WebApp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Cairn</title>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("console.log('é')")
    (tmp_path / "cairn.svg").write_text("<svg/>")
    return tmp_path


def get(app: WebApp, path: str, method: str = "GET", **headers: str) -> Reply:
    raw = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.reply(request_to(Head(method, path, headers=raw)))


@pytest.mark.parametrize("path", ["/", "/profiles", "/campaigns/01ABC/report", "/u"])
def test_every_address_is_a_page_of_the_app(folder: Path, path: str) -> None:
    reply = get(WebApp(folder), path)
    assert (reply.status, reply.body) == (200, b"<title>Cairn</title>")
    assert header(reply, "cache-control") == "no-cache"
    assert "script-src" not in header(reply, "content-security-policy")


def test_assets_are_kept_for_ever_and_packed(folder: Path) -> None:
    reply = get(WebApp(folder), "/assets/app-1a2b.js", accept_encoding="gzip, br")
    assert "immutable" in header(reply, "cache-control")
    assert header(reply, "content-encoding") == "gzip"
    assert gzip.decompress(reply.body).decode() == "console.log('é')"
    assert get(WebApp(folder), "/assets/app-1a2b.js").body.decode() == "console.log('é')"


@pytest.mark.parametrize("path", ["/assets/old.js", "/favicon.ico", "/assets/../../secrets/secret_key", "/../x.txt"])
def test_files_that_are_not_there_are_not_pages(folder: Path, path: str) -> None:
    assert get(WebApp(folder), path).status == 404


def test_a_new_build_is_served_at_once(folder: Path) -> None:
    app = WebApp(folder)
    get(app, "/")
    (folder / "index.html").write_text("new")
    os.utime(folder / "index.html", (1, 1))
    assert get(app, "/").body == b"new"


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    reply = get(WebApp(tmp_path), "/")
    assert (reply.status, b"make setup" in reply.body) == (503, True)


def test_pages_take_no_writes(folder: Path) -> None:
    assert get(WebApp(folder), "/", "POST").status == 405
    assert get(WebApp(folder), "/", "HEAD").body == b""
