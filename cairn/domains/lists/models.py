"""Lists and their members."""

from typing import Any

from django.db import models

from cairn.infra.postgres.scoped import Scoped


def owner() -> "models.ForeignKey[Any, Any]":
    # No constraint, for the reason given in profiles/models.py.
    return models.ForeignKey(
        "accounts.Account",
        to_field="id",
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )


class OptIn(models.TextChoices):
    SINGLE = "single_opt_in"
    DOUBLE = "double_opt_in"


class List(models.Model):
    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=6)
    name = models.TextField()
    opt_in_process = models.CharField(max_length=16, choices=OptIn.choices, default=OptIn.SINGLE)
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["List"] = Scoped()

    class Meta:
        verbose_name = "list"


class ListMember(models.Model):
    """A profile's place in a list."""

    pk = models.CompositePrimaryKey("account_id", "list_id", "number")
    account = owner()
    list_id = models.CharField(max_length=6)
    number = models.BigIntegerField()
    joined_at = models.DateTimeField()

    objects: Scoped["ListMember"] = Scoped()

    class Meta:
        verbose_name = "list member"
        indexes = [
            models.Index(fields=["account", "number"], name="list_member_number"),
            models.Index(fields=["account", "list_id", "joined_at", "number"], name="list_member_joined"),
        ]
