"""Reading tags, tag groups and what carries them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cairn.domains.tags.contracts import TagGroupRow, TagRow
from cairn.domains.tags.models import Tag, Tagging, TagGroup, default_group
from cairn.infra.postgres.listing import matching, paged
from cairn.kernel.listing import Listing
from cairn.kernel.pages import Page
from cairn.kernel.scope import Scope


def list_tags(scope: Scope, listing: Listing) -> Page[TagRow]:
    rows = Tag.objects.within(scope).filter(matching(listing.where, {"name": "name"}))
    return paged(rows, listing, tag_row)


def get_tag(scope: Scope, tag_id: str) -> TagRow:
    """Raises NotFound."""
    return tag_row(Tag.objects.of(scope, tag_id))


def tags(scope: Scope, tag_ids: Sequence[str]) -> list[TagRow]:
    """Those of the tags that exist, by name."""
    return [tag_row(tag) for tag in Tag.objects.within(scope).filter(id__in=tag_ids).order_by("name", "id")]


def list_groups(scope: Scope, listing: Listing) -> Page[TagGroupRow]:
    """The account's groups; its default group comes to be when somebody first looks."""
    default_group(scope)
    columns = {"name": "name", "exclusive": "exclusive", "default": "default"}
    return paged(TagGroup.objects.within(scope).filter(matching(listing.where, columns)), listing, group_row)


def get_group(scope: Scope, group_id: str) -> TagGroupRow:
    """Raises NotFound."""
    return group_row(TagGroup.objects.of(scope, group_id))


def groups(scope: Scope, group_ids: Sequence[str]) -> list[TagGroupRow]:
    """Those of the groups that exist, by name."""
    found = TagGroup.objects.within(scope).filter(id__in=group_ids).order_by("name", "id")
    return [group_row(group) for group in found]


def tag_ids_of_groups(scope: Scope, group_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The tags in each group."""
    rows = Tag.objects.within(scope).filter(group_id__in=group_ids).order_by("name", "id")
    return gathered(rows.values_list("group_id", "id"))


def tag_ids_on(scope: Scope, object_type: str, object_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The tags on each thing, such as `("list", ["Y6nRLr"])`."""
    rows = Tagging.objects.within(scope).filter(object_type=object_type, object_id__in=object_ids)
    return gathered(rows.order_by("tag_id").values_list("object_id", "tag_id"))


def object_ids_with(scope: Scope, object_type: str, tag_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The things of a type that carry each tag."""
    rows = Tagging.objects.within(scope).filter(object_type=object_type, tag_id__in=tag_ids)
    return gathered(rows.order_by("object_id").values_list("tag_id", "object_id"))


def gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for owner, other in pairs:
        found[owner].append(other)
    return found


def tag_row(tag: Tag) -> TagRow:
    return TagRow(tag.id, tag.name, tag.group_id)


def group_row(group: TagGroup) -> TagGroupRow:
    return TagGroupRow(group.id, group.name, group.exclusive, group.default)
