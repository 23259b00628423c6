"""Devices that apps register for push, and take back. What the apps' libraries send is taken as they spell it."""

from typing import Annotated, Any, Final, Literal

import msgspec

from cairn.api.edge.decode import below, check_strings, decode
from cairn.api.edge.gate import Command
from cairn.api.edge.profile_body import ProfileDocument, need_somebody, patch_of
from cairn.api.kernel import errors
from cairn.domains.profiles.contracts import Device, RegisterPushToken, UnregisterPushToken

REGISTER: Final = "profiles.register_push_token"
UNREGISTER: Final = "profiles.unregister_push_token"
VENDORS: Final = ("apns", "fcm")
# iOS grants app clips leave for some hours, which the official list of states has no word for.
GRANTED_FOR_NOW: Final = "EPHEMERAL"
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Platform = Literal["android", "ios"]
Enablement = Literal["AUTHORIZED", "DENIED", "NOT_DETERMINED", "PROVISIONAL", "UNAUTHORIZED", "EPHEMERAL"]
Background = Literal["AVAILABLE", "DENIED", "RESTRICTED"]


class Registration(msgspec.Struct, gc=False):
    token: Token
    platform: Platform
    vendor: str
    profile: ProfileDocument
    enablement_status: Enablement | None = None
    background: Background | None = None
    device_metadata: dict[str, Any] | None = None


class RegisterData(msgspec.Struct, gc=False):
    type: Literal["push-token"]
    attributes: Registration


class RegisterDocument(msgspec.Struct, gc=False):
    data: RegisterData


class Unregistration(msgspec.Struct, gc=False):
    token: Token
    platform: Platform
    profile: ProfileDocument
    vendor: str | None = None


class UnregisterData(msgspec.Struct, gc=False):
    type: Literal["push-token-unregister"]
    attributes: Unregistration


class UnregisterDocument(msgspec.Struct, gc=False):
    data: UnregisterData


REGISTRATION: Final = msgspec.json.Decoder(RegisterDocument)
UNREGISTRATION: Final = msgspec.json.Decoder(UnregisterDocument)


def register(content: bytes, now: float) -> Command:
    given = decode(REGISTRATION, content).data.attributes
    check_strings(content)
    try:
        patch = patch_of(given.profile.data, trusted=False, clearing=False)
        need_somebody(patch)
    except errors.Refused as refusal:
        raise below(refusal, "/data/attributes/profile") from None
    status = given.enablement_status or "AUTHORIZED"
    device = Device(
        token=given.token,
        platform=given.platform,
        vendor=vendor_of(given.vendor),
        enablement_status="AUTHORIZED" if status == GRANTED_FOR_NOW else status,
        background=given.background or "AVAILABLE",
        metadata=given.device_metadata,
    )
    return Command(REGISTER, RegisterPushToken(patch, device))


def unregister(content: bytes, now: float) -> Command:
    given = decode(UNREGISTRATION, content).data.attributes
    check_strings(content)
    if given.vendor is not None:
        vendor_of(given.vendor)
    return Command(UNREGISTER, UnregisterPushToken(given.token, given.platform))


def vendor_of(name: str) -> str:
    """The libraries write APNs and FCM, the documentation apns and fcm."""
    if name.lower() not in VENDORS:
        raise errors.invalid("A vendor is apns or fcm.", pointer="/data/attributes/vendor")
    return name.lower()
