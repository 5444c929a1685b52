"""The index behind the search by any word of a name, kept by the database itself whoever writes the customer.

SQLite: an FTS5 table over `name_key` and three triggers. PostgreSQL: a GIN index over its words. A later
migration that makes Django rebuild `customers_customer` on SQLite drops the triggers: it must remake them.
"""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE customers_name_words USING fts5(name_key, content='customers_customer', "
    "content_rowid='id', prefix='2 3', detail='none', columnsize=0, tokenize='unicode61')",
    "CREATE TRIGGER customers_name_words_insert AFTER INSERT ON customers_customer BEGIN "
    "INSERT INTO customers_name_words(rowid, name_key) VALUES (new.id, new.name_key); END",
    "CREATE TRIGGER customers_name_words_delete AFTER DELETE ON customers_customer BEGIN "
    "INSERT INTO customers_name_words(customers_name_words, rowid, name_key) "
    "VALUES ('delete', old.id, old.name_key); END",
    "CREATE TRIGGER customers_name_words_update AFTER UPDATE OF name_key ON customers_customer "
    "WHEN old.name_key IS NOT new.name_key BEGIN "
    "INSERT INTO customers_name_words(customers_name_words, rowid, name_key) "
    "VALUES ('delete', old.id, old.name_key); "
    "INSERT INTO customers_name_words(rowid, name_key) VALUES (new.id, new.name_key); END",
    "INSERT INTO customers_name_words(customers_name_words) VALUES ('rebuild')",
)
POSTGRESQL = (
    "CREATE INDEX customers_name_words ON customers_customer USING gin (to_tsvector('simple', name_key))",
)


def index_words(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunPython(index_words)]
