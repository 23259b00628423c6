"""Demands of people, and what was done about them."""

from typing import Any

from django.db import models

from cairn.infra.postgres.scoped import Scoped


def owner() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)


class Job(models.Model):
    """A deletion or an export of one person. A worker takes it, step by step, and goes on where another one ended.

    `traces` is all that the person was known by, as long as it is needed; `report` counts what went, by store.
    """

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    kind = models.CharField(max_length=16)
    status = models.CharField(max_length=16, default="queued")
    identifier = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    asked_by = models.CharField(max_length=80)
    found = models.IntegerField(default=0)
    traces = models.JSONField(null=True)
    step = models.CharField(max_length=24, default="")
    report = models.JSONField(default=dict)
    key = models.CharField(max_length=200, default="")
    size = models.BigIntegerField(default=0)
    detail = models.TextField(default="")
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    completed = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)
    due = models.DateTimeField()

    objects: Scoped["Job"] = Scoped()

    class Meta:
        verbose_name = "privacy job"
        indexes = [
            models.Index(fields=["due"], name="privacy_job_open", condition=models.Q(completed=None)),
            models.Index(fields=["account", "kind", "id"], name="privacy_job_kind"),
        ]
