"""The tables of profiles. Every key begins with the account; side tables know a profile by its number.

The hot tables carry no foreign key constraint to accounts: each would be checked per inserted row, and would lock the
account's row from many transactions at once. Deleting an account goes through Django, which follows the relation.
"""

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


class Profile(models.Model):
    """One customer. `number` stands for it wherever `id` would be too wide; both never change."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    number = models.BigIntegerField()
    email = models.TextField(null=True)
    phone_number = models.TextField(null=True)
    external_id = models.TextField(null=True)
    first_name = models.TextField(default="")
    last_name = models.TextField(default="")
    organization = models.TextField(default="")
    title = models.TextField(default="")
    image = models.TextField(default="")
    locale = models.TextField(default="")
    location = models.JSONField(default=dict)
    properties = models.JSONField(default=dict)
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["Profile"] = Scoped()

    class Meta:
        verbose_name = "profile"
        constraints = [models.UniqueConstraint(fields=["account", "number"], name="profile_number")]
        indexes = [
            models.Index(fields=["account", "created", "id"], name="profile_created"),
            models.Index(fields=["account", "updated", "id"], name="profile_updated"),
            models.Index(fields=["account", "email", "id"], name="profile_email"),
        ]


class Identifier(models.Model):
    """What a profile can be found by. `kind` is email, phone, external_id, anonymous, or an id that leads elsewhere:
    `promised` (named by the edge for somebody who was known already) or `merged`."""

    pk = models.CompositePrimaryKey("account_id", "kind", "value")
    account = owner()
    kind = models.CharField(max_length=12)
    value = models.TextField()
    number = models.BigIntegerField()
    added = models.DateTimeField(null=True)

    objects: Scoped["Identifier"] = Scoped()

    class Meta:
        verbose_name = "identifier"
        indexes = [models.Index(fields=["account", "number"], name="identifier_number")]


class Consent(models.Model):
    """What a person wished last on one channel, and for which address. No row: never subscribed."""

    pk = models.CompositePrimaryKey("account_id", "number", "channel")
    account = owner()
    number = models.BigIntegerField()
    channel = models.CharField(max_length=32)
    consent = models.CharField(max_length=16)
    at = models.DateTimeField()
    created = models.DateTimeField()
    updated = models.DateTimeField()
    address = models.TextField(default="")
    method = models.CharField(max_length=64, default="")
    method_detail = models.TextField(default="")
    custom_source = models.TextField(default="")
    double_optin = models.BooleanField(default=False)
    opted_in_at = models.DateTimeField(null=True)

    objects: Scoped["Consent"] = Scoped()

    class Meta:
        verbose_name = "consent"


class ConsentHistory(models.Model):
    """Every change of consent and suppression, and every wish that was not taken, with the reason; never updated."""

    id = models.BigAutoField(primary_key=True)
    account = owner()
    number = models.BigIntegerField()
    channel = models.CharField(max_length=32)
    before = models.CharField(max_length=32)
    after = models.CharField(max_length=32)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    method = models.CharField(max_length=64, default="")
    method_detail = models.TextField(default="")
    source = models.TextField(default="")
    outcome = models.CharField(max_length=16, default="taken", db_default="taken")
    list_id = models.CharField(max_length=6, default="", db_default="")
    text = models.TextField(default="", db_default="")
    ip = models.CharField(max_length=45, default="", db_default="")
    user_agent = models.TextField(default="", db_default="")

    objects: Scoped["ConsentHistory"] = Scoped()

    class Meta:
        verbose_name = "consent change"
        indexes = [
            models.Index(fields=["account", "number", "id"], name="consent_history_number"),
            models.Index(fields=["account", "at"], name="consent_history_at"),
        ]


class Suppression(models.Model):
    """A reason not to write to somebody, whatever the consent says; `list_id` empty: for all messages.

    It holds unless it was lifted later than it was put. A lifted row stays, so that a late command for the time before
    changes nothing.
    """

    pk = models.CompositePrimaryKey("account_id", "number", "reason", "list_id")
    account = owner()
    number = models.BigIntegerField()
    reason = models.CharField(max_length=32)
    list_id = models.CharField(max_length=6, default="")
    at = models.DateTimeField()
    address = models.TextField(default="")
    lifted_at = models.DateTimeField(null=True)
    detail = models.TextField(default="", db_default="")

    objects: Scoped["Suppression"] = Scoped()

    class Meta:
        verbose_name = "suppression"


class SoftBounces(models.Model):
    """How often in a row an address refused a message for the time being; a delivery deletes the row."""

    pk = models.CompositePrimaryKey("account_id", "number")
    account = owner()
    number = models.BigIntegerField()
    address = models.TextField()
    times = models.IntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()

    objects: Scoped["SoftBounces"] = Scoped()


class PushToken(models.Model):
    """A device that a person's app may be reached on. One token has one owner, the last who registered it."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    number = models.BigIntegerField()
    token = models.TextField()
    platform = models.CharField(max_length=16)
    vendor = models.CharField(max_length=16)
    enablement_status = models.CharField(max_length=16)
    background = models.CharField(max_length=16)
    metadata = models.JSONField(null=True)
    created = models.DateTimeField()
    recorded = models.DateTimeField()

    objects: Scoped["PushToken"] = Scoped()

    class Meta:
        verbose_name = "push token"
        constraints = [models.UniqueConstraint(fields=["account", "token"], name="push_token_once")]
        indexes = [models.Index(fields=["account", "number"], name="push_token_number")]


