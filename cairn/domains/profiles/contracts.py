"""What crosses the border of profiles: commands on the log, and what other domains may know of a profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from cairn.domains.profiles.job_contracts import Fault as Fault
from cairn.domains.profiles.job_contracts import JobErrorInfo as JobErrorInfo
from cairn.domains.profiles.job_contracts import JobInfo as JobInfo
from cairn.domains.profiles.job_contracts import JobKind as JobKind

MOST_EMAILS = 5
"""Addresses of one profile, the shown one included; a merge may bring more."""


class ProfilePatch(msgspec.Struct, omit_defaults=True):
    """What one request says of one person. A key that is absent says nothing; a null clears.

    `id` is a profile's ULID. `attributes` holds standard fields by their API names (first_name, last_name,
    organization, title, image, locale), `location` the location's. append, unappend and unset run after `properties`.
    `cleared` names what a null clears as a whole: identifiers, standard fields, `location`, `properties`.
    `add_emails` and `drop_emails` are further addresses of the person, beside `email`. The worker sets `accepted`,
    milliseconds since 1970; 0 is now. `prefers` makes of several addresses the named one the shown one.
    With `trusted` false (public key) the identifiers find a profile but never change one that exists.
    """

    id: str | None = None
    external_id: str | None = None
    email: str | None = None
    phone_number: str | None = None
    anonymous_id: str | None = None
    kx: str | None = None
    attributes: dict[str, Any] = {}
    location: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    append: dict[str, Any] = {}
    unappend: dict[str, Any] = {}
    unset: list[str] = []
    cleared: list[str] = []
    trusted: bool = True
    add_emails: list[str] = []
    drop_emails: list[str] = []
    accepted: int = 0
    prefers: bool = False


class UpsertProfiles(msgspec.Struct):
    """Log command `profiles.upsert`. `proposed_id` names a profile that the edge promised, should it turn out new."""

    profiles: list[ProfilePatch]
    list_id: str | None = None
    proposed_id: str | None = None
    job_id: str | None = None


class ConsentChange(msgspec.Struct, omit_defaults=True):
    """One person's wish for one channel: `email.marketing`, `email.open_tracking`, `sms.marketing`,
    `sms.transactional`, `mobile_push.marketing`, `whatsapp.marketing`, `whatsapp.transactional`.

    `consent` is SUBSCRIBED or UNSUBSCRIBED; `at` ISO 8601, absent: when it was accepted. `confirmed` says that the
    person followed the link that a list with double opt-in sent them. `list_only` takes back a subscription to
    `list_id` and nothing else. `text`, `ip` and `user_agent` prove it: what was shown, and to whom; `actor` is the key
    or user that said so.
    """

    profile: ProfilePatch
    channel: str
    consent: str
    at: str | None = None
    method: str = "API"
    method_detail: str = ""
    custom_source: str = ""
    list_id: str | None = None
    historical: bool = False
    confirmed: bool = False
    list_only: bool = False
    text: str = ""
    ip: str = ""
    user_agent: str = ""
    language: str = ""
    actor: str = ""


class ChangeConsent(msgspec.Struct):
    """Log command `profiles.consent`, on the consent lane."""

    changes: list[ConsentChange]
    job_id: str | None = None


class ImportedWish(msgspec.Struct, gc=False):
    """A consent in a file or in another system. `at` None: known to hold, but nobody knows since when.

    `method`, `method_detail` and `custom_source` say how it came there; without a method it came by the import.
    """

    channel: str
    consent: str
    at: datetime | None
    method: str = ""
    method_detail: str = ""
    custom_source: str = ""
    double_optin: bool = False


class ImportedPerson(msgspec.Struct, gc=False):
    """What a file or another system says of one person. `suppression` is the reason not to write to them, or empty."""

    patch: ProfilePatch
    wishes: list[ImportedWish]
    suppression: str = ""
    suppressed_at: datetime | None = None


class Imported(msgspec.Struct, frozen=True, gc=False):
    """What became of an imported person; 0: nobody. `kept` counts wishes that did not hold against what was known."""

    number: int
    id: str
    created: bool
    changed: bool
    kept: int = 0


class Rehearsed(Imported, frozen=True):
    """What an import would make of a person: `id` empty for somebody new; `changes` holds old and new by field."""

    merged: int = 0
    changes: Mapping[str, tuple[Any, Any]] = {}


class SuppressProfiles(msgspec.Struct):
    """Log command `profiles.suppress` (or `profiles.unsuppress`), on the consent lane."""

    emails: list[str] = []
    profile_ids: list[str] = []
    reason: str = "USER_SUPPRESSED"
    job_id: str | None = None
    detail: str = ""
    actor: str = ""


SUBSCRIBED = "SUBSCRIBED"
UNSUBSCRIBED = "UNSUBSCRIBED"
NEVER_SUBSCRIBED = "NEVER_SUBSCRIBED"
EMAIL_MARKETING = "email.marketing"
EMAIL_TRANSACTIONAL = "email.transactional"


class Outcome(StrEnum):
    """What became of a wish, as the history tells it."""

    TAKEN = "taken"
    REPEATED = "repeated"
    LATE = "late"
    NO_ADDRESS = "no_address"
    OTHER_ADDRESS = "other_address"
    UNKNOWN_CHANNEL = "unknown_channel"
    LINK_USED = "link_used"


class Reason(StrEnum):
    """Why somebody gets no email, whatever they consented to."""

    HARD_BOUNCE = "HARD_BOUNCE"
    INVALID_EMAIL = "INVALID_EMAIL"
    SPAM_COMPLAINT = "SPAM_COMPLAINT"
    UNSUBSCRIBE = "UNSUBSCRIBE"
    USER_SUPPRESSED = "USER_SUPPRESSED"


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of one ConsentChange. `taken` is false where a later wish, or the lack of an address, forbade it;
    `fresh` where it changed the consent (or lifted a manual suppression). `outcome` names which."""

    number: int
    id: str
    taken: bool
    fresh: bool
    at: datetime
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Sendable:
    """Whether a profile may get marketing email now; `reason` says why not."""

    email: str
    allowed: bool
    reason: str


