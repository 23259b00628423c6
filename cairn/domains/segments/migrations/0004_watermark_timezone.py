from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0003_copy_what_conditions_ask_for")]

    operations = [
        migrations.AddField(
            model_name="watermark",
            name="timezone",
            field=models.CharField(max_length=64, default="UTC", db_default="UTC"),
        ),
    ]
