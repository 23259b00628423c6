"""Writes of integrations."""

from cairn.domains.integrations.demo_shop.opening import open_shop
from cairn.domains.integrations.departures import forget as forget
from cairn.domains.integrations.exports import cancel_export, drop_all, queue_export
from cairn.domains.integrations.imports import cancel_import, queue_import, start_check, start_import
from cairn.domains.integrations.moving import queue_move
from cairn.domains.integrations.uploads import set_mapping

__all__ = [
    "cancel_export",
    "cancel_import",
    "drop_all",
    "open_shop",
    "queue_export",
    "queue_import",
    "queue_move",
    "set_mapping",
    "start_check",
    "start_import",
]
