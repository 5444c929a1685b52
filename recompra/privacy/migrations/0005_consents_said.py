"""What the customers' records say of contact becomes the first events of the ledger."""

from django.db import migrations

SAID = "CASE WHEN accepts_contact THEN 'grant' ELSE 'revoke' END"
WHEN = "CASE WHEN accepts_contact THEN created_at ELSE updated_at END"
KNOWN = "FROM customers_customer WHERE accepts_contact IS NOT NULL"
FORWARDS = (
    "INSERT INTO privacy_consentevent "
    "(customer_id, action, purpose, channel, origin, source, evidence, at, recorded_at) "
    f"SELECT id, {SAID}, 'marketing', '', 'import', '', '', {WHEN}, {WHEN} {KNOWN}",
    "INSERT INTO privacy_consent (customer_id, purpose, channel, state, at) "
    f"SELECT id, 'marketing', '', {SAID}, {WHEN} {KNOWN}",
)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0004_consent"), ("customers", "0003_identity")]
    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in FORWARDS]
