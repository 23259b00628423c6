"""The table of images. Their bytes are files."""

from django.db import models

from cairn.infra.postgres.scoped import Scoped


class Image(models.Model):
    """`file` is the random name under which the bytes are kept and shown; it never changes, nor do they."""

    pk = models.CompositePrimaryKey("account_id", "id")
    account = models.ForeignKey("accounts.Account", to_field="id", on_delete=models.CASCADE, db_index=False)
    id = models.BigIntegerField()
    name = models.CharField(max_length=255)
    file = models.CharField(max_length=64)
    format = models.CharField(max_length=8)
    size = models.IntegerField()
    hidden = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    objects: Scoped["Image"] = Scoped()

    class Meta:
        verbose_name = "image"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="image_name_once")]
        indexes = [models.Index(fields=["account", "updated_at", "id"], name="image_updated")]
