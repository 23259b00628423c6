"""The tables of tags."""

import uuid

from django.db import models
from django.db.models import Q

from cairn.infra.postgres.scoped import Scoped
from cairn.kernel.scope import Scope

DEFAULT_NAME = "Default Tag Group"


class TagGroup(models.Model):
    """A set of tags. Of an exclusive one, a thing can carry one tag only. Each account has one default group."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=36)
    name = models.TextField()
    exclusive = models.BooleanField(default=False)
    default = models.BooleanField(default=False)

    objects: Scoped["TagGroup"] = Scoped()

    class Meta:
        verbose_name = "tag group"
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(default=True), name="tag_group_default_once"),
            models.UniqueConstraint(fields=["account", "name"], name="tag_group_name_once"),
        ]


class Tag(models.Model):
    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=36)
    group_id = models.CharField(max_length=36)
    name = models.TextField()

    objects: Scoped["Tag"] = Scoped()

    class Meta:
        verbose_name = "tag"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="tag_name_once")]
        indexes = [models.Index(fields=["account", "group_id"], name="tag_of_group")]


class Tagging(models.Model):
    """A tag on a thing of another domain, named by its resource type and id."""

    pk = models.CompositePrimaryKey("account_id", "object_type", "object_id", "tag_id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    object_type = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    tag_id = models.CharField(max_length=36)

    objects: Scoped["Tagging"] = Scoped()

    class Meta:
        indexes = [models.Index(fields=["account", "tag_id", "object_type"], name="tagging_of_tag")]


def default_group(scope: Scope) -> TagGroup:
    """The account's default group, made when it is first needed; two at once agree on one."""
    known = TagGroup.objects.within(scope).filter(default=True).first()
    if known is not None:
        return known
    draft = TagGroup(account_id=scope.account_id, id=str(uuid.uuid4()), name=DEFAULT_NAME, default=True)
    TagGroup.objects.bulk_create([draft], ignore_conflicts=True)
    return TagGroup.objects.within(scope).get(default=True)
