"""Hosted pages: one column in the account's colours and the reader's language, without scripts, readable without style.

Whatever is given is plain text and escaped here; nobody else writes HTML.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from cairn.domains.lists.contracts import OWN_COLOR, Hosted
from cairn.infra.http.exchange import Header, Reply
from cairn.kernel.words.choosing import NAMES, Words

STYLE: Final = """
:root { color-scheme: light dark; --page: #f6f6f7; --paper: #ffffff; --ink: #1a1a1e; --dim: #5b5b66; --line: #8a8a96;
  --bad: #a3161f; }
@media (prefers-color-scheme: dark) { :root { --page: #17171a; --paper: #202024; --ink: #ececf0; --dim: #a9a9b4;
  --line: #74747f; --bad: #ff9a9a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink);
  border-top: 6px solid BRAND; }
header, main, footer { max-width: 32rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; padding-bottom: 1rem; font-weight: 600; }
header img { max-height: 3rem; max-width: 100%; display: block; }
main { background: var(--paper); padding: 1.75rem 1.5rem; border-radius: .6rem; overflow-wrap: anywhere; }
footer { padding-top: 1.25rem; padding-bottom: 3rem; font-size: .875rem; color: var(--dim); }
footer nav { display: flex; flex-wrap: wrap; gap: .25rem .9rem; } footer a { color: inherit; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
p { margin: 0 0 1.25rem; }
form { margin: 0; } form + form { margin-top: .75rem; }
label { display: block; font-weight: 600; margin: 0 0 .35rem; }
label.choice { display: flex; gap: .6rem; font-weight: 400; align-items: flex-start; margin: 0 0 .75rem; }
label.choice small { display: block; color: var(--dim); }
input[type=email], input[type=text] { font: inherit; width: 100%; padding: .6rem .7rem; margin: 0 0 1.1rem;
  border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; }
input[type=checkbox] { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; flex: none; accent-color: BRAND; }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; } legend { font-weight: 600; padding: 0; margin: 0 0 .6rem; }
button { font: inherit; font-weight: 600; padding: .65rem 1.2rem; border-radius: .4rem; cursor: pointer;
  border: 1px solid BRAND; background: BRAND; color: INK; }
button.quiet { background: transparent; color: inherit; border-color: var(--line); font-weight: 400; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.bad { color: var(--bad); font-weight: 600; }
.trap { position: absolute; left: -9999px; height: 1px; overflow: hidden; }
@media (max-width: 34rem) { main { border-radius: 0; } }
"""
TRAP: Final = "website"
"""A field that people do not see; what fills it in is a machine."""


@dataclass(frozen=True, slots=True)
class Look:
    """In whose name a page speaks, and in which language. `hosted` None: nobody could be asked."""

    words: Words
    brand: str
    hosted: Hosted | None = None

    @property
    def color(self) -> str:
        return self.hosted.color if self.hosted else OWN_COLOR

    @property
    def style(self) -> str:
        ink = self.hosted.ink if self.hosted else "#ffffff"
        return STYLE.replace("BRAND", self.color).replace("INK", ink)

    def head(self) -> str:
        logo = self.hosted.settings.logo_url if self.hosted else ""
        if logo:
            return f'<header><img src="{escape(logo)}" alt="{escape(self.brand)}"></header>'
        return f"<header>{escape(self.brand)}</header>"

    def foot(self) -> str:
        privacy = self.hosted.settings.privacy_url if self.hosted else ""
        links = [
            f'<a href="?lang={code}" lang="{code}" hreflang="{code}">{escape(name)}</a>'
            for code, name in NAMES.items()
            if code != self.words.language
        ]
        if privacy:
            links.append(f'<a href="{escape(privacy)}">{escape(self.words("subscribe.privacy"))}</a>')
        label = escape(self.words("page.language"))
        return f'<footer><nav aria-label="{label}">{"".join(links)}</nav></footer>'

    def page(self, status: int, title: str, *parts: str) -> Reply:
        """A page of parts that the functions below have made."""
        style = self.style
        html = (
            f'<!doctype html><html lang="{self.words.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(title)}</title><style>{style}</style></head><body>{self.head()}"
            f"<main><h1>{escape(title)}</h1>{''.join(parts)}</main>{self.foot()}</body></html>"
        )
        return Reply(status, html.encode(), self.headers(style))

    def headers(self, style: str) -> Sequence[Header]:
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src {self.image_source()}; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        return (
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", policy),
            ("referrer-policy", "no-referrer"),
            ("x-robots-tag", "noindex"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("vary", "accept-language"),
        )

    def image_source(self) -> str:
        parts = urlsplit(self.hosted.settings.logo_url if self.hosted else "")
        # What no address has would end the directive, and begin one of its own.
        if parts.scheme in ("http", "https") and parts.netloc.isascii() and not set(parts.netloc) & set(" ;,'\""):
            return f"'self' {parts.scheme}://{parts.netloc}"
        return "'self'"

    def simple(self, status: int, key: str) -> Reply:
        """A page of a title and a text, by the key that both begin with."""
        return self.page(status, self.words(f"{key}_title"), text(self.words(key)))


def text(content: str, *, look: str = "") -> str:
    mark = f' class="{look}" role="alert"' if look else ""
    return f"<p{mark}>{escape(content)}</p>"


def link(address: str, label: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(label)}</a></p>'


def hidden(fields: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields)


def button(label: str, *, quiet: bool = False, name: str = "", value: str = "") -> str:
    named = f' name="{escape(name)}" value="{escape(value)}"' if name else ""
    return f"<button{' class=quiet' if quiet else ''}{named}>{escape(label)}</button>"


def form(language: str, *inner: str) -> str:
    """A form that posts to the page's own address, and is answered in the same language."""
    return f'<form method="post" action="?lang={language}">{"".join(inner)}</form>'


def choice(name: str, value: str, label: str, *, checked: bool, note: str = "") -> str:
    small = f"<small>{escape(note)}</small>" if note else ""
    mark = " checked" if checked else ""
    return (
        f'<label class="choice"><input type="checkbox" name="{escape(name)}" value="{escape(value)}"{mark}>'
        f"<span>{escape(label)}{small}</span></label>"
    )


def field(name: str, label: str, kind: str, value: str = "", **attributes: str) -> str:
    more = "".join(f' {key.replace("_", "-")}="{escape(given)}"' for key, given in attributes.items())
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}"{more}>'
    )


def group(legend: str, *inner: str) -> str:
    return f"<fieldset><legend>{escape(legend)}</legend>{''.join(inner)}</fieldset>"


def trap() -> str:
    return (
        f'<div class="trap" aria-hidden="true"><label for="{TRAP}">{TRAP}</label>'
        f'<input id="{TRAP}" name="{TRAP}" tabindex="-1" autocomplete="off"></div>'
    )


Fields = Mapping[str, Sequence[str]]
