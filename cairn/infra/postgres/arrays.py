"""Arrays as PostgreSQL reads them."""

from collections.abc import Iterable


def number_array(numbers: Iterable[int]) -> str:
    """For a parameter that the statement casts to bigint[]; the driver's own way looks at each number for longer than
    PostgreSQL looks for its row."""
    return f"{{{','.join(map(str, numbers))}}}"
