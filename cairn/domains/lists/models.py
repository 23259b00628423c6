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
    public_name = models.TextField(default="", db_default="")
    description = models.TextField(default="", db_default="")
    is_open = models.BooleanField(default=True, db_default=True)
    in_preferences = models.BooleanField(default=False, db_default=False)

    objects: Scoped["List"] = Scoped()

    class Meta:
        verbose_name = "list"


class ListMember(models.Model):
    """A profile's place in a list. `method` and `source` say how it came there, `wished_at` when its person asked to be
    there, where they did."""

    pk = models.CompositePrimaryKey("account_id", "list_id", "number")
    account = owner()
    list_id = models.CharField(max_length=6)
    number = models.BigIntegerField()
    joined_at = models.DateTimeField()
    method = models.CharField(max_length=64, default="", db_default="")
    source = models.TextField(default="", db_default="")
    wished_at = models.DateTimeField(null=True)

    objects: Scoped["ListMember"] = Scoped()

    class Meta:
        verbose_name = "list member"
        indexes = [
            models.Index(fields=["account", "number"], name="list_member_number"),
            models.Index(fields=["account", "list_id", "joined_at", "number"], name="list_member_joined"),
        ]


class PendingWish(models.Model):
    """A subscription that waits for its confirmation. `number` stands for it in the ledger of messages; an empty
    `list_id` is none. `asked` counts the mails; `stopped` says why no more are sent."""

    pk = models.CompositePrimaryKey("account_id", "list_id", "address")
    account = owner()
    list_id = models.CharField(max_length=6, default="")
    address = models.TextField()
    number = models.BigIntegerField()
    change = models.JSONField()
    language = models.CharField(max_length=8, default="")
    asked = models.SmallIntegerField(default=0)
    first_asked_at = models.DateTimeField()
    last_asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=24, default="")

    objects: Scoped["PendingWish"] = Scoped()

    class Meta:
        verbose_name = "pending subscription"
        constraints = [models.UniqueConstraint(fields=["account", "number"], name="pending_wish_number")]
        indexes = [models.Index(fields=["expires_at"], name="pending_wish_expires")]


class ConsentSettings(models.Model):
    """How an account asks for consent, and how its hosted pages look. No row: as the defaults say."""

    account = models.OneToOneField(
        "accounts.Account",
        to_field="id",
        on_delete=models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="+",
    )
    default_opt_in = models.CharField(max_length=16, choices=OptIn.choices, default=OptIn.SINGLE)
    unsubscribe_from = models.CharField(max_length=8, default="all")
    brand_name = models.TextField(default="")
    brand_color = models.CharField(max_length=7, default="")
    logo_url = models.TextField(default="")
    privacy_url = models.TextField(default="")
    sign_up_text = models.TextField(default="")
    language = models.CharField(max_length=8, default="")
    last_pending_number = models.BigIntegerField(default=0)
