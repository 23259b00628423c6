from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # A history of millions of lines is indexed while it goes on being written.
    atomic = False
    dependencies = [("profiles", "0004_consent")]

    operations = [
        AddIndexConcurrently("consenthistory", models.Index(fields=["account", "at"], name="consent_history_at")),
    ]