class Turn(models.Model):
    """One row per account: whoever writes its profiles counts it up first, and so has the turn until the commit.
    Commands accepted before `buried_until` may be of somebody who was deleted since: see `tombstones`."""

    account = models.OneToOneField(
        "accounts.Account",
        to_field="id",
        on_delete=models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="+",
    )
    writes = models.BigIntegerField(default=0)
    buried_until = models.DateTimeField(null=True)


class Touched(models.Model):
    """Profiles whose state changed since the last copy to ClickHouse, `number` to `last` of them (without `last`: the
    one); read and emptied by the segments' tick. Those of an import may wait until `due` for more to come."""

    id = models.BigAutoField(primary_key=True)
    account = owner()
    number = models.BigIntegerField()
    last = models.BigIntegerField(null=True)
    due = models.DateTimeField(null=True)

    class Meta:
        db_table = "profiles_touched"
        indexes = [models.Index(fields=["account", "id"], name="touched_account")]


class Job(models.Model):
    """A bulk job: accepted on the log first, counted here as the worker gets through it."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=32)
    kind = models.CharField(max_length=48)
    status = models.CharField(max_length=16, default="queued")
    total = models.IntegerField()
    completed = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    list_ids = models.JSONField(default=list)
    segment_id = models.CharField(max_length=6, default="")
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    expires = models.DateTimeField()

    objects: Scoped["Job"] = Scoped()

    class Meta:
        verbose_name = "job"
        indexes = [models.Index(fields=["account", "kind", "created", "id"], name="profile_job_created")]


class JobProfile(models.Model):
    """A profile that an import job wrote."""

    pk = models.CompositePrimaryKey("account_id", "job_id", "number")
    account = owner()
    job_id = models.CharField(max_length=32)
    number = models.BigIntegerField()

    objects: Scoped["JobProfile"] = Scoped()


class JobError(models.Model):
    """An item that an import job could not take, with what was sent."""

    pk = models.CompositePrimaryKey("account_id", "job_id", "id")
    account = owner()
    job_id = models.CharField(max_length=32)
    id = models.UUIDField()
    code = models.CharField(max_length=64)
    title = models.TextField()
    detail = models.TextField()
    pointer = models.TextField()
    payload = models.JSONField()

    objects: Scoped["JobError"] = Scoped()


class Merge(models.Model):
    """A merge that was made; nothing undoes it. Numbers lead whoever knows an old one to the profile of today."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    at = models.DateTimeField()
    source = models.BigIntegerField()
    destination = models.BigIntegerField()
    source_id = models.CharField(max_length=26)
    destination_id = models.CharField(max_length=26)
    how = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    source_name = models.TextField(default="")

    objects: Scoped["Merge"] = Scoped()

    class Meta:
        verbose_name = "merge"
        indexes = [
            models.Index(fields=["account", "destination"], name="merge_destination"),
            models.Index(fields=["account", "source"], name="merge_source"),
        ]


class Tombstone(models.Model):
    """An identifier of somebody who was deleted, as a keyed hash: what was accepted before `at` makes them not anew."""

    pk = models.CompositePrimaryKey("account_id", "digest")
    account = owner()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects: Scoped["Tombstone"] = Scoped()


class Duplicate(models.Model):
    """Two profiles that may be one person. `first` is the older of the two."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = owner()
    id = models.CharField(max_length=26)
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    reason = models.CharField(max_length=32)
    status = models.CharField(max_length=16, default="open")
    found = models.DateTimeField()
    decided = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, default="")

    objects: Scoped["Duplicate"] = Scoped()

    class Meta:
        verbose_name = "possible duplicate"
        constraints = [models.UniqueConstraint(fields=["account", "first", "second"], name="duplicate_once")]
        indexes = [
            models.Index(fields=["account", "status", "id"], name="duplicate_status"),
            models.Index(fields=["account", "second"], name="duplicate_second"),
        ]


class DuplicateScan(models.Model):
    """When an account's profiles were last compared, after how many writes, and which reasons merge by themselves."""

    account = models.OneToOneField(
        "accounts.Account",
        to_field="id",
        on_delete=models.CASCADE,
        primary_key=True,
        db_constraint=False,
        related_name="+",
    )
    writes = models.BigIntegerField(default=-1)
    at = models.DateTimeField(null=True)
    is_wanted = models.BooleanField(default=False)
    automatic = models.JSONField(default=list)
