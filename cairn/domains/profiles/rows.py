"""Rows of profiles as other domains see them."""

from cairn.domains.profiles.contracts import ProfileInfo
from cairn.domains.profiles.models import Profile


def profile_info(row: Profile) -> ProfileInfo:
    return ProfileInfo(
        id=row.id,
        number=row.number,
        email=row.email,
        phone_number=row.phone_number,
        external_id=row.external_id,
        first_name=row.first_name or None,
        last_name=row.last_name or None,
        organization=row.organization or None,
        title=row.title or None,
        image=row.image or None,
        locale=row.locale or None,
        location=row.location,
        properties=row.properties,
        created=row.created,
        updated=row.updated,
    )