class ProfileDeleted(msgspec.Struct):
    """Fact `profiles.deleted`: the number of somebody who is to be forgotten."""

    account_id: str
    number: int


@dataclass(frozen=True, slots=True)
class DuplicateInfo:
    """Two profiles, the older first, that may be one person, and why."""

    id: str
    reason: str
    status: str
    found: datetime
    decided: datetime | None
    decided_by: str
    profile_ids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DuplicateSearch:
    """When an account's profiles were compared last, how many pairs are open by reason, and the reasons that merge by
    themselves."""

    id: str
    at: datetime | None
    is_wanted: bool
    automatic: Sequence[str]
    open: Mapping[str, int]


class Traces(msgspec.Struct, frozen=True):
    """Everything that a person was known by: what must be looked for to forget them. Merged profiles are among it."""

    numbers: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    anonymous_ids: tuple[str, ...] = ()


class ProfilesMerged(msgspec.Struct):
    """Fact `profiles.merged`: the profile that is gone, and what it became. Both go on being found by either's ids."""

    account_id: str
    source: int
    destination: int
    source_id: str = ""
    destination_id: str = ""


@dataclass(frozen=True, slots=True)
class MergeInfo:
    """A merge, as it is kept for ever."""

    id: str
    at: datetime
    source_id: str
    destination_id: str
    how: str
    actor: str
    source_name: str


@dataclass(frozen=True, slots=True)
class IdentifierInfo:
    """What a profile is found by. `is_shown` says that it is the profile's own email, phone or external id now."""

    id: str
    kind: str
    value: str
    is_shown: bool
    added: datetime | None


