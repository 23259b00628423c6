from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0004_watermark_timezone")]

    operations = [
        migrations.AddField(
            model_name="segment",
            name="needed_for",
            field=models.CharField(max_length=20, default="", db_default=""),
        ),
    ]
