"""Webhooks, what is to be delivered, and every attempt at it."""

from typing import Any

from django.db import models

from cairn.domains.webhooks.contracts import State
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


class Webhook(models.Model):
    """A receiver. `secret` is sealed. `due_at` is when something is to be sent next; whoever sends holds the webhook
    until `leased_until`. `batch` is how many deliveries go together: one after a failure, more with each success.
    `notice_due_at` is when the account's people are to be told that it was disabled."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    name = models.TextField()
    description = models.TextField(null=True)
    endpoint_url = models.TextField()
    secret = models.TextField()
    topics = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=32, default="")
    disabled_at = models.DateTimeField(null=True)
    notice_due_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    batch = models.PositiveSmallIntegerField(default=1)
    rests_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    last_delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: Scoped["Webhook"] = Scoped()

    class Meta:
        verbose_name = "webhook"
        indexes = [
            models.Index(fields=["due_at"], name="webhook_due", condition=models.Q(due_at__isnull=False)),
            models.Index(
                fields=["notice_due_at"], name="webhook_notice", condition=models.Q(notice_due_at__isnull=False)
            ),
        ]


class Delivery(models.Model):
    """One happening for one webhook: stored once, whatever is redone. `attempt_ids` are its attempts, oldest first."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    webhook_id = models.CharField(max_length=26)
    topic = models.TextField()
    external_id = models.TextField()
    profile = models.BigIntegerField(default=0)
    payload = models.TextField()
    is_test = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default=State.QUEUED)
    reason = models.CharField(max_length=32, default="")
    attempts = models.PositiveIntegerField(default=0)
    attempt_ids = models.JSONField(default=list)
    last_status = models.PositiveSmallIntegerField(null=True)
    give_up_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects: Scoped["Delivery"] = Scoped()

    class Meta:
        verbose_name = "webhook-delivery"
        constraints = [models.UniqueConstraint(fields=["account", "webhook_id", "external_id"], name="delivered_once")]
        indexes = [
            models.Index(
                fields=["account", "webhook_id", "due_at", "id"],
                name="delivery_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(fields=["account", "webhook_id", "id"], name="delivery_of_webhook"),
            models.Index(fields=["account", "profile"], name="delivery_of_profile", condition=~models.Q(profile=0)),
            models.Index(fields=["done_at"], name="delivery_done", condition=models.Q(done_at__isnull=False)),
        ]


class Attempt(models.Model):
    """One request to a receiver, and its answer."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    webhook_id = models.CharField(max_length=26)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=32, default="")
    reply = models.TextField(default="")
    items = models.PositiveIntegerField()

    objects: Scoped["Attempt"] = Scoped()

    class Meta:
        verbose_name = "webhook-attempt"
        indexes = [models.Index(fields=["at"], name="webhook_attempt_at")]
