import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_first"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE images_image_id", "DROP SEQUENCE images_image_id"),
        migrations.CreateModel(
            name="Image",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=255)),
                ("file", models.CharField(max_length=64)),
                ("format", models.CharField(max_length=8)),
                ("size", models.IntegerField()),
                ("hidden", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="accounts.account",
                        to_field="id",
                    ),
                ),
            ],
            options={
                "verbose_name": "image",
                "indexes": [models.Index(fields=["account", "updated_at", "id"], name="image_updated")],
                "constraints": [models.UniqueConstraint(fields=("account", "name"), name="image_name_once")],
            },
        ),
    ]
