"""Writes of integrations."""

from cairn.domains.integrations.demo_shop.opening import open_shop
from cairn.domains.integrations.imports import cancel_import, queue_import

__all__ = ["cancel_import", "open_shop", "queue_import"]
