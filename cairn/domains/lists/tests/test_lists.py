"""Members, wishes with lists, and merges."""

from datetime import UTC, datetime

import msgspec
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from cairn.domains.lists import actions, handlers, queries
from cairn.domains.lists.contracts import ProfilesMerged
from cairn.domains.lists.handlers import Upserted
from cairn.domains.lists.models import ListMember
from cairn.domains.profiles import actions as profiles
from cairn.domains.profiles import jobs
from cairn.domains.profiles import queries as profile_queries
from cairn.domains.profiles.contracts import (
    EMAIL_MARKETING,
    SUBSCRIBED,
    UNSUBSCRIBED,
    ChangeConsent,
    ConsentChange,
    Fault,
    JobKind,
    ProfilePatch,
    UpsertProfiles,
)
from cairn.infra.postgres import outbox
from cairn.kernel import clock
from cairn.kernel.scope import Scope

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MILLIS = clock.millis(NOW)
ANN = ProfilePatch(email="ann@example.com")


def wish(consent: str, list_id: str | None, patch: ProfilePatch = ANN) -> ChangeConsent:
    return ChangeConsent([ConsentChange(patch, EMAIL_MARKETING, consent, list_id=list_id)])


def handle(scope: Scope, *commands: ChangeConsent, replayed: bool = False) -> set[int]:
    numbered = [(MILLIS + place, command) for place, command in enumerate(commands)]
    later = datetime.fromtimestamp((MILLIS + 1000) / 1000, UTC)
    with transaction.atomic():
        return handlers.change_consent(scope, numbered, now=later, replayed=replayed)


def events() -> list[tuple[str, dict[str, object]]]:
    facts = [message for message in outbox.take(100, now=clock.now()) if message.kind == "events.record"]
    drafts = [draft for fact in facts for draft in msgspec.json.decode(fact.payload)["events"]]
    return [(draft["metric"], draft["properties"]) for draft in drafts]


