"""Profiles from one end to the other, for exports: thousands at a time, by their numbers."""

from typing import Final

from django.db import connection

from cairn.domains.profiles.models import Profile
from cairn.kernel.scope import Scope

NAMES: Final = """
SELECT DISTINCT jsonb_object_keys(properties) FROM profiles_profile WHERE account_id = %s AND properties <> '{}'
"""


def numbers_after(scope: Scope, number: int, size: int) -> list[int]:
    """The next numbers behind one."""
    rows = Profile.objects.within(scope).filter(number__gt=number).order_by("number")
    return list(rows.values_list("number", flat=True)[:size])


def property_names(scope: Scope) -> list[str]:
    """The names of all custom properties that anybody has."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [scope.account_id])
        return sorted(row[0] for row in cursor.fetchall())
