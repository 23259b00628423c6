"""Flows, their actions and their messages."""

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


class Flow(models.Model):
    """`definition` is all but the actions. `trigger_kind` and `trigger_id` name the list, segment or metric that starts
    it, where one does."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=6)
    name = models.TextField()
    status = models.CharField(max_length=8, default="draft")
    archived = models.BooleanField(default=False)
    trigger_type = models.CharField(max_length=16)
    trigger_kind = models.CharField(max_length=16)
    trigger_id = models.CharField(max_length=6, default="")
    definition = models.JSONField()
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["Flow"] = Scoped()

    class Meta:
        verbose_name = "flow"
        indexes = [
            models.Index(fields=["account", "created", "id"], name="flow_created"),
            models.Index(fields=["account", "trigger_kind", "trigger_id"], name="flow_trigger"),
        ]


class FlowAction(models.Model):
    """`action_type` is the kind by the name that filters have for it; `status` is empty where a kind has none."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=20)
    flow_id = models.CharField(max_length=6)
    place = models.IntegerField()
    action_type = models.CharField(max_length=32)
    status = models.CharField(max_length=8, default="")
    definition = models.JSONField()
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["FlowAction"] = Scoped()

    class Meta:
        verbose_name = "flow action"
        indexes = [models.Index(fields=["account", "flow_id", "place"], name="action_of_flow")]


class FlowMessage(models.Model):
    """What an action sends: the same as in the action's definition, under an id of its own."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=6)
    flow_id = models.CharField(max_length=6)
    action_id = models.CharField(max_length=20)
    channel = models.CharField(max_length=16)
    name = models.TextField(default="")
    template_id = models.CharField(max_length=6, default="")
    definition = models.JSONField()
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["FlowMessage"] = Scoped()

    class Meta:
        verbose_name = "flow message"
        indexes = [
            models.Index(fields=["account", "action_id"], name="message_of_action"),
            models.Index(fields=["account", "template_id"], name="flow_message_template"),
        ]
