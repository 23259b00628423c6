"""The look of pages without login: one column, no scripts, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

from cairn.infra.http.exchange import Header, Reply

STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: #f6f6f7; color: #1a1a1e; }
main { max-width: 30rem; margin: 12vh auto 2rem; padding: 2rem 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
p { margin: 0 0 1.25rem; }
button { font: inherit; padding: .6rem 1.1rem; margin: 0 .5rem .5rem 0; border-radius: .4rem; cursor: pointer;
  border: 1px solid #1f5fd6; background: #1f5fd6; color: #fff; }
button.quiet { background: transparent; color: inherit; border-color: currentColor; }
button:focus-visible { outline: 3px solid #8ab4ff; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { body { background: #17171a; color: #ececf0; } }
"""
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PAGE_HEADERS: Final[tuple[Header, ...]] = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-robots-tag", "noindex"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
)
# A button's form fields, its text, and whether it is the one to press.
Button = tuple[dict[str, str], str, bool]


def page(status: int, title: str, text: str, buttons: Sequence[Button] = ()) -> Reply:
    """A page that says one thing and asks at most one. Everything given is plain text."""
    forms = "".join(form(fields, label, primary=primary) for fields, label, primary in buttons)
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p>{forms}</main></body></html>"
    )
    return Reply(status, html.encode(), PAGE_HEADERS)


def form(fields: dict[str, str], label: str, *, primary: bool) -> str:
    """A form that posts back to the page's own address."""
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    look = "" if primary else ' class="quiet"'
    return f'<form method="post">{inputs}<button{look}>{escape(label)}</button></form>'
