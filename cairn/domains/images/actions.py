"""Taking images in, naming and hiding them."""

import re
import secrets
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction

from cairn import wiring
from cairn.domains.images import formats, sources
from cairn.domains.images.contracts import LARGEST, LONGEST_NAME, ImageRow
from cairn.domains.images.models import Image
from cairn.domains.images.queries import image, image_row, key_of
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

NAME: Final = "/data/attributes/name"
FILE: Final = "/data/attributes/file"
NEXT_ID: Final = "SELECT nextval('images_image_id')"
UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]+")
MOST_TRIES: Final = 20


def import_image(scope: Scope, *, url: str, name: str | None = None, hidden: bool = False, now: datetime) -> ImageRow:
    """Copy an image from an http(s) address or a data URI. Raises Invalid, Unavailable."""
    given = cleaned(name) if name is not None else None
    source = sources.fetched(url)
    return keep(scope, source.content, given or from_file(source.name), hidden, sources.POINTER, now)


def upload_image(
    scope: Scope, *, filename: str, content: bytes, name: str | None = None, hidden: bool = False, now: datetime
) -> ImageRow:
    """Take an uploaded file. Raises Invalid."""
    given = cleaned(name) if name else from_file(filename)
    return keep(scope, content, given, hidden, FILE, now)


def update_image(
    scope: Scope, image_id: str, *, name: str | None = None, hidden: bool | None = None, now: datetime
) -> ImageRow:
    """Rename, hide or show; None leaves as it is. Raises NotFound, Invalid, Conflict for a name in use."""
    row = image(scope, image_id)
    row.name = row.name if name is None else cleaned(name)
    row.hidden = row.hidden if hidden is None else hidden
    row.updated_at = now
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "hidden", "updated_at"])
    except IntegrityError:
        raise Conflict(f"The name {row.name!r} is in use.", code="duplicate", pointer=NAME) from None
    return image_row(row)


def keep(scope: Scope, content: bytes, name: str, hidden: bool, pointer: str, now: datetime) -> ImageRow:
    """Store the file, then its row: a row without a file is a broken picture, a file without a row is not seen."""
    if len(content) > LARGEST:
        raise Invalid(f"An image may have {LARGEST // (1024 * 1024)} MB at most.", pointer=pointer)
    format_ = formats.format_of(content)
    if format_ is None:
        raise Invalid("This is not an image in one of the formats jpeg, png, gif and webp.", pointer=pointer)
    file = f"{secrets.token_hex(16)}.{formats.ENDINGS[format_]}"
    key = key_of(scope.account_id, file)
    draft = Image(
        account_id=scope.account_id, file=file, format=format_, size=len(content), hidden=hidden, updated_at=now
    )
    wiring.files().put(key, content)
    try:
        return image_row(insert(draft, name))
    except BaseException:
        wiring.files().delete(key)
        raise


def insert(draft: Image, name: str) -> Image:
    """The row with the first name that is free: `cat.png`, `cat.png_1`, `cat.png_2`, then one of chance."""
    for number in range(MOST_TRIES):
        suffix = f"_{number if number < MOST_TRIES - 1 else secrets.token_hex(4)}" if number else ""
        draft.id = next_id()
        draft.name = name[: LONGEST_NAME - len(suffix)] + suffix
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
        except IntegrityError:
            continue
        return draft
    raise Conflict(f"The name {name!r} is in use.", code="duplicate", pointer=NAME)


def next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_ID)
        return int(cursor.fetchone()[0])


def cleaned(name: str) -> str:
    """A name as the user gave it."""
    if not name.strip() or len(name.strip()) > LONGEST_NAME or UNPRINTABLE.search(name):
        raise Invalid(f"'name' must be 1 to {LONGEST_NAME} printable characters.", pointer=NAME)
    return name.strip()


def from_file(filename: str) -> str:
    """A name from a file's: nobody chose it for us, so it is mended and not refused."""
    return UNPRINTABLE.sub(" ", filename).strip()[:LONGEST_NAME].strip() or "image"
