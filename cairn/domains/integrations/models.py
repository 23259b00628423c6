from django.db import models

from cairn.infra.postgres.scoped import Scoped


class ImportJob(models.Model):
    """A file being imported: its place, how far it is, and what it held."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=26)
    kind = models.CharField(max_length=32)
    filename = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    status = models.CharField(max_length=16, default="queued")
    detail = models.TextField(default="", blank=True)
    sent_events = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    totals = models.JSONField(default=dict)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    completed = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects: Scoped["ImportJob"] = Scoped()

    class Meta:
        verbose_name = "import job"


class DemoShop(models.Model):
    """Marks an account as the demo shop; keeps how far its story is told, so that a restart goes on from there.

    `sends` are the past campaigns as `PastSend` fields; `told` counts the happenings already on the log.
    """

    account = models.OneToOneField("accounts.Account", to_field="id", on_delete=models.CASCADE, primary_key=True)
    seed = models.IntegerField()
    start = models.DateTimeField()
    until = models.DateTimeField()
    list_id = models.CharField(max_length=6, default="", blank=True)
    sends = models.JSONField(default=list)
    told = models.IntegerField(default=0)
    finished = models.BooleanField(default=False)
    created = models.DateTimeField()
