"""What crosses the border of images."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

LARGEST: Final = 5 * 1024 * 1024
LONGEST_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class ImageRow:
    """`id` is a decimal number as text; `size` counts bytes."""

    id: str
    name: str
    image_url: str
    format: str
    size: int
    hidden: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ImageFile:
    """What a browser gets."""

    content: bytes
    content_type: str
