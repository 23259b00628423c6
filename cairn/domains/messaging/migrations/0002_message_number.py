from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("messaging", "0001_first")]

    operations = [
        AddIndexConcurrently("message", models.Index(fields=["account", "number"], name="message_number")),
    ]
