"""One property, changed in many profiles at once."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from cairn.domains.profiles import store, touching
from cairn.domains.profiles.models import Profile
from cairn.kernel.scope import Scope

CHANGE = """
UPDATE profiles_profile
SET updated = %(now)s,
    properties = CASE
        WHEN %(new_name)s::text IS NULL OR coalesce(properties -> %(new_name)s, 'null') != 'null'
            THEN properties - %(name)s::text
        ELSE (properties - %(name)s::text) || jsonb_build_object(%(new_name)s::text, properties -> %(name)s)
    END
WHERE account_id = %(account_id)s AND number > %(after)s AND number <= %(until)s
    AND jsonb_exists(properties, %(name)s)
RETURNING number
"""


def change(scope: Scope, name: str, *, new_name: str | None, after: int, until: int, now: datetime) -> int:
    """Rename a property, or without `new_name` remove it, in the profiles after one number and up to another; how many
    had it. A value that is there already under the new name stays. Repeating it changes nothing."""
    values = {
        "account_id": scope.account_id,
        "name": name,
        "new_name": new_name,
        "after": after,
        "until": until,
        "now": now,
    }
    with transaction.atomic():
        store.lock(scope)
        with connection.cursor() as cursor:
            cursor.execute(CHANGE, values)
            changed = [number for (number,) in cursor.fetchall()]
        touching.touch(scope, changed)
    return len(changed)


def last_number(scope: Scope) -> int:
    """The highest number of a profile, 0 where there are none."""
    found = Profile.objects.within(scope).aggregate(last=Max("number"))["last"]
    return int(found or 0)