def test_subscribing_joins_the_list_and_tells_so(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", now=NOW)
    numbers = handle(scope, wish(SUBSCRIBED, news.id), wish(SUBSCRIBED, news.id))
    assert queries.member_numbers(scope, [news.id]) == sorted(numbers)
    assert [metric for metric, _ in events()] == ["Subscribed to Email Marketing", "Subscribed to List"]
    assert events()[1][1]["List"] == "News"


def test_a_repeated_command_tells_nothing_again(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", now=NOW)
    handle(scope, wish(SUBSCRIBED, news.id))
    before = len(events())
    handle(scope, wish(SUBSCRIBED, news.id), replayed=True)
    handle(scope, wish(SUBSCRIBED, news.id))
    assert len(events()) == before


def test_unsubscribing_from_a_list_leaves_it(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", now=NOW)
    handle(scope, wish(SUBSCRIBED, news.id), wish(UNSUBSCRIBED, news.id))
    assert queries.member_numbers(scope, [news.id]) == []
    assert [metric for metric, _ in events()] == ["Subscribed to Email Marketing", "Unsubscribed from Email Marketing"]


def test_a_list_of_another_account_takes_nobody(scope: Scope, charlie: object) -> None:
    theirs = actions.create_list(charlie.scope, name="Theirs", now=NOW)  # type: ignore[attr-defined]
    handle(scope, wish(SUBSCRIBED, theirs.id))
    assert queries.member_numbers(charlie.scope, [theirs.id]) == []  # type: ignore[attr-defined]
    assert queries.member_numbers(scope, [theirs.id]) == []


def test_a_merge_unites_the_lists(scope: Scope) -> None:
    one, two = (actions.create_list(scope, name=name, now=NOW) for name in ("One", "Two"))
    with transaction.atomic():
        ann, bob = profiles.apply_patches(scope, [ANN, ProfilePatch(phone_number="+15005550006")], now=NOW)
    actions.add_members(scope, one.id, [ann.id, bob.id], now=NOW)
    actions.add_members(scope, two.id, [bob.id], now=NOW)
    profiles.merge(scope, ann.id, bob.id, now=NOW)
    for _ in range(2):
        handlers.profiles_merged(scope, ProfilesMerged(scope.account_id, bob.number, ann.number))
    assert [row.list_id for row in queries.memberships(scope, [ann.number])[ann.number]] == sorted([one.id, two.id])
    assert bob.number not in queries.memberships(scope, [bob.number])


def test_an_import_counts_each_profile_once_and_fills_its_lists(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", now=NOW)
    fault = Fault("invalid", "Invalid input.", "No address.", "/data", {"attributes": {}})
    job = jobs.open_job(scope, JobKind.IMPORT, total=3, list_ids=[news.id], faults=[fault], now=NOW)
    command = UpsertProfiles([ANN, ProfilePatch(email="bob@example.com")], job_id=job.id)
    with transaction.atomic():
        found = profiles.apply_patches(scope, command.profiles, now=NOW)
        handlers.upserted(scope, [Upserted(command, found)], now=NOW)
    done = jobs.get_job(scope, JobKind.IMPORT, job.id)
    assert (done.status, done.total, done.completed, done.failed) == ("complete", 3, 2, 1)
    assert queries.member_numbers(scope, [news.id]) == [one.number for one in found]
    standings = profile_queries.standings(scope, [one.number for one in found])
    assert {standing.consent(EMAIL_MARKETING).consent for standing in standings.values()} == {"NEVER_SUBSCRIBED"}


def test_an_import_of_many_commands_takes_no_more_statements_than_one(
    scope: Scope, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    news, sale = (actions.create_list(scope, name=name, now=NOW) for name in ("News", "Sale"))
    first = jobs.open_job(scope, JobKind.IMPORT, total=40, list_ids=[news.id], now=NOW)
    second = jobs.open_job(scope, JobKind.IMPORT, total=2, list_ids=[news.id, sale.id], now=NOW)
    commands = [
        UpsertProfiles([ProfilePatch(email=f"p{number}@example.com") for number in (at, at + 1)], job_id=first.id)
        for at in range(0, 40, 2)
    ]
    commands += [
        UpsertProfiles([ProfilePatch(email="p0@example.com"), ProfilePatch(email="new@example.com")], job_id=second.id),
        UpsertProfiles(
            [ProfilePatch(email="p1@example.com"), ProfilePatch(attributes={"title": "Dr"})], list_id=sale.id
        ),
    ]
    with transaction.atomic():
        patches = [patch for command in commands for patch in command.profiles]
        found = iter(profiles.apply_patches(scope, patches, now=NOW))
        done = [Upserted(command, [next(found) for _ in command.profiles]) for command in commands]
        with django_assert_max_num_queries(20):
            handlers.upserted(scope, done, now=NOW)
    counted = [jobs.get_job(scope, JobKind.IMPORT, job.id) for job in (first, second)]
    assert [(job.status, job.completed, job.failed) for job in counted] == [("complete", 40, 0), ("complete", 2, 0)]
    members = ListMember.objects.within(scope)
    ways = {(row.list_id, row.number): (row.method, row.source) for row in members}
    p0, p1, new = (one.number for one in (done[0].profiles[0], done[0].profiles[1], done[20].profiles[1]))
    assert len(ways) == 41 + 3
    assert ways[news.id, p0] == ("IMPORT", first.id) and ways[news.id, new] == ("IMPORT", second.id)
    assert ways[sale.id, p0] == ("IMPORT", second.id) and ways[sale.id, p1] == ("API", "")


def test_history_that_is_brought_along_needs_no_confirmation(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", opt_in_process="double_opt_in", now=NOW)
    change = ConsentChange(ANN, EMAIL_MARKETING, SUBSCRIBED, at=NOW.isoformat(), list_id=news.id, historical=True)
    numbers = handle(scope, ChangeConsent([change]))
    assert queries.member_numbers(scope, [news.id]) == sorted(numbers)


def test_leaving_a_list_with_double_opt_in_needs_no_confirmation(scope: Scope) -> None:
    news = actions.create_list(scope, name="News", opt_in_process="double_opt_in", now=NOW)
    numbers = handle(scope, wish(UNSUBSCRIBED, news.id))
    assert profile_queries.sendable(scope, numbers)[min(numbers)].allowed is False
