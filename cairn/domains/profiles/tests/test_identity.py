"""Who is meant: every precedence and every merge, one line each."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction

from cairn.domains.profiles import actions, handlers, queries
from cairn.domains.profiles.contracts import ConsentChange, ProfilePatch, Resolved, SuppressProfiles
from cairn.domains.profiles.models import Identifier, Profile
from cairn.infra.postgres import outbox
from cairn.kernel import clock, ids
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.listing import Compare, Listing
from cairn.kernel.pages import PageRequest
from cairn.kernel.scope import Scope
from cairn.kernel.signing import seal

NOW = clock.now()


def apply(scope: Scope, *patches: ProfilePatch, **more: object) -> list[Resolved]:
    with transaction.atomic():
        return actions.apply_patches(scope, patches, now=NOW, **more)  # type: ignore[arg-type]


def people(scope: Scope) -> list[tuple[str | None, str | None, str | None]]:
    rows = Profile.objects.within(scope).order_by("number")
    return list(rows.values_list("external_id", "email", "phone_number"))


@dataclass(frozen=True)
class Case:
    """`before` are patches that make people; then comes `patch`; `after` is everybody, as (external id, email, phone),
    in the order in which they were made; `gets` is the index in `after` of who got the patch."""

    name: str
    before: tuple[ProfilePatch, ...]
    patch: ProfilePatch
    after: list[tuple[str | None, str | None, str | None]]
    gets: int = 0
    options: dict[str, object] = field(default_factory=dict)


def P(
    x: str | None = None,
    e: str | None = None,
    p: str | None = None,
    a: str | None = None,
    trusted: bool = True,
    **more: object,
) -> ProfilePatch:
    return ProfilePatch(external_id=x, email=e, phone_number=p, anonymous_id=a, trusted=trusted, **more)  # type: ignore[arg-type]


ONE, TWO = "+15005550001", "+15005550002"
CASES = [
    Case("an unknown email is a new person", (), P(e="ann@x.com"), [(None, "ann@x.com", None)]),
    Case("an email is trimmed and lower-cased", (P(e="ann@x.com"),), P(e="  ANN@X.com "), [(None, "ann@x.com", None)]),
    Case("a phone number with spaces is the same", (P(p=ONE),), P(p="+1 500 555 0001"), [(None, None, ONE)]),
    Case("an email finds", (P(e="ann@x.com"),), P(e="ann@x.com"), [(None, "ann@x.com", None)]),
    Case("a phone finds", (P(p=ONE),), P(p=ONE), [(None, None, ONE)]),
    Case("an external id finds", (P(x="1"),), P(x="1"), [("1", None, None)]),
    Case("external ids keep their case", (P(x="a"),), P(x="A"), [("a", None, None), ("A", None, None)], gets=1),
    Case("a known person gets a first phone", (P(e="ann@x.com"),), P(e="ann@x.com", p=ONE), [(None, "ann@x.com", ONE)]),
    Case(
        "a known person gets a first external id", (P(e="ann@x.com"),), P("1", "ann@x.com"), [("1", "ann@x.com", None)]
    ),
    Case("a phone's owner gets a first email", (P(p=ONE),), P(e="ann@x.com", p=ONE), [(None, "ann@x.com", ONE)]),
    Case("a new email replaces the old one", (P("1", "old@x.com"),), P("1", "new@x.com"), [("1", "new@x.com", None)]),
    Case(
        "a new phone replaces the old one",
        (P(e="ann@x.com", p=ONE),),
        P(e="ann@x.com", p=TWO),
        [(None, "ann@x.com", TWO)],
    ),
    Case(
        "external id and email of two: the email's owner is merged into the external id's",
        (P(e="ann@x.com"), P("1")),
        P("1", "ann@x.com"),
        [("1", "ann@x.com", None)],
    ),
    Case(
        "email and phone of two: the phone's owner is merged into the email's",
        (P(p=ONE), P(e="ann@x.com")),
        P(e="ann@x.com", p=ONE),
        [(None, "ann@x.com", ONE)],
    ),
    Case(
        "the email's owner has another external id: two people",
        (P("2", "ann@x.com"), P("1")),
        P("1", "ann@x.com"),
        [("2", "ann@x.com", None), ("1", None, None)],
        gets=1,
    ),
    Case(
        "the phone's owner has another email: two people",
        (P(e="bob@x.com", p=ONE), P(e="ann@x.com")),
        P(e="ann@x.com", p=ONE),
        [(None, "bob@x.com", ONE), (None, "ann@x.com", None)],
        gets=1,
    ),
    Case(
        "the phone's owner has another email than the new one: a new person without the phone",
        (P(e="bob@x.com", p=ONE),),
        P(e="ann@x.com", p=ONE),
        [(None, "bob@x.com", ONE), (None, "ann@x.com", None)],
        gets=1,
    ),
    Case(
        "three at once become one",
        (P(p=ONE), P(e="ann@x.com"), P("1")),
        P("1", "ann@x.com", ONE),
        [("1", "ann@x.com", ONE)],
    ),
    Case(
        "a merged person's other email is not shown",
        (P(p=ONE, e="old@x.com"), P("1", "ann@x.com")),
        P("1", p=ONE),
        [("1", "ann@x.com", ONE)],
    ),
    Case("an anonymous id finds", (P(a="dev"),), P(a="dev"), [(None, None, None)]),
    Case("a visitor says who they are", (P(a="dev"),), P(e="ann@x.com", a="dev"), [(None, "ann@x.com", None)]),
    Case(
        "a visitor turns out to be somebody known",
        (P(a="dev"), P(e="ann@x.com")),
        P(e="ann@x.com", a="dev"),
        [(None, "ann@x.com", None)],
    ),
    Case(
        "two people at one device stay two",
        (P(e="bob@x.com", a="dev"), P(e="ann@x.com")),
        P(e="ann@x.com", a="dev"),
        [(None, "bob@x.com", None), (None, "ann@x.com", None)],
        gets=1,
    ),
    Case(
        "a public key does not add an identifier to somebody known",
        (P(e="ann@x.com"),),
        P(e="ann@x.com", p=ONE, trusted=False),
        [(None, "ann@x.com", None)],
    ),
    Case(
        "a public key does not change an identifier",
        (P("1", "ann@x.com"),),
        P("1", "evil@x.com", trusted=False),
        [("1", "ann@x.com", None)],
    ),
    Case(
        "a public key merges nobody",
        (P(e="ann@x.com"), P(p=ONE)),
        P(e="ann@x.com", p=ONE, trusted=False),
        [(None, "ann@x.com", None), (None, None, ONE)],
    ),
    Case("a public key makes people", (), P(e="ann@x.com", p=ONE, trusted=False), [(None, "ann@x.com", ONE)]),
    Case(
        "a public key names a visitor",
        (P(a="dev", trusted=False),),
        P(e="ann@x.com", a="dev", trusted=False),
        [(None, "ann@x.com", None)],
    ),
    Case(
        "null takes an identifier away",
        (P("1", "ann@x.com"),),
        P("1", cleared=["email"]),
        [("1", None, None)],
    ),
    Case(
        "a public key takes no identifier away",
        (P("1", "ann@x.com"),),
        P("1", cleared=["email"], trusted=False),
        [("1", "ann@x.com", None)],
    ),
    Case(
        "what is no phone number names nobody",
        (P(e="ann@x.com"),),
        P(e="ann@x.com", p="abc"),
        [(None, "ann@x.com", None)],
    ),
    Case(
        "injection is text",
        (),
        P(e="a'; DROP TABLE profiles_profile;--@x.com"),
        [(None, "a'; drop table profiles_profile;--@x.com", None)],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "in one batch"])
def test_identity(scope: Scope, case: Case, at_once: bool) -> None:
    if at_once:
        found = apply(scope, *case.before, case.patch)[-1]
    else:
        for patch in case.before:
            apply(scope, patch)
        found = apply(scope, case.patch)[0]
    assert sorted(people(scope), key=str) == sorted(case.after, key=str)
    expected = case.after[case.gets]
    profile = queries.get_profile(scope, found.id)
    assert (profile.external_id, profile.email, profile.phone_number) == expected
    assert profile.number == found.number


def test_every_identifier_belongs_to_the_profile_that_shows_it(scope: Scope) -> None:
    apply(scope, P(p=ONE), P(e="ann@x.com", a="dev"), P("1"), P("1", "ann@x.com", ONE), P("1", "new@x.com"))
    rows = set(Identifier.objects.within(scope).exclude(kind__in=["promised", "merged"]).values_list("kind", "value"))
    assert rows == {("external_id", "1"), ("email", "new@x.com"), ("phone", ONE), ("anonymous", "dev")}


def test_a_known_person_without_news_costs_one_statement(scope: Scope, django_assert_num_queries: object) -> None:
    apply(scope, P(e="ann@x.com", attributes={"first_name": "Ann"}))
    with transaction.atomic(), django_assert_num_queries(1):  # type: ignore[operator]
        actions.apply_patches(scope, [P(e="ann@x.com")] * 3, now=NOW)


def test_the_id_outranks_everything(scope: Scope) -> None:
    ann, bob = apply(scope, P(e="ann@x.com"), P(e="bob@x.com"))
    found = apply(scope, P(e="bob@x.com", id=ann.id))[0]
    assert found.id == ann.id
    assert people(scope) == [(None, "ann@x.com", None), (None, "bob@x.com", None)]
    assert bob.id != ann.id


def test_an_unknown_id_alone_is_nobody(scope: Scope) -> None:
    assert apply(scope, ProfilePatch(id=ids.ulid()))[0] == Resolved(0, "", False)
    assert people(scope) == []


def test_a_merged_profile_leads_to_its_destination(scope: Scope) -> None:
    phone, email = apply(scope, P(p=ONE), P(e="ann@x.com"))
    apply(scope, P(e="ann@x.com", p=ONE))
    assert apply(scope, ProfilePatch(id=phone.id))[0].id == email.id
    facts = [message for message in outbox.take(10, now=clock.now()) if message.kind == "profiles.merged"]
    assert len(facts) == 1
    assert b'"source": %d' % phone.number in facts[0].payload
    assert b'"destination": %d' % email.number in facts[0].payload


def test_everything_a_merged_person_had_goes_on_leading_to_them(scope: Scope) -> None:
    ann, other = apply(scope, P("1", "ann@x.com", ONE), P("2", "old@x.com", TWO, "dev"))
    actions.merge(scope, ann.id, other.id, now=NOW)
    for patch in (P("2"), P(e="OLD@x.com"), P(p=TWO), P(a="dev"), ProfilePatch(id=other.id)):
        assert apply(scope, patch)[0] == Resolved(ann.number, ann.id, False)
    assert people(scope) == [("1", "ann@x.com", ONE)]
    assert queries.get_profile(scope, other.id).id == ann.id
    assert queries.numbers_found(scope, Compare("_kx", "equals", kx(scope, other.id))) == [ann.number]
    assert queries.numbers_of(scope, [other.id, ann.id]) == {other.id: ann.number, ann.id: ann.number}


def test_a_chain_of_merges_leads_to_its_end(scope: Scope) -> None:
    first, second, third = apply(scope, P(e="1@x.com"), P(e="2@x.com"), P(e="3@x.com"))
    actions.merge(scope, second.id, first.id, now=NOW)
    actions.merge(scope, third.id, second.id, now=NOW, how="by hand")
    assert [apply(scope, patch)[0].id for patch in (P(e="1@x.com"), ProfilePatch(id=first.id))] == [third.id] * 2
    assert queries.merged_into(scope, [first.number, second.number]) == {
        first.number: third.number,
        second.number: third.number,
    }
    page = queries.list_merges(scope, Listing(PageRequest(10), where=Compare("profile_id", "equals", third.id)))
    assert [(one.source_id, one.how, one.source_name) for one in page.rows] == [
        (first.id, "request", "1@x.com"),
        (second.id, "by hand", "2@x.com"),
    ]


def test_a_second_address_finds_and_is_not_shown(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com", add_emails=["Second@x.com"]))[0]
    assert apply(scope, P(e="second@x.com"))[0].id == ann.id
    assert people(scope) == [(None, "ann@x.com", None)]
    found = [(one.value, one.is_shown) for one in queries.identifiers_of(scope, ann.id)]
    assert found == [("ann@x.com", True), ("second@x.com", False)]
    apply(scope, P(e="ann@x.com", drop_emails=["second@x.com"]))
    assert apply(scope, P(e="second@x.com"))[0].id != ann.id


def test_who_is_named_by_id_changes_the_address_that_is_shown(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com", add_emails=["second@x.com"]))[0]
    apply(scope, P("7", "second@x.com"))
    assert people(scope) == [("7", "ann@x.com", None)]
    apply(scope, ProfilePatch(id=ann.id, email="second@x.com"))
    assert people(scope) == [("7", "second@x.com", None)]
    assert apply(scope, P(e="ann@x.com"))[0].id == ann.id


def test_the_address_that_was_subscribed_last_is_the_one_that_is_written_to(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com", add_emails=["second@x.com"]))[0]
    with transaction.atomic():
        change = ConsentChange(P(e="second@x.com"), "email.marketing", "SUBSCRIBED")
        assert actions.change_consent(scope, [change], now=NOW)[0].number == ann.number
    assert people(scope) == [(None, "second@x.com", None)]
    standing = queries.standings(scope, [ann.number])[ann.number]
    assert standing.consent("email.marketing").address == "second@x.com"
    apply(scope, ProfilePatch(id=ann.id, email="ann@x.com"))
    standing = queries.standings(scope, [ann.number])[ann.number]
    assert standing.consent("email.marketing").consent == "NEVER_SUBSCRIBED"


def test_a_bounce_of_another_address_says_nothing_of_the_shown_one(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com", add_emails=["second@x.com"]))[0]
    for email, expected in (("second@x.com", []), ("Ann@x.com", ["HARD_BOUNCE"])):
        command = SuppressProfiles(emails=[email], reason="HARD_BOUNCE")
        with transaction.atomic():
            handlers.suppress(scope, [(clock.millis(NOW), command)], now=NOW, replayed=False)
        standing = queries.standings(scope, [ann.number])[ann.number]
        assert [one.reason for one in standing.suppressions] == expected


def test_nobody_has_more_than_five_addresses(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com", add_emails=[f"{n}@x.com" for n in range(3)]))[0]
    apply(scope, P(e="ann@x.com", add_emails=["3@x.com", "4@x.com"]))
    assert [one.value for one in queries.identifiers_of(scope, ann.id)] == [
        "ann@x.com",
        *(f"{n}@x.com" for n in range(4)),
    ]
    with pytest.raises(Invalid, match="5 email addresses"):
        actions.update(scope, ann.id, ProfilePatch(add_emails=["4@x.com"]), now=NOW)


def test_an_added_address_of_somebody_else_stays_theirs(scope: Scope) -> None:
    ann, bob = apply(scope, P(e="ann@x.com"), P(e="bob@x.com"))
    apply(scope, P(e="ann@x.com", add_emails=["bob@x.com"]))
    assert apply(scope, P(e="bob@x.com"))[0].id == bob.id
    with pytest.raises(Conflict) as refused:
        actions.update(scope, ann.id, ProfilePatch(add_emails=["bob@x.com"]), now=NOW)
    assert refused.value.meta == {"duplicate_profile_id": bob.id}


def test_a_public_key_adds_no_address_to_somebody_known(scope: Scope) -> None:
    apply(scope, P(e="ann@x.com"), P(e="ann@x.com", add_emails=["evil@x.com"], trusted=False))
    assert Identifier.objects.within(scope).filter(value="evil@x.com").count() == 0


def test_a_promised_id_names_a_new_person(scope: Scope) -> None:
    promised = ids.ulid()
    assert apply(scope, P(e="ann@x.com"), proposed_ids=[promised])[0].id == promised


def test_a_promised_id_of_somebody_known_leads_to_them(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com"))[0]
    promised = ids.ulid()
    assert apply(scope, P(e="ann@x.com"), proposed_ids=[promised])[0].id == ann.id
    assert apply(scope, ProfilePatch(id=promised))[0].id == ann.id
    assert queries.get_profile(scope, promised).id == ann.id


def kx(scope: Scope, profile_id: str) -> str:
    return seal("a secret for tests", "kx", [scope.account_id, profile_id])


def test_a_link_knows_its_reader(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com"))[0]
    assert apply(scope, ProfilePatch(kx=kx(scope, ann.id)))[0].id == ann.id


def test_a_forwarded_link_does_not_make_a_friend_the_owner(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com"))[0]
    friend = apply(scope, P(e="bob@x.com", kx=kx(scope, ann.id)))[0]
    assert friend.id != ann.id
    assert people(scope) == [(None, "ann@x.com", None), (None, "bob@x.com", None)]


def test_a_link_of_another_account_or_a_damaged_one_means_nobody(scope: Scope, charlie: object) -> None:
    ann = apply(scope, P(e="ann@x.com"))[0]
    foreign = seal("a secret for tests", "kx", ["AAAAAA", ann.id])
    for token in (foreign, kx(scope, ann.id)[:-1], "x", ""):
        assert apply(scope, ProfilePatch(kx=token))[0].number == 0


def test_charlie_shares_no_identity_with_anna(scope: Scope, charlie: object) -> None:
    ann = apply(scope, P(e="ann@x.com"))[0]
    theirs = apply(charlie.scope, P(e="ann@x.com"))[0]  # type: ignore[attr-defined]
    assert theirs.id != ann.id
    assert apply(charlie.scope, ProfilePatch(id=ann.id))[0].number == 0  # type: ignore[attr-defined]


def test_a_replay_writes_nothing(scope: Scope) -> None:
    ann = apply(scope, P(e="ann@x.com"))[0]
    before = queries.get_profile(scope, ann.id)
    found = apply(scope, P(e="ann@x.com", p=ONE, attributes={"first_name": "B"}), P(e="new@x.com"), replayed=True)
    assert [one.number for one in found] == [ann.number, 0]
    assert queries.get_profile(scope, ann.id) == before
    assert len(people(scope)) == 1


def test_numbers_are_dense(scope: Scope) -> None:
    found = apply(scope, *(P(e=f"{n}@x.com") for n in range(5)))
    more = apply(scope, P(e="0@x.com"), P(e="6@x.com"))
    assert [one.number for one in (*found, more[1])] == [1, 2, 3, 4, 5, 6]
    assert [one.created for one in more] == [False, True]
