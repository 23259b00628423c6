"""Handlers of what apps say of their devices: registered with an owner, and taken back."""

from collections.abc import Sequence
from datetime import datetime

from cairn.domains.profiles import actions as profiles
from cairn.kernel.scope import Scope
from cairn.workers import counters
from cairn.workers.share import Accepted, Share


def register_devices(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """`profiles.register_push_token`."""
    share = Share()
    for is_applied in (True, False):
        commands = [one.command for one in accepted if one.is_applied == is_applied]
        if not commands:
            continue
        patches = [command.profile for command in commands]
        owners = profiles.apply_patches(scope, patches, now=now, replayed=is_applied)
        devices = [
            (owner.number, command.device) for owner, command in zip(owners, commands, strict=True) if owner.number
        ]
        counters.DROPPED.labels("nobody").inc(len(commands) - len(devices))
        share.changed |= {number for number, _ in devices}
        if devices and not is_applied:
            share.changed |= profiles.register_push_tokens(scope, devices, now=now)
    return share


def unregister_devices(scope: Scope, accepted: Sequence[Accepted], now: datetime) -> Share:
    """`profiles.unregister_push_token`; what was taken back already stays so."""
    tokens = [(one.command.token, one.command.platform) for one in accepted if not one.is_applied]
    return Share(changed=profiles.unregister_push_tokens(scope, tokens) if tokens else set())
