"""Images over the API, and as everybody sees them."""

import base64
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from cairn import wiring
from cairn.api.conftest import Answer, Api
from cairn.infra.files.folder import FolderFiles
from cairn.infra.http.guard import Guard

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg=="
)
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
MEGABYTE = 1024 * 1024
AT = "/data/attributes/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's files are."""
    files = FolderFiles(tmp_path)
    monkeypatch.setattr(wiring, "files", lambda: files)
    return tmp_path


def kept(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def data_uri(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def import_(api: Api, content: bytes = PNG, **attributes: object) -> Answer:
    return api.post("/api/images", "image", {"import_from_url": data_uri(content), **attributes})


def upload(api: Api, content: bytes | None = PNG, filename: str = "cat.png", **fields: str) -> Answer:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    if content is not None:
        head = f'Content-Disposition: form-data; name="file"; filename="{filename}"\r\nContent-Type: image/png\r\n\r\n'
        parts.append(head.encode() + content)
    body = b"".join(b"--line\r\n" + part + b"\r\n" for part in parts) + b"--line--\r\n"
    return api.call("POST", "/api/image-upload", raw=body, content_type="multipart/form-data; boundary=line")


def seen(url: str, method: str = "get") -> tuple[int, bytes, dict[str, str]]:
    """What somebody without a key gets."""
    reply = getattr(Client(), method)(urlsplit(url).path)
    return reply.status_code, reply.content, dict(reply.headers)


def test_an_image_from_a_data_uri_is_in_the_library_and_seen_by_everybody(api: Api, bobs_api: Api) -> None:
    made = import_(api, name="A cat")
    assert made.status == 201
    assert re.fullmatch(r"[1-9]\d*", made.data["id"])
    assert made.attributes["name"] == "A cat"
    assert (made.attributes["format"], made.attributes["size"], made.attributes["hidden"]) == ("png", len(PNG), False)
    assert bobs_api.get(f"/api/images/{made.data['id']}").attributes == made.attributes
    status, content, headers = seen(made.attributes["image_url"])
    assert (status, content) == (200, PNG)
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")
    assert seen(made.attributes["image_url"], "post")[0] == 405


def test_an_uploaded_file_brings_its_name(api: Api) -> None:
    made = upload(api, GIF, "Sale banner.gif", hidden="true")
    assert made.status == 201
    assert made.attributes["name"] == "Sale banner.gif"
    assert (made.attributes["format"], made.attributes["hidden"]) == ("gif", True)
    assert made.attributes["image_url"].endswith(".gif")
    assert upload(api, name="Mine").attributes["name"] == "Mine"


def test_the_bytes_decide_the_format_and_not_what_they_are_called(api: Api) -> None:
    made = upload(api, JPEG, "cat.png")
    assert (made.attributes["format"], made.attributes["image_url"][-4:]) == ("jpeg", ".jpg")
    assert seen(made.attributes["image_url"])[2]["Content-Type"] == "image/jpeg"


def test_a_name_in_use_gets_a_suffix(api: Api, charlies_api: Api) -> None:
    assert [import_(api, name="cat").attributes["name"] for _ in range(3)] == ["cat", "cat_1", "cat_2"]
    long = "x" * 255
    assert [import_(api, name=long).attributes["name"] for _ in range(2)] == [long, "x" * 253 + "_1"]
    assert import_(charlies_api, name="cat").attributes["name"] == "cat"


@pytest.mark.parametrize("content", [SVG, b"", b"<html>", b"\x89PN"])
def test_what_is_no_image_is_refused_and_not_kept(api: Api, folder: Path, content: bytes) -> None:
    for kind in ("image/png", "image/svg+xml"):
        reply = api.post("/api/images", "image", {"import_from_url": data_uri(content, kind)})
        assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}import_from_url")
    reply = upload(api, content)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}file")
    assert kept(folder) == []
    assert api.get("/api/images").ids == []


