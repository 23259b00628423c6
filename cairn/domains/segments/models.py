"""Segments and, per account, the moment up to which their memberships are true. Members are rows in ClickHouse."""

from django.db import models

from cairn.infra.postgres.scoped import Scoped
from cairn.kernel.ids import short_id

NEXT_NUMBER = models.Func(
    models.Value("segments_segment_number"), function="nextval", output_field=models.BigIntegerField()
)


class Segment(models.Model):
    """`number` stands for it in ClickHouse. `version` counts definitions; a build that meets another one is void.
    `build_milliseconds` is what its newest build took, from which the next one is estimated; `needed_for` is what was
    about to use it when it last waited to be built."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=6, default=short_id)
    number = models.BigIntegerField(db_default=NEXT_NUMBER, unique=True)
    name = models.CharField(max_length=300)
    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    is_starred = models.BooleanField(default=False)
    is_processing = models.BooleanField(default=True)
    member_count = models.BigIntegerField(default=0)
    build_milliseconds = models.PositiveIntegerField(null=True)
    needed_for = models.CharField(max_length=20, default="", db_default="")
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["Segment"] = Scoped()

    class Meta:
        verbose_name = "segment"
        indexes = [
            models.Index(fields=["account", "created", "id"], name="segment_created"),
            models.Index(fields=["account", "updated", "id"], name="segment_updated"),
            models.Index(fields=["account", "name", "id"], name="segment_name"),
        ]


class Watermark(models.Model):
    """Until when an account's memberships are true, and by the days of which time zone. Its row is also the lock that
    lets one tick run at a time."""

    account = models.OneToOneField("accounts.Account", to_field="id", on_delete=models.CASCADE, primary_key=True)
    at = models.DateTimeField()
    timezone = models.CharField(max_length=64, default="UTC", db_default="UTC")
