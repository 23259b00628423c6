import django.db.models.deletion
from django.db import migrations, models

OPT_IN = [("single_opt_in", "Single"), ("double_opt_in", "Double")]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("lists", "0001_first"),
    ]

    operations = [
        migrations.AddField("list", "public_name", models.TextField(default="", db_default="")),
        migrations.AddField("list", "description", models.TextField(default="", db_default="")),
        migrations.AddField("list", "is_open", models.BooleanField(default=True, db_default=True)),
        migrations.AddField("list", "in_preferences", models.BooleanField(default=False, db_default=False)),
        migrations.AddField("listmember", "method", models.CharField(max_length=64, default="", db_default="")),
        migrations.AddField("listmember", "source", models.TextField(default="", db_default="")),
        migrations.AddField("listmember", "wished_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="PendingWish",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "list_id",
                        "address",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("list_id", models.CharField(default="", max_length=6)),
                ("address", models.TextField()),
                ("number", models.BigIntegerField()),
                ("change", models.JSONField()),
                ("language", models.CharField(default="", max_length=8)),
                ("asked", models.SmallIntegerField(default=0)),
                ("first_asked_at", models.DateTimeField()),
                ("last_asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("stopped", models.CharField(default="", max_length=24)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                        to_field="id",
                    ),
                ),
            ],
            options={
                "verbose_name": "pending subscription",
                "constraints": [models.UniqueConstraint(fields=("account", "number"), name="pending_wish_number")],
                "indexes": [models.Index(fields=["expires_at"], name="pending_wish_expires")],
            },
        ),
        migrations.CreateModel(
            name="ConsentSettings",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.account",
                        to_field="id",
                    ),
                ),
                ("default_opt_in", models.CharField(choices=OPT_IN, default="single_opt_in", max_length=16)),
                ("unsubscribe_from", models.CharField(default="all", max_length=8)),
                ("brand_name", models.TextField(default="")),
                ("brand_color", models.CharField(default="", max_length=7)),
                ("logo_url", models.TextField(default="")),
                ("privacy_url", models.TextField(default="")),
                ("sign_up_text", models.TextField(default="")),
                ("language", models.CharField(default="", max_length=8)),
                ("last_pending_number", models.BigIntegerField(default=0)),
            ],
        ),
    ]
