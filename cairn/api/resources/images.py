"""The image library: from an address, from a file, renamed and hidden."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Get, List, Paging, Resource, Update
from cairn.api.kernel.filters import boolean, moment, number, text
from cairn.api.kernel.ratelimit import Limit, M
from cairn.domains.images import actions, queries
from cairn.domains.images.contracts import LARGEST, LONGEST_NAME, ImageRow
from cairn.kernel import clock
from cairn.kernel.errors import Invalid
from cairn.kernel.scope import Scope

READ, WRITE = ("images:read",), ("images:write",)
FROM_URL, FROM_FILE = Limit(3, 100, 100), Limit(3, 100, 500)
# A data URI is a third larger than what it holds; some room is for the rest of the body.
LARGEST_DOCUMENT, LARGEST_FORM = LARGEST * 4 // 3 + 64 * 1024, LARGEST + 64 * 1024
ORDERINGS = ("greater-or-equal", "greater-than", "less-or-equal", "less-than")
Name = Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)]


class ImageAttributes(msgspec.Struct):
    name: str
    image_url: str
    format: str
    size: int
    hidden: bool
    updated_at: datetime


class NewImage(msgspec.Struct):
    import_from_url: str
    name: Name | None = None
    hidden: bool | None = False


class ImageForm(msgspec.Struct):
    """Fields of a form are text."""

    name: Name = ""
    hidden: Literal["true", "false", "True", "False", "1", "0", ""] = "false"


class ImageChanges(msgspec.Struct):
    name: Name | None = None
    hidden: bool | None = None


def import_image(scope: Scope, body: Body[NewImage]) -> ImageRow:
    new = body.attributes
    return actions.import_image(scope, url=new.import_from_url, name=new.name, hidden=bool(new.hidden), now=clock.now())


def upload(scope: Scope, body: Body[ImageForm]) -> ImageRow:
    file = body.files.get("file")
    if file is None:
        raise Invalid("'file' is a required field.", pointer="/data/attributes/file")
    new = body.attributes
    return actions.upload_image(
        scope,
        filename=file.name,
        content=file.content,
        name=new.name or None,
        hidden=new.hidden.lower() in ("true", "1"),
        now=clock.now(),
    )


def update(scope: Scope, image_id: str, body: Body[ImageChanges]) -> ImageRow:
    changes = body.attributes
    return actions.update_image(scope, image_id, name=changes.name, hidden=changes.hidden, now=clock.now())


IMAGES = Resource(
    type="image",
    path="images",
    tag="Images",
    attributes=ImageAttributes,
    load=queries.images,
    operations=(
        List(
            "get_images",
            queries.list_images,
            scopes=READ,
            limit=M,
            filters={
                "id": text("any", "equals"),
                "updated_at": moment(*ORDERINGS),
                "format": text("any", "equals"),
                "name": text("any", "contains", "ends-with", "equals", "starts-with"),
                "size": number(*ORDERINGS),
                "hidden": boolean("any", "equals"),
            },
            sorts=("format", "id", "name", "size", "updated_at"),
            page=Paging(20, 100),
        ),
        Get("get_image", queries.get_image, scopes=READ, limit=M),
        Create(
            "upload_image_from_url",
            import_image,
            scopes=WRITE,
            limit=FROM_URL,
            body=NewImage,
            max_body=LARGEST_DOCUMENT,
        ),
        Create(
            "upload_image_from_file",
            upload,
            scopes=WRITE,
            limit=FROM_FILE,
            body=ImageForm,
            path="/api/image-upload",
            multipart=True,
            max_body=LARGEST_FORM,
        ),
        Update("update_image", update, scopes=WRITE, limit=M, body=ImageChanges),
    ),
)
