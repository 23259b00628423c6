"""A campaign from draft to mailbox, over real SMTP."""

from cairn.domains.campaigns.tests.conftest import Shop
from cairn.domains.messaging.contracts import Progress


def test_everybody_in_the_list_gets_one_mail(shop: Shop) -> None:
    ann = shop.person("ann@example.com", first_name="Ann")
    ben = shop.person("ben@example.com")
    done = shop.sent(shop.campaign(shop.list_of(ann, ben)))
    assert (done.status, done.progress) == ("Sent", Progress(recipients=2, sent=2))
    assert [mail["To"] for mail in shop.mails] == ["ann@example.com", "ben@example.com"]
    assert shop.to("ann@example.com")["Subject"] == "Hello Ann"
