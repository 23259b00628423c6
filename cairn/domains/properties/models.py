"""What people decided about properties, and the jobs that carry it out."""

from django.db import models

from cairn.domains.properties.contracts import JobStatus
from cairn.infra.postgres.scoped import Scoped
from cairn.kernel.ids import ulid


class Mark(models.Model):
    """A property's display name, and whether pickers leave it out. `owner` is a metric's id, empty for profiles."""

    pk = models.CompositePrimaryKey("account_id", "owner", "name")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    owner = models.CharField(max_length=6)
    name = models.CharField(max_length=255)
    label = models.CharField(max_length=255, default="")
    is_hidden = models.BooleanField(default=False)

    objects: Scoped["Mark"] = Scoped()

    class Meta:
        verbose_name = "property"


class PropertyJob(models.Model):
    """A change of one property in all profiles, by batches of numbers up to `until`; `checked` is the last of them."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.CharField(max_length=26, default=ulid)
    action = models.CharField(max_length=8)
    name = models.CharField(max_length=255)
    new_name = models.CharField(max_length=255, default="")
    status = models.CharField(max_length=12, default=str(JobStatus.QUEUED))
    checked = models.BigIntegerField(default=0)
    until = models.BigIntegerField()
    changed = models.BigIntegerField(default=0)
    created = models.DateTimeField()
    finished = models.DateTimeField(null=True)

    objects: Scoped["PropertyJob"] = Scoped()

    class Meta:
        verbose_name = "property job"
