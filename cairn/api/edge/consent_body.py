"""Wishes to be subscribed or unsubscribed as requests carry them, and the changes that they mean."""

from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from cairn.api.edge.decode import below, check_strings, decode
from cairn.api.edge.profile_body import ProfileAttributes, ProfileData, identity, patch_of
from cairn.api.kernel import errors
from cairn.domains.profiles.contracts import ChangeConsent, ConsentChange, ProfilePatch

MOST_SUBSCRIBED: Final = 1_000
MOST_UNSUBSCRIBED: Final = 100
SUBSCRIBED: Final = "SUBSCRIBED"
UNSUBSCRIBED: Final = "UNSUBSCRIBED"
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
# Channels as `ConsentChange` names them, by their path in the request's `subscriptions`.
CHANNELS: Final = {
    ("email", "marketing"): "email.marketing",
    ("email", "open_tracking"): "email.open_tracking",
    ("sms", "marketing"): "sms.marketing",
    ("sms", "transactional"): "sms.transactional",
    ("whatsapp", "marketing"): "whatsapp.marketing",
    ("whatsapp", "transactional"): "whatsapp.transactional",
    ("whatsapp", "conversational"): "whatsapp.conversational",
    ("push", "marketing"): "mobile_push.marketing",
}
NEEDS: Final = {"email": "email", "sms": "phone_number", "whatsapp": "phone_number"}


class Leaf(Struct):
    consent: Literal["SUBSCRIBED", "UNSUBSCRIBED"]
    consented_at: str | None = None


class Channel(Struct):
    marketing: Leaf | None = None
    transactional: Leaf | None = None
    conversational: Leaf | None = None
    open_tracking: Leaf | None = None


class Subscriptions(Struct):
    email: Channel | None = None
    sms: Channel | None = None
    whatsapp: Channel | None = None
    push: Channel | None = None


class SubscribingAttributes(ProfileAttributes):
    subscriptions: Subscriptions | None = None


class SubscribingData(ProfileData):
    attributes: SubscribingAttributes


class SubscribingProfile(Struct):
    data: SubscribingData


class SubscribingProfiles(Struct):
    data: list[SubscribingData]


class ListIdentifier(Struct):
    type: Literal["list"]
    id: str


class ListRelationship(Struct):
    data: ListIdentifier | None = None


class Relationships(Struct):
    list: ListRelationship | None = None


class JobAttributes(Struct):
    profiles: SubscribingProfiles
    custom_source: str | None = None
    historical_import: bool | None = None


class SubscribeData(Struct):
    type: Literal["profile-subscription-bulk-create-job"]
    attributes: JobAttributes
    relationships: Relationships | None = None


class UnsubscribeData(Struct):
    type: Literal["profile-subscription-bulk-delete-job"]
    attributes: JobAttributes
    relationships: Relationships | None = None


class ClientAttributes(Struct):
    profile: SubscribingProfile
    custom_source: str | None = None


class NeededList(Struct):
    data: ListIdentifier


class NeededRelationships(Struct):
    list: NeededList


class ClientData(Struct):
    type: Literal["subscription"]
    attributes: ClientAttributes
    relationships: NeededRelationships


class SubscribeBody(Struct):
    data: SubscribeData


class UnsubscribeBody(Struct):
    data: UnsubscribeData


class ClientBody(Struct):
    data: ClientData


SUBSCRIBE: Final = msgspec.json.Decoder(SubscribeBody)
UNSUBSCRIBE: Final = msgspec.json.Decoder(UnsubscribeBody)
CLIENT: Final = msgspec.json.Decoder(ClientBody)


def subscribe(content: bytes, now: datetime) -> ChangeConsent:
    """The changes of a job that subscribes profiles; one that is wrong refuses all."""
    data = decode(SUBSCRIBE, content).data
    check_strings(content)
    job = data.attributes
    rules = Rules(
        consent=SUBSCRIBED,
        most=MOST_SUBSCRIBED,
        historical=bool(job.historical_import),
        custom_source=job.custom_source or "",
        list_id=list_of(data.relationships),
        now=now,
    )
    return job_changes(job.profiles.data, rules)


def unsubscribe(content: bytes, now: datetime) -> ChangeConsent:
    data = decode(UNSUBSCRIBE, content).data
    check_strings(content)
    rules = Rules(UNSUBSCRIBED, MOST_UNSUBSCRIBED, list_id=list_of(data.relationships), now=now)
    return job_changes(data.attributes.profiles.data, rules)


