"""Ids of properties: they hold the metric and the name, so nothing need be stored for a property to have one."""

import base64
import binascii

from cairn.kernel.errors import NotFound


def property_id(metric_id: str, name: str) -> str:
    text = base64.urlsafe_b64encode(name.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return f"{metric_id}-{text}" if metric_id else text


def metric_and_name(id_: str) -> tuple[str, str]:
    """Of an event's property. Raises NotFound for what was never an id."""
    metric_id, dash, text = id_.partition("-")
    if not dash or not metric_id:
        raise NotFound(f"A metric property with id {id_} does not exist.")
    return metric_id, name_of(text)


def name_of(id_: str) -> str:
    """Of a profile's property. Raises NotFound for what was never an id."""
    try:
        return base64.b64decode(id_ + "=" * (-len(id_) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise NotFound(f"A property with id {id_} does not exist.") from None