def test_five_megabytes_are_taken_and_a_byte_more_is_not(api: Api, folder: Path) -> None:
    fits = PNG.ljust(5 * MEGABYTE, b"\0")
    assert import_(api, fits).attributes["size"] == upload(api, fits).attributes["size"] == 5 * MEGABYTE
    reply = import_(api, fits + b"\0")
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}import_from_url")
    reply = upload(api, fits + b"\0")
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}file")
    assert upload(api, fits + b"\0" * MEGABYTE).status == 413
    assert len(kept(folder)) == 2


@pytest.mark.parametrize(
    "uri",
    [
        "data:text/html;base64,PGh0bWw+",
        "data:image/png,abc",
        "data:image/png;base64,!!!",
        "data:image/png;base64,iVBORw0KGgo",
        "data:",
        "",
    ],
)
def test_a_broken_data_uri_is_refused(api: Api, uri: str) -> None:
    reply = api.post("/api/images", "image", {"import_from_url": uri})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}import_from_url")


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "a\nb"])
def test_a_name_is_some_printable_characters(api: Api, name: str) -> None:
    reply = import_(api, name=name)
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}name")
    image_id = import_(api, name="good").data["id"]
    assert api.patch(f"/api/images/{image_id}", "image", {"name": name}).status == 400
    assert api.get(f"/api/images/{image_id}").attributes["name"] == "good"


def test_a_form_without_its_file_is_refused(api: Api) -> None:
    reply = upload(api, None, name="x")
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}file")
    reply = upload(api, hidden="maybe")
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}hidden")


def test_an_image_is_renamed_and_hidden(api: Api) -> None:
    import_(api, name="taken")
    made = import_(api, name="cat")
    path = f"/api/images/{made.data['id']}"
    changed = api.patch(path, "image", {"name": "dog", "hidden": True})
    assert (changed.status, changed.attributes["name"], changed.attributes["hidden"]) == (200, "dog", True)
    assert changed.attributes["updated_at"] > made.attributes["updated_at"]
    assert api.patch(path, "image", {"name": None, "hidden": None}).attributes["name"] == "dog"
    assert api.patch(path, "image", {"name": "taken"}).status == 409
    assert api.get(path).attributes["hidden"] is True
    assert seen(made.attributes["image_url"])[0] == 200


def test_listing_filters_and_sorts(api: Api) -> None:
    cat, dog = import_(api, name="cat").data["id"], import_(api, GIF, name="dog", hidden=True).data["id"]

    def ids(filter_: str) -> list[str]:
        return api.get("/api/images", filter=filter_).ids

    assert ids(f'equals(id,"{cat}")') == [cat]
    assert ids(f'any(id,["{cat}","x","{dog}"])') == [cat, dog]
    assert ids('equals(id,"x")') == []
    assert ids('equals(format,"gif")') == ids("equals(hidden,true)") == ids('starts-with(name,"do")') == [dog]
    assert ids(f"greater-than(size,{len(GIF)})") == [cat]
    assert ids("greater-than(updated_at,2999-01-01T00:00:00Z)") == []
    assert api.get("/api/images", sort="-name").ids == api.get("/api/images", sort="size").ids == [dog, cat]
    assert api.get("/api/images", **{"page[size]": "101"}).status == 400


def test_charlie_sees_and_changes_nothing(api: Api, charlies_api: Api) -> None:
    path = f"/api/images/{import_(api, name='cat').data['id']}"
    assert charlies_api.get(path).status == 404
    assert charlies_api.patch(path, "image", {"name": "Mine"}).status == 404
    assert charlies_api.get("/api/images").ids == []
    assert api.get(path).attributes["name"] == "cat"


