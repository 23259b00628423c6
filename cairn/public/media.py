"""Images as everybody sees them: in mail programs, which send no key."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cairn.domains.images import queries


@require_safe
def image(request: HttpRequest, account_id: str, file: str) -> HttpResponse:
    """The file behind an image's address. It never changes, so it may be kept for a year."""
    found = queries.image_file(account_id, file)
    if found is None:
        raise Http404("There is no such image.")
    answer = HttpResponse(found.content, content_type=found.content_type)
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    # Whoever opens the address itself sees a picture and runs nothing; pages of others may show it.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
