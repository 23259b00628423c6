"""What can be asked of profiles, for many at once wherever it makes sense."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from cairn import wiring
from cairn.domains.profiles import consent_overview as consent_overviews
from cairn.domains.profiles import (
    duplicates,
    exporting,
    identity,
    jobs,
    merging,
    properties,
    push_tokens,
    tombstones,
    touching,
)
from cairn.domains.profiles.columns import state_columns as state_columns
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    ConsentLine,
    IdentifierInfo,
    ProfileInfo,
    Sendable,
    Snapshot,
    Standing,
)
from cairn.domains.profiles.duplicates import get_duplicate as get_duplicate
from cairn.domains.profiles.duplicates import list_duplicates as list_duplicates
from cairn.domains.profiles.exclusions import Excluded as Excluded
from cairn.domains.profiles.exclusions import excluded as excluded
from cairn.domains.profiles.exclusions import excluded_from as excluded_from
from cairn.domains.profiles.models import ConsentHistory, Identifier, Profile, PushToken, Suppression
from cairn.domains.profiles.reachability import PUSH as PUSH
from cairn.domains.profiles.reachability import REPORTED, Reach
from cairn.domains.profiles.reachability import reach as reach
from cairn.domains.profiles.rows import profile_info
from cairn.domains.profiles.searching import patterns_of as patterns_of
from cairn.domains.profiles.searching import people_found, with_text
from cairn.domains.profiles.snapshots import snapshots as snapshots
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.errors import Invalid, NotFound
from cairn.kernel.listing import Compare, Listing, comparisons
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope
from cairn.kernel.signing import unseal

SUPPRESSION: Final = "subscriptions.email.marketing.suppression"
LIST_SUPPRESSION: Final = "subscriptions.email.marketing.list_suppressions"
get_job, list_jobs, jobs_by_ids = jobs.get_job, jobs.list_jobs, jobs.jobs_by_ids
list_job_errors, list_job_profiles = jobs.list_errors, jobs.list_profiles
get_push_token, list_push_tokens = push_tokens.get_token, push_tokens.list_tokens
buried_at, digest_of = tombstones.buried_at, tombstones.digest_of
list_merges, merged_into, departed = merging.list_merges, merging.destinations, merging.departed
push_tokens_by_ids, push_token_ids = push_tokens.tokens_by_ids, push_tokens.token_ids_of
with_device = push_tokens.with_device
touched, is_touched = touching.touched, touching.is_touched
last_number = properties.last_number
duplicate_search = duplicates.settings
consent_overview = consent_overviews.overview

numbers_after, property_names = exporting.numbers_after, exporting.property_names


def get_profile(scope: Scope, profile_id: str) -> ProfileInfo:
    """Raises NotFound. An id that the edge promised, or whose profile was merged, leads to the one that it is now."""
    row = Profile.objects.within(scope).filter(id=profile_id).first()
    if row is None:
        row = Profile.objects.within(scope).filter(number__in=led_to(scope, [profile_id]).values()).first()
    if row is None:
        raise NotFound(f"A profile with id {profile_id} does not exist.")
    return profile_info(row)


def get_unmerged(scope: Scope, profile_id: str) -> ProfileInfo:
    """Like `get_profile`, but a profile that was merged away is NotFound, which names the one that it is now."""
    profile = get_profile(scope, profile_id)
    merged = Identifier.objects.within(scope).filter(kind=identity.MERGED, value=profile_id)
    if profile.id != profile_id and merged.exists():
        raise NotFound(
            f"The profile {profile_id} was merged into {profile.id}; ask for that one.",
            meta={"merged_into": profile.id},
        )
    return profile


def profiles_by_ids(scope: Scope, ids: Sequence[str]) -> list[ProfileInfo]:
    found = {row.id: profile_info(row) for row in Profile.objects.within(scope).filter(id__in=list(ids))}
    return [found[profile_id] for profile_id in ids if profile_id in found]


def profiles_by_numbers(scope: Scope, numbers: Iterable[int]) -> dict[int, ProfileInfo]:
    return {row.number: profile_info(row) for row in one_of(scope, "number", numbers)}


def ids_of(scope: Scope, numbers: Iterable[int]) -> dict[int, str]:
    return dict(one_of(scope, "number", numbers).values_list("number", "id"))


def numbers_of(scope: Scope, ids: Iterable[str]) -> dict[str, int]:
    """Numbers by id. The id of a merged profile has the number of what it became."""
    wanted = list(ids)
    found: dict[str, int] = dict(one_of(scope, "id", wanted).values_list("id", "number"))
    missing = [profile_id for profile_id in wanted if profile_id not in found]
    return found | led_to(scope, missing) if missing else found


def numbers_ever(scope: Scope, ids: Iterable[str]) -> list[int]:
    """The numbers of these profiles, and of those that were merged into them."""
    found = set(numbers_of(scope, ids).values())
    return sorted(found | {merge.source for merge in merging.sources_of(scope, found)})


def led_to(scope: Scope, ids: Sequence[str]) -> dict[str, int]:
    """Numbers of the profiles that promised and merged ids stand for."""
    rows = Identifier.objects.within(scope).filter(kind__in=(identity.PROMISED, identity.MERGED), value__in=list(ids))
    return dict(rows.values_list("value", "number"))


def identifiers_of(scope: Scope, profile_id: str) -> list[IdentifierInfo]:
    """Everything that a profile is found by, what is shown first. Raises NotFound."""
    profile = get_profile(scope, profile_id)
    shown = {
        (identity.EMAIL, profile.email),
        (identity.PHONE, profile.phone_number),
        (identity.EXTERNAL, profile.external_id),
    }
    rows = Identifier.objects.within(scope).filter(number=profile.number).order_by("kind", "value")
    found = [
        IdentifierInfo(f"{row.kind}:{row.value}", row.kind, row.value, (row.kind, row.value) in shown, row.added)
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_shown, one.kind, one.value))


def one_of(scope: Scope, column: str, values: Iterable[int] | Iterable[str]) -> QuerySet[Profile]:
    # One array, where `in` makes a parameter, and PostgreSQL a comparison, of each of ten thousand values.
    return Profile.objects.within(scope).extra(where=[f"{column} = ANY(%s)"], params=[list(values)])


def numbers_by(scope: Scope, kind: str, values: Iterable[str]) -> QuerySet[Identifier, Any]:
    """The numbers behind identifiers of one kind, as a subquery."""
    return Identifier.objects.within(scope).filter(kind=kind, value__in=list(values)).values("number")


def numbers_found(scope: Scope, compare: Compare) -> list[int]:
    """The numbers of profiles by email, phone_number, external_id, push_token or `_kx`."""
    rows = Profile.objects.within(scope).filter(identified(scope)[compare.field](compare))
    return list(rows.values_list("number", flat=True))


def count(scope: Scope) -> int:
    return Profile.objects.within(scope).count()


def numbers_of_emails(scope: Scope, emails: Iterable[str]) -> dict[str, int]:
    """The profiles that addresses (in lower case) lead to."""
    rows = Identifier.objects.within(scope).filter(kind=identity.EMAIL, value__in=list(emails))
    return dict(rows.values_list("value", "number"))


def all_numbers(scope: Scope) -> list[int]:
    return list(Profile.objects.within(scope).order_by("number").values_list("number", flat=True))


def opened(scope: Scope, token: str) -> str:
    """The profile id in a link's `_kx`; empty for a damaged token or another account's."""
    try:
        account_id, profile_id = unseal(wiring.secret_key(), "kx", token, tuple[str, str])
    except Invalid:
        return ""
    return profile_id if account_id == scope.account_id else ""


def of_ids(scope: Scope, ids: Iterable[str]) -> Q:
    """The profiles that ids stand for today."""
    return Q(number__in=list(numbers_of(scope, ids).values()))


def identified(scope: Scope) -> dict[str, Any]:
    """Conditions on identifiers, answered by their index."""

    def by(kind: str) -> Any:
        def condition(compare: Compare) -> Q:
            values = [str(value) for value in compare.values]
            if kind == identity.EMAIL:
                values = [value.strip().lower() for value in values]
            return Q(number__in=numbers_by(scope, kind, values))

        return condition

    return {
        "email": by(identity.EMAIL),
        "phone_number": by(identity.PHONE),
        "external_id": by(identity.EXTERNAL),
        "_kx": lambda compare: of_ids(scope, [opened(scope, str(compare.value))]),
        "push_token": lambda compare: Q(
            number__in=PushToken.objects.within(scope).filter(token__in=compare.values).values("number")
        ),
    }


def search(scope: Scope) -> Any:
    return lambda compare: people_found(scope, str(compare.value))


def suppressions(scope: Scope, *, of_lists: bool) -> QuerySet[Suppression]:
    rows = Suppression.objects.within(scope).filter(Q(lifted_at=None) | Q(at__gte=F("lifted_at")))
    return rows.exclude(list_id="") if of_lists else rows.filter(list_id="")


def suppressed(scope: Scope, column: str, *, of_lists: bool) -> Any:
    def condition(compare: Compare) -> Q:
        rows = suppressions(scope, of_lists=of_lists).filter(matching(compare, {compare.field: column}))
        return Q(number__in=rows.values("number"))

    return condition


def list_profiles(scope: Scope, listing: Listing) -> Page[ProfileInfo]:
    columns = {
        **identified(scope),
        "id": lambda compare: of_ids(scope, [str(value) for value in compare.values]),
        "created": "created",
        "updated": "updated",
        "search": search(scope),
        f"{SUPPRESSION}.reason": suppressed(scope, "reason", of_lists=False),
        f"{SUPPRESSION}.timestamp": suppressed(scope, "at", of_lists=False),
        f"{LIST_SUPPRESSION}.reason": suppressed(scope, "reason", of_lists=True),
        f"{LIST_SUPPRESSION}.timestamp": suppressed(scope, "at", of_lists=True),
        f"{LIST_SUPPRESSION}.list_id": suppressed(scope, "list_id", of_lists=True),
    }
    rows = Profile.objects.within(scope)
    if any(compare.field == "search" for compare in comparisons(listing.where)):
        rows = with_text(rows)
    rows = rows.filter(matching(listing.where, columns))
    if listing.sort.field.startswith("subscriptions."):
        of_lists = listing.sort.field.startswith(LIST_SUPPRESSION)
        last = suppressions(scope, of_lists=of_lists).filter(number=OuterRef("number")).values("number")
        rows = rows.annotate(suppressed_at=Subquery(last.annotate(last=Max("at")).values("last")))
    sorts = {f"{SUPPRESSION}.timestamp": "suppressed_at", f"{LIST_SUPPRESSION}.timestamp": "suppressed_at"}
    return paged(rows, listing, profile_info, columns=sorts)


def standings(scope: Scope, numbers: Iterable[int]) -> dict[int, Standing]:
    return {number: found.standing for number, found in snapshots(scope, numbers).items()}


def sendable(scope: Scope, numbers: Iterable[int], channel: str = EMAIL_MARKETING) -> dict[int, Sendable]:
    """Whether marketing may go to each profile at this moment; asked again right before the hand-over."""
    return {number: verdict(found, channel) for number, found in snapshots(scope, numbers).items()}


def verdict(found: Snapshot, channel: str, list_id: str = "") -> Sendable:
    """The short answer of `reachability.reach`."""
    answer = reach(found, channel, list_id=list_id)
    return Sendable(answer.address, answer.allowed, answer.reason)


def reaches(scope: Scope, profile_id: str) -> list[Reach]:
    """Why each channel does or does not reach a profile now. Raises NotFound."""
    number = get_profile(scope, profile_id).number
    found = snapshots(scope, [number])[number]
    has_device = number in push_tokens.with_device(scope, [number])
    return [reach(found, channel, has_device=has_device) for channel in REPORTED]


def list_history(scope: Scope, profile_id: str, listing: Listing) -> Page[ConsentLine]:
    """A person's changes of consent and suppression. Raises NotFound."""
    number = get_profile(scope, profile_id).number
    return paged(ConsentHistory.objects.within(scope).filter(number=number), listing, line)


def line(row: ConsentHistory) -> ConsentLine:
    return ConsentLine(
        id=str(row.id),
        channel=row.channel,
        before=row.before,
        after=row.after,
        at=row.at,
        recorded_at=row.recorded_at,
        method=row.method,
        method_detail=row.method_detail,
        source=row.source,
        outcome=row.outcome,
        list_id=row.list_id,
        text=row.text,
        ip=row.ip,
        user_agent=row.user_agent,
    )
