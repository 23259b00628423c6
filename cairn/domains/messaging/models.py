"""What is being sent, and the ledger of every message. Profiles are known by their numbers."""

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


class Source(models.Model):
    """A campaign message's content as it was when sending began; all its recipients get this one."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    campaign_id = models.CharField(max_length=26)
    content = models.JSONField()
    created = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """When a sender looks for its next messages; null for campaigns, which say that themselves."""

    objects: Scoped["Source"] = Scoped()

    class Meta:
        verbose_name = "message"
        indexes = [models.Index(fields=["due_at"], name="source_due", condition=models.Q(due_at__isnull=False))]


class State(models.TextChoices):
    QUEUED = "queued"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    FAILED = "failed"
    SKIPPED = "skipped"


class Message(models.Model):
    """One message to one person over one channel: the key cannot be inserted twice. `number` is the profile's; those of
    people who wait for a confirmation are below zero.

    `seat` and `lease_until` name the sender that has it in hand. `reason` says why it was skipped or failed.
    """

    pk = models.CompositePrimaryKey("account_id", "source", "number", "channel")
    account = owner()
    source = models.CharField(max_length=26)
    number = models.BigIntegerField()
    channel = models.CharField(max_length=12)
    id = models.CharField(max_length=26)
    campaign_id = models.CharField(max_length=26)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=40, default="")
    detail = models.TextField(default="")
    profile_id = models.CharField(max_length=26, default="")
    email = models.TextField(default="")
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    seat = models.CharField(max_length=40, default="")
    lease_until = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects: Scoped["Message"] = Scoped()

    class Meta:
        verbose_name = "message"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="message_id")]
        indexes = [
            models.Index(
                fields=["account", "source", "number"], name="message_queued", condition=models.Q(state="queued")
            ),
            models.Index(fields=["lease_until"], name="message_in_hand", condition=models.Q(state="handed_over")),
            models.Index(fields=["account", "number"], name="message_number"),
        ]


class LastSent(models.Model):
    """When a person last got a message on a channel, for smart sending."""

    pk = models.CompositePrimaryKey("account_id", "number", "channel")
    account = owner()
    number = models.BigIntegerField()
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()
    source = models.CharField(max_length=26)

    objects: Scoped["LastSent"] = Scoped()


class InboxMessage(models.Model):
    """A mail that the built-in inbox received, as it came."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    to = models.TextField()
    sender = models.TextField()
    subject = models.TextField()
    content = models.BinaryField()
    received_at = models.DateTimeField()

    objects: Scoped["InboxMessage"] = Scoped()

    class Meta:
        verbose_name = "inbox message"
        indexes = [
            models.Index(fields=["account", "to"], name="inbox_to"),
            models.Index(fields=["account", "received_at", "id"], name="inbox_received"),
        ]
