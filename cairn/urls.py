"""What Django answers: the API. The hot paths and the pages without login are dispatched in site.py before it."""

from django.urls import re_path

from cairn import health, wiring
from cairn.api import reference, router
from cairn.api.kernel.ratelimit import M, RateLimiter
from cairn.api.kernel.view import view
from cairn.api.legacy import table as legacy_table
from cairn.api.legacy import view as legacy_view
from cairn.api.revisions.table import CHANGES
from cairn.kernel import clock
from cairn.public import demo_shop, downloads, media, oauth, privacy_files

LIMITER = RateLimiter(enforce=wiring.settings().rate_limits, share=wiring.shared_counts)


def wait(caller: str) -> int:
    """How long somebody has to wait who asks for tokens too often."""
    return LIMITER.take(caller, "oauth", M, clock.now()).retry_after


api = view(
    router.table,
    changes=CHANGES,
    limiter=LIMITER,
    base=wiring.settings().public_url,
    secret=wiring.secret_key(),
    now=clock.now,
)

legacy = legacy_view.view(legacy_table.table, limiter=LIMITER, now=clock.now)

urlpatterns = [
    re_path(r"^healthz/?$", health.healthz),
    re_path(r"^metrics/?$", health.metrics),
    re_path(r"^api/status/?$", health.status),
    re_path(r"^api/openapi\.json$", reference.openapi_json),
    re_path(r"^api/postman\.json$", reference.postman_json),
    re_path(r"^docs/api(?:/(?P<name>[a-z.]*))?$", reference.page),
    re_path(r"^api/v[12]/", legacy),
    re_path(r"^api/", api),
    re_path(r"^media/images/(?P<account_id>[^/]+)/(?P<file>[^/]+)\Z", media.image),
    re_path(r"^oauth/token/?$", oauth.token_view(wait)),
    re_path(r"^oauth/revoke/?$", oauth.revoke_view(wait)),
    re_path(r"^\.well-known/oauth-authorization-server/?$", oauth.discovery),
    re_path(r"^media/downloads/(?P<token>[\w-]+)/?\Z", downloads.download),
    re_path(r"^media/privacy/(?P<token>[\w-]+)/?\Z", privacy_files.download),
    re_path(r"^demo-shop/?$", demo_shop.shop_page),
    re_path(r"^demo-shop/products/(?P<product_id>[\w-]+)/?$", demo_shop.shop_page),
]
