"""Every resource of the API, in one table."""

from functools import cache

from cairn.api.kernel import routes
from cairn.api.kernel.declare import Resource
from cairn.api.resources.account_settings import ACCOUNT_SETTINGS
from cairn.api.resources.accounts import ACCOUNTS
from cairn.api.resources.api_keys import API_KEYS
from cairn.api.resources.attributions import ATTRIBUTIONS
from cairn.api.resources.audience_reports import AUDIENCE_REPORTS
from cairn.api.resources.campaign_estimations import CAMPAIGN_ESTIMATION_JOBS, CAMPAIGN_ESTIMATIONS
from cairn.api.resources.campaign_messages import CAMPAIGN_MESSAGES
from cairn.api.resources.campaign_previews import CAMPAIGN_PREVIEWS, CAMPAIGN_TEST_SENDS
from cairn.api.resources.campaign_send_jobs import CAMPAIGN_SEND_JOBS
from cairn.api.resources.campaign_values_reports import CAMPAIGN_VALUES_REPORTS
from cairn.api.resources.campaigns import CAMPAIGNS
from cairn.api.resources.consent_reports import CONSENT_REPORTS
from cairn.api.resources.consent_settings import CONSENT_SETTINGS
from cairn.api.resources.custom_metrics import CUSTOM_METRICS
from cairn.api.resources.data_privacy_deletion_jobs import DATA_PRIVACY_DELETION_JOBS
from cairn.api.resources.data_privacy_export_jobs import DATA_PRIVACY_EXPORT_JOBS
from cairn.api.resources.events import EVENTS
from cairn.api.resources.export_jobs import EXPORT_JOBS
from cairn.api.resources.flow_actions import FLOW_ACTIONS
from cairn.api.resources.flow_messages import FLOW_MESSAGES
from cairn.api.resources.flows import FLOWS
from cairn.api.resources.images import IMAGES
from cairn.api.resources.import_jobs import IMPORT_JOBS, IMPORT_PREVIEWS
from cairn.api.resources.inbox_messages import INBOX_MESSAGES
from cairn.api.resources.list_cleanups import LIST_CLEANUPS
from cairn.api.resources.list_memberships import LIST_MEMBERSHIPS
from cairn.api.resources.list_pages import LIST_PAGES
from cairn.api.resources.lists import LISTS
from cairn.api.resources.mapped_metrics import MAPPED_METRICS
from cairn.api.resources.messages import MESSAGES
from cairn.api.resources.metric_aggregates import METRIC_AGGREGATES
from cairn.api.resources.metric_overviews import METRIC_OVERVIEWS
from cairn.api.resources.metric_properties import METRIC_PROPERTIES
from cairn.api.resources.metrics import METRICS
from cairn.api.resources.oauth_apps import OAUTH_APPS
from cairn.api.resources.oauth_consents import OAUTH_CONSENTS
from cairn.api.resources.oauth_grants import OAUTH_GRANTS
from cairn.api.resources.profile_bulk_import_jobs import IMPORT_ERRORS, PROFILE_BULK_IMPORT_JOBS
from cairn.api.resources.profile_consents import PROFILE_CONSENTS
from cairn.api.resources.profile_duplicates import DUPLICATE_SEARCHES, PROFILE_DUPLICATES
from cairn.api.resources.profile_identifiers import PROFILE_IDENTIFIERS, PROFILE_MERGES
from cairn.api.resources.profile_properties import PROFILE_PROPERTIES, PROFILE_PROPERTY_JOBS
from cairn.api.resources.profile_reachabilities import PROFILE_REACHABILITIES
from cairn.api.resources.profile_suppression_bulk_jobs import (
    PROFILE_SUPPRESSION_BULK_CREATE_JOBS,
    PROFILE_SUPPRESSION_BULK_DELETE_JOBS,
)
from cairn.api.resources.profiles import PROFILES
from cairn.api.resources.push_tokens import PUSH_TOKENS
from cairn.api.resources.revenue_reports import REVENUE_REPORTS
from cairn.api.resources.segment_clones import SEGMENT_CLONES
from cairn.api.resources.segment_crowds import SEGMENT_MAKE_UPS, SEGMENT_OVERLAPS, SEGMENT_PURCHASES
from cairn.api.resources.segment_explanations import SEGMENT_EXPLANATIONS
from cairn.api.resources.segment_histories import SEGMENT_MEMBERSHIP_CHANGES, SEGMENT_PAST_MEMBERS
from cairn.api.resources.segment_previews import SEGMENT_PREVIEWS
from cairn.api.resources.segment_reports import SEGMENT_SERIES_REPORTS, SEGMENT_VALUES_REPORTS
from cairn.api.resources.segment_timelines import SEGMENT_TIMELINES
from cairn.api.resources.segment_usages import SEGMENT_USAGES
from cairn.api.resources.segment_values import SEGMENT_VALUES
from cairn.api.resources.segments import SEGMENTS
from cairn.api.resources.sessions import SESSIONS
from cairn.api.resources.tag_groups import TAG_GROUPS
from cairn.api.resources.tags import TAGS
from cairn.api.resources.template_universal_content import UNIVERSAL_CONTENT
from cairn.api.resources.templates import TEMPLATES
from cairn.api.resources.tracking_settings import TRACKING_PREVIEWS, TRACKING_SETTINGS
from cairn.api.resources.webhook_deliveries import WEBHOOK_DELIVERIES, WEBHOOK_REDELIVERIES
from cairn.api.resources.webhook_topics import WEBHOOK_TOPICS
from cairn.api.resources.webhooks import WEBHOOKS

