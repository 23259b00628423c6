"""Mails to the people who run an account, not to its customers: something stopped, and somebody must look."""

import html
from datetime import datetime
from typing import Final

from cairn.domains.messaging.contracts import Notice
from cairn.infra.mail import mime
from cairn.infra.mail.port import Mail

LABEL: Final = "Cairn"
PAGE: Final = """<!doctype html><html lang="en"><head><style>
body {{ margin: 0; background: #f6f6f7 }}
div {{ max-width: 520px; margin: auto; padding: 32px 24px; background: #fff }}
p {{ color: #1a1a1e; font: 16px/1.5 sans-serif }}
a {{ color: #1f5fd6 }}
p.small {{ font-size: 13px; color: #5b5b66 }}
</style></head><body><div>
{paragraphs}
<p><a href="{link}">{label}</a></p>
<p class="small">{why}</p>
</div></body></html>
"""


def mail_of(notice: Notice, *, to: str, sender: str, account_id: str, account: str, site: str, now: datetime) -> Mail:
    """The notice to one person. Raises Invalid for a sender that is no address."""
    link = f"{site}{notice.path}"
    why = f"You get this because you work in the account “{account}”."
    headers = [
        ("From", mime.mailbox(LABEL, sender)),
        ("To", mime.mailbox("", to)),
        ("Subject", mime.encoded(notice.subject)),
        ("Date", mime.date_header(now)),
        # Whoever gets it twice, after a crash, sees it once.
        ("Message-ID", f"<{notice.id}@{sender.rpartition('@')[2]}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Cairn-Account", account_id),
    ]
    text = "\n\n".join([*notice.paragraphs, f"{notice.label}: {link}", why])
    page = PAGE.format(
        paragraphs="\n".join(f"<p>{html.escape(one)}</p>" for one in notice.paragraphs),
        link=html.escape(link),
        label=html.escape(notice.label),
        why=html.escape(why),
    )
    parts = (mime.Part("text/plain", text), mime.Part("text/html", page, entities=True))
    return Mail(sender, (to,), mime.alternatives(headers, parts, boundary=f"cairn-{notice.id}"))
