from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("profiles", "0005_consent_history_at")]

    operations = [
        AddIndexConcurrently("profile", models.Index(fields=["account", "email", "id"], name="profile_email")),
    ]
