from django.db import migrations

# The copies of profiles in ClickHouse got columns for these consents; whoever has one is copied anew by the next ticks.
TOUCH = """
INSERT INTO profiles_touched (account_id, number)
SELECT DISTINCT account_id, number FROM profiles_consent
WHERE channel IN ('whatsapp.marketing', 'whatsapp.transactional') OR (channel = 'sms.marketing' AND method_detail <> '')
"""


class Migration(migrations.Migration):
    dependencies = [("segments", "0002_segment_build_milliseconds"), ("profiles", "0005_consent_history_at")]

    operations = [migrations.RunSQL(TOUCH, migrations.RunSQL.noop)]
