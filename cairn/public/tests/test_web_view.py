from concurrent.futures import ThreadPoolExecutor

from cairn.domains.messaging.contracts import WEB_VIEW, MessageLink
from cairn.public.tests.driving import LINK, SECRET, header, token, visit
from cairn.public.web_view import WebView


def test_a_message_is_shown_without_running_anything_of_it() -> None:
    asked: list[MessageLink] = []

    def render(link: MessageLink) -> str:
        asked.append(link)
        return "<h1>Grüße</h1><script>alert(1)</script>"

    reply = visit(WebView(SECRET, render, ThreadPoolExecutor(1)).show, token(WEB_VIEW))
    assert (reply.status, reply.body.decode()[:14]) == (200, "<h1>Grüße</h1>")
    policy = header(reply, "content-security-policy")
    assert "sandbox" in policy and "allow-scripts" not in policy and "default-src 'none'" in policy
    assert asked == [LINK]


def test_a_message_that_is_gone_is_said_to_be() -> None:
    view = WebView(SECRET, lambda link: None, ThreadPoolExecutor(1))
    assert visit(view.show, token(WEB_VIEW)).status == 404
    assert visit(view.show, "x").status == 404
