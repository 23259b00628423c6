"""Sending campaigns, and calling that off."""

from typing import Any, Literal

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Get, Resource, Update
from cairn.api.kernel.ratelimit import M
from cairn.domains.campaigns import actions, queries
from cairn.domains.campaigns.contracts import SendJob
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ, WRITE = ("campaigns:read",), ("campaigns:write",)


class JobAttributes(msgspec.Struct):
    status: str


class JobChange(msgspec.Struct):
    action: Literal["cancel", "revert"]


def send(scope: Scope, body: Body[Any]) -> SendJob:
    sent = actions.send_campaign(scope, body.id or "", now=clock.now())
    return queries.get_send_job(scope, sent.id)


def change(scope: Scope, campaign_id: str, body: Body[JobChange]) -> None:
    call = actions.cancel_campaign if body.attributes.action == "cancel" else actions.revert_campaign
    call(scope, campaign_id, now=clock.now())


CAMPAIGN_SEND_JOBS = Resource(
    type="campaign-send-job",
    path="campaign-send-jobs",
    tag="Campaigns",
    attributes=JobAttributes,
    operations=(
        Get("get_campaign_send_job", queries.get_send_job, scopes=READ, limit=M),
        Create("send_campaign", send, scopes=WRITE, limit=M, body_id=True, status=202),
        Update("cancel_campaign_send", change, scopes=WRITE, limit=M, body=JobChange, status=204),
    ),
)
