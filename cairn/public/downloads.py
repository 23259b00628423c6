"""Exports and files of errors, for whoever has their link: signed, and good for an hour."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cairn.domains.integrations import queries
from cairn.kernel import clock
from cairn.kernel.errors import Invalid, NotFound


@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a link, in pieces as they are read."""
    try:
        found = queries.fetch(token, now=clock.now())
    except Invalid as problem:
        return HttpResponse(f"{problem}\n", status=410, content_type="text/plain; charset=utf-8")
    except NotFound as problem:
        return HttpResponse(f"{problem}\n", status=404, content_type="text/plain; charset=utf-8")
    answer = StreamingHttpResponse(found.pieces, content_type=found.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.filename) or "attachment"
    # It holds customers' data: no cache and no page of others keeps or shows it.
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
