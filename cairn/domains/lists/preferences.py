"""What somebody who follows a link in our mail may see and choose: channels, and the lists that are offered."""

from cairn.domains.accounts import queries as accounts
from cairn.domains.lists import settings
from cairn.domains.lists.contracts import Hosted, Offered, Preferences
from cairn.domains.lists.models import List, ListMember
from cairn.domains.lists.rows import info
from cairn.domains.profiles import queries as profiles
from cairn.domains.profiles.contracts import EMAIL_MARKETING, SUBSCRIBED, UNSUBSCRIBED
from cairn.kernel.errors import NotFound

# Channels that a link in a mail can end, but not begin: it proves nothing of the telephone.
ONLY_OUT = ("sms.marketing", "whatsapp.marketing", "mobile_push.marketing")


def of(account_id: str, profile_id: str, list_id: str = "") -> Preferences | None:
    """The choices of a profile; None where the account or the profile is gone. Lists are shown that the account offers
    to everybody, and the one that the message went to, to its members."""
    hosted = settings.hosted(account_id)
    if hosted is None:
        return None
    try:
        scope = accounts.scope_of(account_id)
        profile = profiles.get_profile(scope, profile_id)
    except NotFound:
        return None
    standing = profiles.standings(scope, [profile.number])[profile.number]
    rows = ListMember.objects.within(scope).filter(number=profile.number)
    mine = set(rows.values_list("list_id", flat=True))
    offered = [
        Offered(info(row), row.id in mine)
        for row in List.objects.within(scope).order_by("name", "id")
        if row.in_preferences or (row.id == list_id and row.id in mine)
    ]
    stopped = any(stop.reason in ("UNSUBSCRIBE", "SPAM_COMPLAINT") for stop in standing.suppressions)
    gets_email = standing.consent(EMAIL_MARKETING).consent != UNSUBSCRIBED and not stopped
    return Preferences(
        hosted=hosted,
        email=profile.email or "",
        phone_number=profile.phone_number or "",
        locale=profile.locale or "",
        gets_email=gets_email,
        others=[channel for channel in ONLY_OUT if standing.consent(channel).consent == SUBSCRIBED],
        lists=offered,
    )


def page_of(account_id: str, list_id: str) -> Hosted | None:
    """The sign-up page of a list; None where there is none."""
    return settings.hosted(account_id, list_id) if list_id else None
