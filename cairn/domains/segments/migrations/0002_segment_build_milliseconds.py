from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="segment",
            name="build_milliseconds",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
