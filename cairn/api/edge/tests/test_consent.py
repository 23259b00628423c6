from typing import Any

import pytest

from cairn.api.edge.tests.driving import Edge
from cairn.infra.eventlog.port import Lane

SUBSCRIBE = "/api/profile-subscription-bulk-create-jobs"
UNSUBSCRIBE = "/api/profile-subscription-bulk-delete-jobs"
AT = "/data/attributes/profiles/data"


def wish(consent: str = "SUBSCRIBED", **more: Any) -> dict[str, Any]:
    return {"consent": consent, **more}


def someone(subscriptions: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    if subscriptions is None:
        subscriptions = {"email": {"marketing": wish()}}
    return {"type": "profile", "attributes": {"subscriptions": subscriptions, **attributes}}


def job(*profiles: dict[str, Any], kind: str = "create", list_id: str | None = None, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": f"profile-subscription-bulk-{kind}-job",
        "attributes": {"profiles": {"data": list(profiles)}, **more},
    }
    if list_id:
        data["relationships"] = {"list": {"data": {"type": "list", "id": list_id}}}
    return {"data": data}


def test_each_channel_named_is_one_change_on_the_consent_lane(edge: Edge) -> None:
    both = {"email": {"marketing": wish()}, "sms": {"marketing": wish(), "transactional": wish()}}
    body = job(
        someone(both, email="ann@example.com", phone_number="+12025550143"),
        someone(email="bo@example.com"),
        list_id="NewsLL",
        custom_source="Checkout",
    )
    assert edge.post(SUBSCRIBE, body).status == 202
    assert [record.kind for record in edge.records(Lane.CONSENT)] == ["profiles.consent"]
    (command,) = edge.commands(Lane.CONSENT)
    ann = {"email": "ann@example.com", "phone_number": "+12025550143"}
    common = {"consent": "SUBSCRIBED", "custom_source": "Checkout", "list_id": "NewsLL", "actor": "key:k1"}
    assert command["changes"] == [
        {"profile": ann, "channel": "email.marketing", **common},
        {"profile": ann, "channel": "sms.marketing", **common},
        {"profile": ann, "channel": "sms.transactional", **common},
        {"profile": {"email": "bo@example.com"}, "channel": "email.marketing", **common},
    ]


def test_unsubscribing_says_so(edge: Edge) -> None:
    body = job(someone({"email": {"marketing": wish("UNSUBSCRIBED")}}, email="ann@example.com"), kind="delete")
    assert edge.post(UNSUBSCRIBE, body).status == 202
    change = edge.commands(Lane.CONSENT)[0]["changes"][0]
    assert (change["consent"], change["channel"]) == ("UNSUBSCRIBED", "email.marketing")


def test_a_historical_import_says_when(edge: Edge) -> None:
    leaf = wish(consented_at="2024-05-01T10:00:00+02:00")
    body = job(someone({"email": {"marketing": leaf}}, email="a@b.co"), historical_import=True)
    assert edge.post(SUBSCRIBE, body).status == 202
    change = edge.commands(Lane.CONSENT)[0]["changes"][0]
    assert (change["at"], change["historical"]) == ("2024-05-01T10:00:00+02:00", True)


EMAIL = {"email": {"marketing": wish()}}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (job(), AT),
        (job(*[someone(email="a@b.co")] * 1001), AT),
        (job(someone(EMAIL)), f"{AT}/0/attributes/email"),
        (job(someone(email="a@b.co"), someone(email="nobody")), f"{AT}/1/attributes/email"),
        (job(someone({"sms": {"marketing": wish()}}, email="a@b.co")), f"{AT}/0/attributes/phone_number"),
        (job(someone({}, email="a@b.co")), f"{AT}/0/attributes/subscriptions"),
        (
            job(someone({"email": {"marketing": wish("UNSUBSCRIBED")}}, email="a@b.co")),
            f"{AT}/0/attributes/subscriptions/email/marketing/consent",
        ),
        (
            job(someone({"email": {"marketing": wish("MAYBE")}}, email="a@b.co")),
            f"{AT}/0/attributes/subscriptions/email/marketing/consent",
        ),
        (
            job(someone({"email": {"marketing": wish(consented_at="2024-05-01")}}, email="a@b.co")),
            f"{AT}/0/attributes/subscriptions/email/marketing/consented_at",
        ),
        (
            job(someone(EMAIL, email="a@b.co"), historical_import=True),
            f"{AT}/0/attributes/subscriptions/email/marketing/consented_at",
        ),
        (
            job(
                someone({"email": {"marketing": wish(consented_at="2999-05-01")}}, email="a@b.co"),
                historical_import=True,
            ),
            f"{AT}/0/attributes/subscriptions/email/marketing/consented_at",
        ),
        (job(someone(email="a@b.co"), custom_source={}), "/data/attributes/custom_source"),
        (job(someone(email="a@b.co"), kind="delete"), "/data/type"),
    ],
)
def test_what_is_wrong_is_pointed_at(edge: Edge, body: dict[str, Any], pointer: str) -> None:
    reply = edge.post(SUBSCRIBE, body)
    assert (reply.status, reply.pointer) == (400, pointer)
    assert edge.nothing_accepted()


def test_at_most_a_hundred_are_unsubscribed_at_once(edge: Edge) -> None:
    leaving = someone({"email": {"marketing": wish("UNSUBSCRIBED")}}, email="a@b.co")
    assert edge.post(UNSUBSCRIBE, job(*[leaving] * 101, kind="delete")).pointer == AT


def test_a_list_that_is_not_there_is_refused(edge: Edge) -> None:
    reply = edge.post(SUBSCRIBE, job(someone(email="a@b.co"), list_id="OtheRR"))
    assert (reply.status, reply.error["code"]) == (404, "not_found")
    assert reply.pointer == "/data/relationships/list/data/id"
    assert edge.nothing_accepted()


def test_wishes_are_kept_while_lists_cannot_be_looked_up(edge: Edge) -> None:
    edge.lists_away = True
    assert edge.post(SUBSCRIBE, job(someone(email="a@b.co"), list_id="OtheRR")).status == 202
    assert edge.commands(Lane.CONSENT)[0]["changes"][0]["list_id"] == "OtheRR"
