import pytest

from cairn.domains.images.formats import format_of


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "png"),
        (b"GIF87a\x01\x00", "gif"),
        (b"GIF89a\x01\x00", "gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", None),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', None),
        (b'<?xml version="1.0"?><svg/>', None),
        (b"<html><body>", None),
        (b"BM\x36\x00", None),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04", None),
        (b" GIF89a", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_what_it_is(content: bytes, format_: str | None) -> None:
    assert format_of(content) == format_