def client_subscribe(content: bytes, now: datetime) -> ChangeConsent:
    """The changes of one visitor. Without `subscriptions`, every address given is subscribed to marketing."""
    data = decode(CLIENT, content).data
    check_strings(content)
    at = "/data/attributes/profile"
    profile = data.attributes.profile.data
    rules = Rules(
        consent=SUBSCRIBED,
        most=1,
        custom_source=data.attributes.custom_source or "",
        list_id=data.relationships.list.data.id,
        now=now,
    )
    try:
        patch = patch_of(profile, trusted=False, clearing=False)
        if profile.attributes.subscriptions is not None:
            return ChangeConsent(changes(profile, patch, rules))
        channels = [
            channel
            for channel, given in (("email.marketing", patch.email), ("sms.marketing", patch.phone_number))
            if given
        ]
        if not channels:
            raise errors.invalid("An email or a phone_number must be given.", pointer="/data/attributes")
        return ChangeConsent([rules.change(patch, channel, None) for channel in channels])
    except errors.Refused as refusal:
        raise below(refusal, at) from None


class Rules(Struct, frozen=True):
    """What holds for every profile of one request."""

    consent: str
    most: int
    historical: bool = False
    custom_source: str = ""
    list_id: str | None = None
    now: datetime = EARLIEST

    def change(self, patch: ProfilePatch, channel: str, at: str | None) -> ConsentChange:
        return ConsentChange(
            profile=patch,
            channel=channel,
            consent=self.consent,
            at=at,
            custom_source=self.custom_source,
            list_id=self.list_id,
            historical=self.historical,
        )

    def moment(self, leaf: Leaf, at: str) -> str | None:
        """When consent was given. Only a historical import may say so, and it must."""
        pointer = f"{at}/consented_at"
        if leaf.consented_at is None:
            if self.historical:
                raise errors.invalid("A historical import must say when consent was given.", pointer=pointer)
            return None
        if not self.historical:
            raise errors.invalid("Only with historical_import may consented_at be given.", pointer=pointer)
        try:
            moment = datetime.fromisoformat(leaf.consented_at)
        except ValueError:
            raise errors.invalid("This is not an ISO 8601 date and time.", pointer=pointer) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not EARLIEST <= moment < self.now:
            raise errors.invalid("Consent must have been given in the past, after 1990.", pointer=pointer)
        return moment.isoformat()


def job_changes(profiles: list[SubscribingData], rules: Rules) -> ChangeConsent:
    at = "/data/attributes/profiles/data"
    if not 1 <= len(profiles) <= rules.most:
        detail = f"A request takes 1 to {rules.most} profiles, not {len(profiles)}."
        raise errors.invalid(detail, pointer=at)
    found: list[ConsentChange] = []
    for index, profile in enumerate(profiles):
        try:
            found += changes(profile, identity(profile, trusted=True), rules)
        except errors.Refused as refusal:
            raise below(refusal, f"{at}/{index}", instead_of="/data") from None
    return ChangeConsent(found)


def changes(profile: SubscribingData, patch: ProfilePatch, rules: Rules) -> list[ConsentChange]:
    """What one profile wishes for each channel it names. Pointers are relative to the profile's document."""
    at = "/data/attributes/subscriptions"
    wishes = profile.attributes.subscriptions
    if wishes is None:
        raise errors.invalid("The field 'subscriptions' is required.", pointer=at)
    found: list[ConsentChange] = []
    for (group, kind), channel in CHANNELS.items():
        leaf = leaf_of(wishes, group, kind)
        if leaf is None:
            continue
        here = f"{at}/{group}/{kind}"
        if leaf.consent != rules.consent:
            raise errors.invalid(f"The consent must be {rules.consent} here.", pointer=f"{here}/consent")
        address = NEEDS.get(group)
        if address and not getattr(patch, address) and not patch.id:
            raise errors.invalid(f"This channel needs the field {address!r}.", pointer=f"/data/attributes/{address}")
        found.append(rules.change(patch, channel, rules.moment(leaf, here)))
    if not found:
        raise errors.invalid("At least one channel must be named.", pointer=at)
    return found


def leaf_of(wishes: Subscriptions, group: str, kind: str) -> Leaf | None:
    channel: Channel | None = getattr(wishes, group)
    leaf: Leaf | None = getattr(channel, kind) if channel is not None else None
    return leaf


def list_of(relationships: Relationships | None) -> str | None:
    relation: Any = relationships and relationships.list
    return relation.data.id if relation and relation.data else None
