import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("profiles", "0003_identity"),
    ]

    operations = [
        migrations.AddField("consent", "opted_in_at", models.DateTimeField(null=True)),
        migrations.AddField("suppression", "lifted_at", models.DateTimeField(null=True)),
        migrations.AddField("suppression", "detail", models.TextField(default="", db_default="")),
        migrations.AddField(
            "consenthistory", "outcome", models.CharField(max_length=16, default="taken", db_default="taken")
        ),
        migrations.AddField("consenthistory", "list_id", models.CharField(max_length=6, default="", db_default="")),
        migrations.AddField("consenthistory", "text", models.TextField(default="", db_default="")),
        migrations.AddField("consenthistory", "ip", models.CharField(max_length=45, default="", db_default="")),
        migrations.AddField("consenthistory", "user_agent", models.TextField(default="", db_default="")),
        migrations.CreateModel(
            name="SoftBounces",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("address", models.TextField()),
                ("times", models.IntegerField()),
                ("first", models.DateTimeField()),
                ("last", models.DateTimeField()),
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
        ),
    ]