class Resolved(msgspec.Struct, frozen=True, gc=False):
    """The profile that a patch belongs to: `number` in ClickHouse, `id` outside.

    `number` is 0 where a patch belongs to nobody: it names only an id that does not exist, or nothing at all.
    """

    number: int
    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """A profile as the API and the pages show it."""

    id: str
    number: int
    email: str | None
    phone_number: str | None
    external_id: str | None
    first_name: str | None
    last_name: str | None
    organization: str | None
    title: str | None
    image: str | None
    locale: str | None
    location: Mapping[str, Any]
    properties: Mapping[str, Any]
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Consented:
    """One channel's consent that counts; an opt-in for another address is NEVER_SUBSCRIBED."""

    consent: str = NEVER_SUBSCRIBED
    at: datetime | None = None
    created: datetime | None = None
    updated: datetime | None = None
    address: str = ""
    method: str = ""
    method_detail: str = ""
    custom_source: str = ""
    double_optin: bool = False


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One suppression that counts: bounces of another address do not."""

    reason: str
    list_id: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Consent by channel (absent: never subscribed), suppressions for everything, and those for one list."""

    consents: Mapping[str, Consented]
    suppressions: Sequence[Suppressed]
    list_suppressions: Sequence[Suppressed]

    def consent(self, channel: str) -> Consented:
        return self.consents.get(channel, NO_CONSENT)


NO_CONSENT = Consented()
NO_STANDING = Standing({}, (), ())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A profile's state at one moment; `profile` None says that it is gone."""

    number: int
    profile: ProfileInfo | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class StateColumns:
    """Profiles in the order of their `number`, and what counts of their consent and of their suppressions for all
    messages: an opt-in and a bounce belong to the address that they were given for.

    `profiles` have the texts by their names (absent: empty), `created`, `updated`, and `location` and `properties` as
    JSON; `consents` have `number`, `channel`, `consent`, `at`, `updated`, `method`, `method_detail`, `custom_source`,
    `double_optin`; `suppressions`, in the order of number and reason, `number`, `reason`, `at`.
    """

    profiles: Any
    consents: Any
    suppressions: Any


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One change in a person's history of consent and suppression."""

    id: str
    channel: str
    before: str
    after: str
    at: datetime
    recorded_at: datetime
    method: str
    method_detail: str
    source: str
    outcome: str
    list_id: str
    text: str
    ip: str
    user_agent: str


class ConsentGrowth(msgspec.Struct, frozen=True):
    """Changes of one channel on one day."""

    day: date
    channel: str
    subscribed: int
    unsubscribed: int
    suppressed: int


class MethodCount(msgspec.Struct, frozen=True):
    """Changes of one channel by one means."""

    channel: str
    method: str
    subscribed: int
    unsubscribed: int


class ChannelCount(msgspec.Struct, frozen=True):
    """How many people said yes and no to a channel."""

    channel: str
    subscribed: int
    unsubscribed: int


class ReasonCount(msgspec.Struct, frozen=True):
    """How many people are suppressed for a reason; `of_list`: for one list only."""

    reason: str
    of_list: bool
    count: int


@dataclass(frozen=True, slots=True)
class ConsentOverview:
    """Consent of an account: changes of a time, and the standing of now."""

    days: Sequence[date]
    growth: Sequence[ConsentGrowth]
    methods: Sequence[MethodCount]
    channels: Sequence[ChannelCount]
    suppressions: Sequence[ReasonCount]


@dataclass(frozen=True, slots=True)
class Device:
    """What an app says when it registers a push token."""

    token: str
    platform: str
    vendor: str
    enablement_status: str
    background: str
    metadata: Mapping[str, Any] | None


class RegisterPushToken(msgspec.Struct, omit_defaults=True):
    """Log command `profiles.register_push_token`: a device, and whose it is."""

    profile: ProfilePatch
    device: Device


class UnregisterPushToken(msgspec.Struct):
    """Log command `profiles.unregister_push_token`: a device that wants no more."""

    token: str
    platform: str


@dataclass(frozen=True, slots=True)
class PushTokenInfo:
    """A registered push token and its owner's number."""

    id: str
    number: int
    device: Device
    created: datetime
    recorded: datetime
