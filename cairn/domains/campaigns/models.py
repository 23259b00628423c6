"""Campaigns and their messages."""

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


class Status(models.TextChoices):
    DRAFT = "Draft"
    SCHEDULED = "Scheduled"
    PREPARING = "Preparing to send"
    ADDING = "Adding Recipients"
    SENDING = "Sending"
    SENDING_PARTS = "Sending Segments"
    SENT = "Sent"
    CANCELLED = "Cancelled"
    MISCONFIGURED = "Cancelled: Misconfigured"
    NO_RECIPIENTS = "Cancelled: No Recipients"
    INTERNAL_ERROR = "Cancelled: Internal Error"


WAITING = (Status.SCHEDULED, Status.PREPARING)
ACTIVE = (Status.SCHEDULED, Status.PREPARING, Status.ADDING, Status.SENDING, Status.SENDING_PARTS)


class Campaign(models.Model):
    """`recipients` is the audience as it was when sending began (32-bit numbers in order), `added` how many of them are
    in the ledger: so adding them can be interrupted anywhere. `try_at` is when the worker next looks."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    name = models.TextField()
    channel = models.CharField(max_length=12)
    status = models.CharField(max_length=32, choices=Status.choices, default=Status.DRAFT)
    reason = models.TextField(default="")
    archived = models.BooleanField(default=False)
    included = models.JSONField(default=list)
    excluded = models.JSONField(default=list)
    send_options = models.JSONField(default=dict)
    tracking_options = models.JSONField(default=dict)
    send_strategy = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    scheduled_at = models.DateTimeField(null=True)
    send_time = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    recipients = models.BinaryField(null=True)
    total = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    progress = models.JSONField(null=True)
    estimate = models.BigIntegerField(null=True)

    objects: Scoped["Campaign"] = Scoped()

    class Meta:
        verbose_name = "campaign"
        indexes = [
            models.Index(fields=["account", "created_at", "id"], name="campaign_created"),
            models.Index(fields=["try_at"], name="campaign_active", condition=models.Q(status__in=ACTIVE)),
        ]


class CampaignMessage(models.Model):
    """What a campaign says. `template_id` is the message's own copy."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    campaign_id = models.CharField(max_length=26)
    definition = models.JSONField(default=dict)
    template_id = models.CharField(max_length=6, default="")
    image_id = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: Scoped["CampaignMessage"] = Scoped()

    class Meta:
        verbose_name = "campaign message"
        indexes = [models.Index(fields=["account", "campaign_id"], name="message_of_campaign")]
