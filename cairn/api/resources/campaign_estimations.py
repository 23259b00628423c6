"""How many people a campaign would reach."""

from typing import Any

import msgspec

from cairn.api.kernel.bodies import Body
from cairn.api.kernel.declare import Create, Get, Resource
from cairn.api.kernel.ratelimit import M
from cairn.domains.campaigns import actions, queries
from cairn.domains.campaigns.contracts import SendJob
from cairn.kernel import clock
from cairn.kernel.scope import Scope

READ = ("campaigns:read",)
WRITE = ("campaigns:write",)


class JobAttributes(msgspec.Struct):
    status: str


class EstimationAttributes(msgspec.Struct):
    estimated_recipient_count: int


def estimate(scope: Scope, body: Body[Any]) -> SendJob:
    counted = actions.estimate_recipients(scope, body.id or "", now=clock.now())
    return queries.get_estimation_job(scope, counted.id)


CAMPAIGN_ESTIMATION_JOBS = Resource(
    type="campaign-recipient-estimation-job",
    path="campaign-recipient-estimation-jobs",
    tag="Campaigns",
    attributes=JobAttributes,
    operations=(
        Get("get_campaign_recipient_estimation_job", queries.get_estimation_job, scopes=READ, limit=M),
        Create("refresh_campaign_recipient_estimation", estimate, scopes=WRITE, limit=M, body_id=True, status=202),
    ),
)

CAMPAIGN_ESTIMATIONS = Resource(
    type="campaign-recipient-estimation",
    path="campaign-recipient-estimations",
    tag="Campaigns",
    attributes=EstimationAttributes,
    operations=(Get("get_campaign_recipient_estimation", queries.get_estimation, scopes=READ, limit=M),),
)
