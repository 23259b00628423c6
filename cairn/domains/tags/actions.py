"""Making, naming and removing tags and their groups; putting tags on things and taking them off."""

import uuid
from collections.abc import Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction

from cairn.domains.tags.contracts import TagGroupRow, TagRow
from cairn.domains.tags.models import Tag, Tagging, TagGroup, default_group
from cairn.domains.tags.queries import group_row, tag_row
from cairn.kernel.errors import Conflict, Invalid
from cairn.kernel.scope import Scope

Named = TypeVar("Named", Tag, TagGroup)

MOST_TAGS = 500
MOST_GROUPS = 50
MOST_TAGS_ON_A_THING = 100
NAME = "/data/attributes/name"


def create_tag(scope: Scope, *, name: str, group_id: str | None = None) -> TagRow:
    """A tag in a group, by default the account's default group.

    Raises NotFound for an unknown group, Conflict for a name in use, Invalid beyond the most tags an account can have.
    """
    with transaction.atomic():
        lock(scope)
        group = TagGroup.objects.of(scope, group_id) if group_id else default_group(scope)
        if Tag.objects.within(scope).count() >= MOST_TAGS:
            raise Invalid(f"An account cannot have more than {MOST_TAGS} tags.", pointer="/data")
        draft = Tag(account_id=scope.account_id, id=str(uuid.uuid4()), group_id=group.id, name=cleaned(name))
        return tag_row(insert(draft))


def rename_tag(scope: Scope, *, tag_id: str, name: str) -> None:
    """Raises NotFound, Conflict for a name in use."""
    tag = Tag.objects.of(scope, tag_id)
    tag.name = cleaned(name)
    rename(tag)


def delete_tag(scope: Scope, *, tag_id: str) -> None:
    """Remove the tag, also from all that carries it. Raises NotFound."""
    with transaction.atomic():
        tag = Tag.objects.of(scope, tag_id)
        Tagging.objects.within(scope).filter(tag_id=tag.id).delete()
        tag.delete()


def create_group(scope: Scope, *, name: str, exclusive: bool = False) -> TagGroupRow:
    """Raises Conflict for a name in use, Invalid beyond the most groups an account can have."""
    with transaction.atomic():
        lock(scope)
        if TagGroup.objects.within(scope).count() >= MOST_GROUPS:
            raise Invalid(f"An account cannot have more than {MOST_GROUPS} tag groups.", pointer="/data")
        draft = TagGroup(
            account_id=scope.account_id, id=str(uuid.uuid4()), name=cleaned(name), exclusive=exclusive, default=False
        )
        return group_row(insert(draft))


def rename_group(scope: Scope, *, group_id: str, name: str) -> None:
    """Raises NotFound, Conflict for a name in use."""
    group = TagGroup.objects.of(scope, group_id)
    group.name = cleaned(name)
    rename(group)


def delete_group(scope: Scope, *, group_id: str) -> None:
    """Remove the group with its tags, also from all that carries them. Raises NotFound, Conflict for the default."""
    with transaction.atomic():
        group = TagGroup.objects.of(scope, group_id)
        if group.default:
            raise Conflict("The default tag group cannot be deleted.")
        tags = Tag.objects.within(scope).filter(group_id=group.id)
        Tagging.objects.within(scope).filter(tag_id__in=list(tags.values_list("id", flat=True))).delete()
        tags.delete()
        group.delete()


def put_on(scope: Scope, *, tag_id: str, object_type: str, object_ids: Sequence[str]) -> None:
    """Put a tag on things that the caller knows to exist; those that carry it already stay as they are.

    Raises NotFound for the tag, Conflict where an exclusive group's other tag is, Invalid beyond the most tags on a
    thing.
    """
    with transaction.atomic():
        lock(scope)
        tag = Tag.objects.of(scope, tag_id)
        others = Tagging.objects.within(scope).filter(object_type=object_type, object_id__in=object_ids)
        others = others.exclude(tag_id=tag.id)
        if TagGroup.objects.of(scope, tag.group_id).exclusive:
            siblings = Tag.objects.within(scope).filter(group_id=tag.group_id).values_list("id", flat=True)
            taken = others.filter(tag_id__in=list(siblings)).first()
            if taken is not None:
                raise Conflict(f"{object_type} {taken.object_id} has another tag of this exclusive group.")
        counts: dict[str, int] = {}
        for object_id in others.values_list("object_id", flat=True):
            counts[object_id] = counts.get(object_id, 0) + 1
        if any(count >= MOST_TAGS_ON_A_THING for count in counts.values()):
            raise Invalid(f"A {object_type} cannot have more than {MOST_TAGS_ON_A_THING} tags.", pointer="/data")
        drafts = [
            Tagging(account_id=scope.account_id, object_type=object_type, object_id=object_id, tag_id=tag.id)
            for object_id in object_ids
        ]
        Tagging.objects.bulk_create(drafts, ignore_conflicts=True)


def take_off(scope: Scope, *, tag_id: str, object_type: str, object_ids: Sequence[str]) -> None:
    """Take a tag off things. Raises NotFound for the tag; a thing without it stays as it is."""
    tag = Tag.objects.of(scope, tag_id)
    taggings = Tagging.objects.within(scope).filter(tag_id=tag.id, object_type=object_type)
    taggings.filter(object_id__in=object_ids).delete()


def copy_tags(scope: Scope, *, object_type: str, source_id: str, target_id: str) -> None:
    """Give a new thing (a clone) the tags of another."""
    carried = Tagging.objects.within(scope).filter(object_type=object_type, object_id=source_id)
    drafts = [
        Tagging(account_id=scope.account_id, object_type=object_type, object_id=target_id, tag_id=tag_id)
        for tag_id in carried.values_list("tag_id", flat=True)
    ]
    Tagging.objects.bulk_create(drafts, ignore_conflicts=True)


def forget(scope: Scope, *, object_type: str, object_ids: Sequence[str]) -> None:
    """Things are gone: what deletes them calls this in its own transaction."""
    Tagging.objects.within(scope).filter(object_type=object_type, object_id__in=object_ids).delete()


def lock(scope: Scope) -> None:
    """One at a time per account: the limits are counts, which two at once would both see free."""
    default_group(scope)
    list(TagGroup.objects.within(scope).filter(default=True).select_for_update().values_list("id"))


def cleaned(name: str) -> str:
    if not name.strip():
        raise Invalid("'name' must not be blank.", pointer=NAME)
    return name.strip()


def insert(draft: Named) -> Named:
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"The name {draft.name!r} is in use.", code="duplicate", pointer=NAME) from None
    return draft


def rename(row: Tag | TagGroup) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=["name"])
    except IntegrityError:
        raise Conflict(f"The name {row.name!r} is in use.", code="duplicate", pointer=NAME) from None