RESOURCES: tuple[Resource, ...] = (
    ACCOUNTS,
    ACCOUNT_SETTINGS,
    PROFILES,
    PROFILE_CONSENTS,
    PROFILE_REACHABILITIES,
    CONSENT_SETTINGS,
    CONSENT_REPORTS,
    LIST_PAGES,
    LIST_MEMBERSHIPS,
    LIST_CLEANUPS,
    PUSH_TOKENS,
    DATA_PRIVACY_DELETION_JOBS,
    DATA_PRIVACY_EXPORT_JOBS,
    DUPLICATE_SEARCHES,
    PROFILE_DUPLICATES,
    PROFILE_IDENTIFIERS,
    PROFILE_MERGES,
    PROFILE_BULK_IMPORT_JOBS,
    IMPORT_ERRORS,
    PROFILE_SUPPRESSION_BULK_CREATE_JOBS,
    PROFILE_SUPPRESSION_BULK_DELETE_JOBS,
    LISTS,
    SEGMENTS,
    SEGMENT_PREVIEWS,
    SEGMENT_VALUES,
    SEGMENT_EXPLANATIONS,
    SEGMENT_CLONES,
    SEGMENT_MEMBERSHIP_CHANGES,
    SEGMENT_PAST_MEMBERS,
    SEGMENT_TIMELINES,
    SEGMENT_OVERLAPS,
    SEGMENT_MAKE_UPS,
    SEGMENT_PURCHASES,
    SEGMENT_USAGES,
    SEGMENT_VALUES_REPORTS,
    SEGMENT_SERIES_REPORTS,
    METRICS,
    METRIC_OVERVIEWS,
    METRIC_PROPERTIES,
    CUSTOM_METRICS,
    MAPPED_METRICS,
    PROFILE_PROPERTIES,
    PROFILE_PROPERTY_JOBS,
    REVENUE_REPORTS,
    CAMPAIGN_VALUES_REPORTS,
    AUDIENCE_REPORTS,
    METRIC_AGGREGATES,
    EVENTS,
    ATTRIBUTIONS,
    TEMPLATES,
    IMAGES,
    UNIVERSAL_CONTENT,
    CAMPAIGNS,
    CAMPAIGN_MESSAGES,
    CAMPAIGN_SEND_JOBS,
    CAMPAIGN_ESTIMATION_JOBS,
    CAMPAIGN_ESTIMATIONS,
    CAMPAIGN_PREVIEWS,
    CAMPAIGN_TEST_SENDS,
    FLOWS,
    FLOW_ACTIONS,
    FLOW_MESSAGES,
    MESSAGES,
    INBOX_MESSAGES,
    TAGS,
    TAG_GROUPS,
    API_KEYS,
    OAUTH_APPS,
    OAUTH_GRANTS,
    OAUTH_CONSENTS,
    TRACKING_SETTINGS,
    TRACKING_PREVIEWS,
    WEBHOOKS,
    WEBHOOK_TOPICS,
    WEBHOOK_DELIVERIES,
    WEBHOOK_REDELIVERIES,
    SESSIONS,
    IMPORT_JOBS,
    IMPORT_PREVIEWS,
    EXPORT_JOBS,
)


@cache
def table() -> routes.Table:
    """All routes, joined once."""
    return routes.table(RESOURCES)
