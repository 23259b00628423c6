"""The demo shop's own pages, where a newcomer can order something and watch it arrive."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.domains.integrations import queries


@require_safe
def shop_page(request: HttpRequest, product_id: str = "") -> HttpResponse:
    """All products, or one; 404 where no demo shop runs. Its scripts talk to the client API, as a real shop would."""
    shop = queries.shop_window()
    if shop is None:
        raise Http404("No demo shop runs here.")
    product = next((product for product in shop.products if product.id == product_id), None)
    if product_id and product is None:
        raise Http404("The demo shop does not sell this.")
    nonce = secrets.token_urlsafe(16)
    answer = render(request, "public/demo_shop.html", {"shop": shop, "product": product, "nonce": nonce})
    answer["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    )
    return answer
