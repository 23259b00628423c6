"""What crosses the border of profiles: commands on the log, and what other domains may know of a profile."""

from dataclasses import dataclass
from typing import Any

import msgspec


class ProfilePatch(msgspec.Struct, omit_defaults=True):
    """What one request says of one person. A key that is absent says nothing; a null clears.

    `id` is a profile's ULID. `attributes` holds standard fields by their API names (first_name, last_name,
    organization,
    title, image, locale), `location` the location's. append, unappend and unset run after `properties`.
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


class UpsertProfiles(msgspec.Struct):
    """Log command `profiles.upsert`. `proposed_id` names a profile that the edge promised, should it turn out new."""

    profiles: list[ProfilePatch]
    list_id: str | None = None
    proposed_id: str | None = None
    job_id: str | None = None


class ConsentChange(msgspec.Struct, omit_defaults=True):
    """One person's wish for one channel, such as `email.marketing`, `sms.marketing`, `sms.transactional`, `mobile_push.marketing`.

    `consent` is SUBSCRIBED or UNSUBSCRIBED; `at` ISO 8601, absent: when it was accepted.
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


class ChangeConsent(msgspec.Struct):
    """Log command `profiles.consent`, on the consent lane."""

    changes: list[ConsentChange]
    job_id: str | None = None


class SuppressProfiles(msgspec.Struct):
    """Log command `profiles.suppress` (or `profiles.unsuppress`), on the consent lane."""

    emails: list[str] = []
    profile_ids: list[str] = []
    reason: str = "USER_SUPPRESSED"
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The profile that a patch belongs to: `number` in ClickHouse, `id` outside.

    `number` is 0 where a patch belongs to nobody: it names only an id that does not exist, or nothing at all.
    """

    number: int
    id: str
    created: bool
