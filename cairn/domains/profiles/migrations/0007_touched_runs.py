from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("profiles", "0006_profile_email")]

    operations = [
        migrations.AddField("touched", "last", models.BigIntegerField(null=True)),
        migrations.AddField("touched", "due", models.DateTimeField(null=True)),
    ]
