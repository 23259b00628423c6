from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "0002_message_number")]

    operations = [
        migrations.AddField("source", "due_at", models.DateTimeField(null=True)),
        AddIndexConcurrently(
            "source",
            models.Index(fields=["due_at"], name="source_due", condition=models.Q(due_at__isnull=False)),
        ),
    ]