@pytest.mark.parametrize("image_id", ["0", "-1", "x", "²", "9" * 40, "1.5", "absent"])
def test_an_id_that_is_none_is_not_found(api: Api, image_id: str) -> None:
    assert api.get(f"/api/images/{image_id}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/images/{account}/../../../secrets/secret_key",
        "/media/images/{account}/..%2f..%2fsecret.png",
        "/media/images/../{account}/{file}",
        "/media/images/{account}//{file}",
        "/media/images/{account}/{file}%00",
        "/media/images/{account}/{file}%0a",
        "/media/images/{account}/{file}/x",
        "/media/images/{account}/",
        "/media/images/AAAAAA/{file}",
        "/media/images/{account}/secret.png",
        "/media/../{file}",
    ],
)
def test_only_names_of_our_own_making_are_served(api: Api, folder: Path, path: str) -> None:
    account, file = urlsplit(import_(api).attributes["image_url"]).path.split("/")[-2:]
    (folder / "secret.png").write_bytes(PNG)
    (folder / "images" / account / "secret.png").write_bytes(PNG)
    assert Client().get(path.format(account=account, file=file)).status_code == 404


class Pictures(BaseHTTPRequestHandler):
    """A server with a picture."""

    def do_GET(self) -> None:
        body = {"/Big%20cat.png": PNG, "/page": b"<html>"}.get(self.path.partition("?")[0])
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that this installation may ask."""
    server = HTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    guard = Guard(allow=frozenset({("127.0.0.1", server.server_port)}))
    monkeypatch.setattr(wiring, "outgoing", lambda: guard)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_image_is_copied_from_its_address(api: Api, elsewhere: str) -> None:
    made = api.post("/api/images", "image", {"import_from_url": f"{elsewhere}/Big%20cat.png?v=2"})
    assert (made.status, made.attributes["name"]) == (201, "Big cat.png")
    assert seen(made.attributes["image_url"])[1] == PNG


@pytest.mark.parametrize("path", ["/page", "/missing"])
def test_an_address_without_an_image_is_refused(api: Api, elsewhere: str, folder: Path, path: str) -> None:
    reply = api.post("/api/images", "image", {"import_from_url": elsewhere + path})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}import_from_url")
    assert kept(folder) == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/a.png", "http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd", "a.png"]
)
def test_an_address_inside_is_refused(api: Api, url: str) -> None:
    reply = api.post("/api/images", "image", {"import_from_url": url})
    assert (reply.status, reply.error["source"]["pointer"]) == (400, f"{AT}import_from_url")


def push_campaign(api: Api, image_id: str) -> Answer:
    audience = api.post("/api/lists", "list", {"name": "Everybody"}).data["id"]
    message = {
        "type": "campaign-message",
        "attributes": {"definition": {"channel": "mobile_push", "content": {"title": "Hi", "body": "There"}}},
        "relationships": {"image": {"data": {"type": "image", "id": image_id}}},
    }
    attributes = {
        "name": "Push",
        "audiences": {"included": [audience]},
        "campaign-messages": {"data": [message]},
    }
    return api.post("/api/campaigns", "campaign", attributes)


def test_a_campaigns_message_carries_an_image_of_its_own_account(api: Api, charlies_api: Api) -> None:
    first, second = import_(api).data["id"], import_(api).data["id"]
    charlies = import_(charlies_api).data["id"]
    made = push_campaign(api, first)
    assert made.status == 201
    path = f"/api/campaigns/{made.data['id']}/campaign-messages"
    message = f"/api/campaign-messages/{api.get(path).ids[0]}"
    assert api.get(f"{message}/image").data["id"] == first

    def put(image_id: str) -> int:
        body = {"data": {"type": "image", "id": image_id}}
        return api.call("PATCH", f"{message}/relationships/image", body).status

    assert put(second) == 204
    assert api.get(f"{message}/relationships/image").data == {"type": "image", "id": second}
    assert put(charlies) == put("absent") == 404
    assert push_campaign(api, charlies).status == 404
    assert api.get(f"{message}/relationships/image").data["id"] == second
