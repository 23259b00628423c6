"""Reading images, and their files."""

import re
from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from cairn import wiring
from cairn.domains.images.contracts import ImageFile, ImageRow
from cairn.domains.images.formats import CONTENT_TYPES
from cairn.domains.images.models import Image
from cairn.infra.postgres.listing import Columns, matching, paged
from cairn.kernel.errors import NotFound
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope

ID: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
FILE: Final = re.compile(r"[0-9a-f]{32}\.(jpg|png|gif|webp)")
ACCOUNT: Final = re.compile(r"[0-9A-Za-z]{6}")


def list_images(scope: Scope, listing: Listing) -> Page[ImageRow]:
    columns: Columns = {
        "id": has_id,
        "updated_at": "updated_at",
        "format": "format",
        "name": "name",
        "size": "size",
        "hidden": "hidden",
    }
    return paged(Image.objects.within(scope).filter(matching(listing.where, columns)), listing, image_row)


def get_image(scope: Scope, image_id: str) -> ImageRow:
    """Raises NotFound."""
    return image_row(image(scope, image_id))


def images(scope: Scope, image_ids: Sequence[str]) -> list[ImageRow]:
    """Those of the images that exist, by id."""
    return [image_row(one) for one in Image.objects.within(scope).filter(id__in=numbers(image_ids)).order_by("id")]


def image_file(account_id: str, file: str) -> ImageFile | None:
    """The bytes behind an image's public address; None for a name that is not of our making."""
    shape = FILE.fullmatch(file)
    if shape is None or not ACCOUNT.fullmatch(account_id):
        return None
    content = wiring.files().get(key_of(account_id, file))
    return None if content is None else ImageFile(content, CONTENT_TYPES[shape[1]])


def image(scope: Scope, image_id: str) -> Image:
    """Raises NotFound, also for what is no number at all."""
    if not ID.fullmatch(image_id):
        raise NotFound(f"A {Image.objects.noun} with id {image_id} does not exist.")
    return Image.objects.of(scope, image_id)


def has_id(compare: Compare) -> Q:
    return Q(id__in=numbers([str(value) for value in compare.values]))


def numbers(image_ids: Sequence[str]) -> list[int]:
    return [int(one) for one in image_ids if ID.fullmatch(one)]


def key_of(account_id: str, file: str) -> str:
    """Where the file is kept."""
    return f"images/{account_id}/{file}"


def image_row(row: Image) -> ImageRow:
    return ImageRow(
        id=str(row.id),
        name=row.name,
        image_url=f"{wiring.settings().public_url}/media/{key_of(row.account_id, row.file)}",
        format=row.format,
        size=row.size,
        hidden=row.hidden,
        updated_at=row.updated_at,
    )
