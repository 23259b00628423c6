"""Time. Whoever needs the present takes it as an argument; the edges ask here."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def millis(moment: datetime) -> int:
    """Milliseconds since 1970, in UTC."""
    return int(moment.timestamp() * 1000)
