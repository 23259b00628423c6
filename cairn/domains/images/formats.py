"""Which kind of picture bytes are, told by the bytes alone. SVG is none of them: it can carry scripts."""

from typing import Final

ENDINGS: Final = {"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}
CONTENT_TYPES: Final = {ending: f"image/{format_}" for format_, ending in ENDINGS.items()}


def format_of(content: bytes) -> str | None:
    """`jpeg`, `png`, `gif` or `webp`; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return None
