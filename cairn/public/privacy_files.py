"""What is known of a person, for whoever has the link: signed, and good for an hour."""

from collections.abc import Iterator
from contextlib import closing
from typing import IO, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from cairn.domains.privacy import queries
from cairn.kernel import clock
from cairn.kernel.errors import Invalid, NotFound

PIECE: Final = 1 << 18


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a link."""
    try:
        file = queries.open_export(token, now=clock.now())
    except Invalid as problem:
        return HttpResponse(f"{problem}\n", status=410, content_type="text/plain; charset=utf-8")
    except NotFound as problem:
        return HttpResponse(f"{problem}\n", status=404, content_type="text/plain; charset=utf-8")
    answer = StreamingHttpResponse(pieces(file), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="personal-data.zip"'
    # It is about one person: no cache and no page of others keeps or shows it.
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    with closing(file):
        while piece := file.read(PIECE):
            yield piece
