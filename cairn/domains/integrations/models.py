from django.db import models

from cairn.infra.postgres.scoped import Scoped


class ImportJob(models.Model):
    """A file being imported: its place, how far it is, and what it held.

    `status` is draft while its mapping is worked out, checking during a dry run, then queued, processing, and one of
    complete, failed and cancelled. `rows` says how many rows are settled: a new attempt goes on behind them.
    """

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
    size = models.BigIntegerField(default=0, db_default=0)
    total_rows = models.BigIntegerField(default=0, db_default=0)
    shape = models.JSONField(null=True)
    mapping = models.JSONField(null=True)
    counts = models.JSONField(null=True)
    checked = models.JSONField(null=True)
    secret = models.BinaryField(null=True)
    actor = models.CharField(max_length=80, default="worker", db_default="worker")

    objects: Scoped["ImportJob"] = Scoped()

    class Meta:
        verbose_name = "import job"


class ImportFault(models.Model):
    """A row that an import could not take: why, and what it held, so that it can be mended and sent again."""

    pk = models.CompositePrimaryKey("account_id", "job_id", "row")
    account = models.ForeignKey(
        "accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False, db_constraint=False
    )
    job_id = models.CharField(max_length=26)
    row = models.BigIntegerField()
    reason = models.TextField()
    column = models.TextField(default="")
    cells = models.JSONField(default=list)

    objects: Scoped["ImportFault"] = Scoped()


class MoveStep(models.Model):
    """How far one kind of thing is copied from another system: where to go on, and what came of it so far."""

    pk = models.CompositePrimaryKey("account_id", "job_id", "name")
    account = models.ForeignKey(
        "accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False, db_constraint=False
    )
    job_id = models.CharField(max_length=26)
    name = models.CharField(max_length=40)
    cursor = models.TextField(default="")
    done = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)

    objects: Scoped["MoveStep"] = Scoped()


class MovedId(models.Model):
    """What a thing of another system became here, so that copying again meets it instead of making another."""

    pk = models.CompositePrimaryKey("account_id", "source", "kind", "foreign_id")
    account = models.ForeignKey(
        "accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False, db_constraint=False
    )
    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=24)
    foreign_id = models.CharField(max_length=64)
    own_id = models.CharField(max_length=64)

    objects: Scoped["MovedId"] = Scoped()


class ExportJob(models.Model):
    """Data being written to a file that its owner fetches by a signed link, until it expires."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=26)
    of = models.CharField(max_length=16)
    format = models.CharField(max_length=8)
    asked = models.JSONField(default=dict)
    filename = models.CharField(max_length=255)
    key = models.CharField(max_length=200, default="")
    status = models.CharField(max_length=16, default="queued")
    detail = models.TextField(default="")
    rows = models.BigIntegerField(default=0)
    total_rows = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    completed = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects: Scoped["ExportJob"] = Scoped()

    class Meta:
        verbose_name = "export job"


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
