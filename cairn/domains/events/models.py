"""Metrics: the kinds of events that an account has seen. The events themselves are rows in ClickHouse."""

from django.db import models
from django.db.models.functions import Now

from cairn.domains.events.contracts import OWN_SERVICE
from cairn.infra.postgres.scoped import Scoped
from cairn.kernel.ids import long_id, short_id

NEXT_NUMBER = models.Func(
    models.Value("events_metric_number"), function="nextval", output_field=models.BigIntegerField()
)


class Metric(models.Model):
    """A name within one integration's service. The same name from a shop system and from the API are two metrics."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=6, default=short_id)
    number = models.BigIntegerField(db_default=NEXT_NUMBER, unique=True)
    name = models.CharField(max_length=128)
    service = models.CharField(max_length=64)
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(db_default=Now())
    is_starred = models.BooleanField(db_default=False)

    objects: Scoped["Metric"] = Scoped()

    class Meta:
        verbose_name = "metric"
        constraints = [models.UniqueConstraint(fields=["account", "service", "name"], name="metric_once")]

    @property
    def is_own(self) -> bool:
        return self.service == OWN_SERVICE


class CustomMetric(models.Model):
    """Counted over the events of other metrics, by a definition of ours (see definitions.py)."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=32, default=long_id)
    name = models.CharField(max_length=128)
    definition = models.JSONField()
    created = models.DateTimeField()
    updated = models.DateTimeField()

    objects: Scoped["CustomMetric"] = Scoped()

    class Meta:
        verbose_name = "custom metric"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="custom_metric_once")]


class MappedMetric(models.Model):
    """What a shop chose to mean by "revenue" and its like: one metric or one custom metric. No row: nobody chose."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=32)
    metric_id = models.CharField(max_length=6, default="")
    custom_metric_id = models.CharField(max_length=32, default="")
    updated = models.DateTimeField()

    objects: Scoped["MappedMetric"] = Scoped()

    class Meta:
        verbose_name = "mapped metric"
