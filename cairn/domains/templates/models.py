"""Templates, and blocks that templates share."""

from typing import Any

from django.db import models

from cairn.infra.postgres.scoped import Scoped


def owner() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        "accounts.Account",
        to_field="id",
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )


class Template(models.Model):
    """A message's source. A `private` one is a campaign message's own copy, which no listing shows."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=6)
    name = models.TextField()
    editor_type = models.CharField(max_length=20)
    html = models.TextField(default="")
    text = models.TextField(null=True)
    amp = models.TextField(null=True)
    definition = models.JSONField(null=True)
    private = models.BooleanField(default=False)
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["Template"] = Scoped()

    class Meta:
        verbose_name = "template"


class UniversalContent(models.Model):
    """A block or section that several templates show."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    name = models.TextField()
    definition = models.JSONField(default=dict)
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["UniversalContent"] = Scoped()

    class Meta:
        verbose_name = "template universal content"
