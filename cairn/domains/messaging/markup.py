"""HTML with template code in it, prepared once per message: styles inlined, links marked, footer and pixel placed.

Template code is moved out of the way first, since it is not HTML and must come back exactly as it was.
"""

import html
import re
from dataclasses import dataclass
from typing import Final

import css_inline

from cairn.domains.templates.contracts import BRACES, runs_away
from cairn.kernel.errors import Invalid

CODE: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
PLACE: Final = re.compile(r"<!--|-->|<(?:style|script|title|textarea)\b|</(?:style|script|title|textarea)\b|[<>]", re.I)
MARK: Final = re.compile("\ue000(\\d+)\ue001")
NAMED: Final = re.compile(r'<!--cairn-(\d+)-code-->|cairn-(\d+)-code(?:="")?')
ANCHOR: Final = re.compile(r"<(?:a|area)\b(?>\"[^\"]*\"|'[^']*'|[^<>\"'])*+>", re.I)
HREF: Final = re.compile(r"(\shref\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.I)
LONGEST_LINK: Final = 5_000
LINK_END: Final = re.compile(r"</a\s*>", re.I)
PICTURE: Final = re.compile(r"<img\b[^>]*", re.I)
ALT: Final = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
OWN_LINK: Final = re.compile(r"\{%\s*(?:unsubscribe|manage_preferences|web_view)(?:_link)?\b[^%]*%\}")
RAW: Final = re.compile(r"<(style|script|title|head)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.I)
LINK_TEXT: Final = re.compile(r"<a\b(?>\"[^\"]*\"|'[^']*'|[^<>\"'])*+>(.*?)</a\s*>", re.DOTALL | re.I)
BREAK: Final = re.compile(r"<br\s*/?>|</(?:p|div|tr|h[1-6]|li|ul|ol|table|blockquote)\s*>", re.I)
TAG: Final = re.compile(r"</?[a-zA-Z!](?>\"[^\"]*\"|'[^']*'|[^<>\"'])*+>")
ENDS: Final = (
    *BRACES,
    ("<!--", "-->"),
    *((f"<{name}", f"</{name}>") for name in ("style", "script", "title", "head", "a", "textarea")),
)
PREHEADER: Final = (
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{% render_variable preview_text %}</div>'
)
FOOTER: Final = (
    '<p style="font-size:12px;line-height:1.5;color:#6b7280;text-align:center;margin:24px 0">'
    "{{ organization.name }}{% if organization.full_address %}, {{ organization.full_address }}{% endif %}<br>"
    "{% unsubscribe %}</p>"
)
TEXT_FOOTER: Final = "\n\n{{ organization.name }}\n{% unsubscribe %}\n"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source ready to compile. `targets` are the links' addresses by number, empty where template code makes them."""

    source: str
    targets: tuple[tuple[str, str], ...]


def masked(source: str) -> tuple[str, list[str]]:
    """Template code replaced by marks in characters that no mail uses. Raises Invalid for a source in which far too
    much is never closed."""
    if runs_away(source.lower(), ENDS):
        raise Invalid("The HTML opens tags again and again without closing them.", pointer="html")
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        found.append(match.group(0))
        return f"\ue000{len(found) - 1}\ue001"

    return CODE.sub(mark, source.replace("\ue000", "").replace("\ue001", "")), found


def unmasked(source: str, codes: list[str]) -> str:
    return MARK.sub(lambda match: codes[int(match.group(1))], source)


def inlined(source: str) -> str:
    """Style sheets copied into the elements, since many mail programs ignore them. Left alone where nothing is to do,
    and where template code does not come back in the same order."""
    if "<style" not in source.lower():
        return source
    plain, codes = masked(source)
    pieces: list[str] = []
    end, place = 0, "text"
    for mark in MARK.finditer(plain):
        between = plain[end : mark.start()]
        place = place_after(between, place)
        name = f"cairn-{mark.group(1)}-code"
        pieces += [between, f"<!--{name}-->" if place == "text" else name]
        end = mark.end()
    marked = "".join(pieces) + plain[end:]
    inliner = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
    try:
        result = inliner.inline(marked)
    except css_inline.InlineError:
        return source
    if "<tbody" not in source.lower():
        result = result.replace("<tbody>", "").replace("</tbody>", "")
    result = re.sub(
        r'<!--cairn-(\d+)-code-->|cairn-(\d+)-code(?:="")?', lambda m: f"\ue000{m[1] or m[2]}\ue001", result
    )
    if [int(number) for number in MARK.findall(result)] != list(range(len(codes))):
        return source
    return unmasked(result, codes)


def place_after(piece: str, place: str) -> str:
    """Where in the HTML one is behind `piece`: in text, a tag, a comment, or an element whose content is no HTML."""
    for match in PLACE.finditer(piece):
        sign = match.group(0).lower()
        if place == "comment":
            place = "text" if sign == "-->" else place
        elif place == "raw":
            place = "tag" if sign.startswith("</") else place
        elif place == "opening raw":
            place = "raw" if sign == ">" else place
        elif sign == "<!--":
            place = "comment"
        elif sign == ">":
            place = "text"
        elif sign.startswith("<"):
            place = "opening raw" if len(sign) > 1 and sign[1] != "/" else "tag"
    return place


class LinkMarker:
    """Replaces the targets of links by tags that the compiled template fills per recipient."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes
        self.targets: list[tuple[str, str]] = []
        self.alt = ""

    def marked(self, plain: str) -> str:
        def anchor(match: re.Match[str]) -> str:
            self.alt = alt_behind(plain, match.end())
            return HREF.sub(self.target, match.group(0), count=1)

        return ANCHOR.sub(anchor, plain)

    def target(self, match: re.Match[str]) -> str:
        written = next(value for value in match.groups()[1:] if value is not None)
        source = unmasked(written, self.codes)
        tag = self.follow(source)
        # Signed addresses are long, lines in mails must not be: each link begins on a new one.
        return f'\n{match.group(1).lstrip()}"{tag}"' if tag else match.group(0)

    def follow(self, source: str) -> str | None:
        """The tag for one target; None for what is not followed: other schemes, our own links, what has no code."""
        number = len(self.targets)
        if OWN_LINK.search(source):
            return None
        if CODE.search(source):
            self.targets.append(("", self.alt))
            return self.code(f"{{% cairn:follow {number} %}}{source}{{% cairn:endfollow %}}")
        url = html.unescape(source).strip()
        if not url.lower().startswith(("http://", "https://")):
            return None
        self.targets.append((url, self.alt))
        return self.code(f"{{% cairn:follow {number} %}}")

    def code(self, source: str) -> str:
        self.codes.append(source)
        return f"\ue000{len(self.codes) - 1}\ue001"


def alt_behind(plain: str, start: int) -> str:
    """The text of the first picture inside a link that begins there; none where it depends on template code."""
    # Bounded, since nobody promises that each link ends.
    limit = start + LONGEST_LINK
    end = LINK_END.search(plain, start, limit)
    picture = PICTURE.search(plain, start, end.start() if end else limit)
    alt = ALT.search(picture.group(0)) if picture else None
    text = next((group for group in alt.groups() if group), "") if alt else ""
    return "" if "\ue000" in text else html.unescape(text).strip()


def prepared_html(source: str, *, preview_text: bool, footer: bool, pixel: str) -> Prepared:
    """A message's HTML with its links marked. `pixel` is the image that tells of opens, empty for none."""
    plain, codes = masked(inlined(source))
    marker = LinkMarker(codes)
    plain = marker.marked(plain)
    if preview_text and "render_variable" not in source:
        plain = placed(plain, r"<body\b[^>]*>", PREHEADER, after=True)
    tail = (FOOTER if footer else "") + pixel
    if tail:
        plain = placed(plain, r"</body\s*>", tail, after=False)
    return Prepared(unmasked(plain, codes), tuple(marker.targets))


def placed(plain: str, landmark: str, addition: str, *, after: bool) -> str:
    """`addition` beside the last landmark; without one, at the beginning (after) or the end (before)."""
    found = list(re.finditer(landmark, plain, re.I))
    if not found:
        return addition + plain if after else plain + addition
    at = found[-1].end() if after else found[-1].start()
    return plain[:at] + addition + plain[at:]


def text_of(source: str) -> str:
    """The plain text of HTML with template code: links in brackets, one line per block."""
    plain, codes = masked(source)
    plain = RAW.sub("", plain)
    plain = LINK_TEXT.sub(link_text, plain)
    plain = re.sub(r"\s+", " ", plain)
    plain = BREAK.sub("\n", plain)
    plain = html.unescape(TAG.sub("", plain))
    plain = re.sub(r"[ \t\u00a0]*\n[ \t\u00a0]*", "\n", plain)
    return unmasked(re.sub(r"\n{3,}", "\n\n", plain).strip() + "\n", codes)


def link_text(match: re.Match[str]) -> str:
    href = HREF.search(match.group(0))
    target = next((value for value in href.groups()[1:] if value), "") if href else ""
    words = match.group(1)
    if not target or target.startswith("#") or TAG.sub("", words).strip() == target:
        return words or target
    return f"{words} ({target})"


def prepared_text(source: str, *, footer: bool) -> Prepared:
    """A message's plain text with its links marked."""
    plain, codes = masked(source + (TEXT_FOOTER if footer else ""))
    marker = LinkMarker(codes)
    plain = re.sub(r"https?://[^\s()<>\"']+", lambda match: marker.follow(unmasked(match[0], codes)) or match[0], plain)
    return Prepared(unmasked(plain, codes), tuple(marker.targets))
