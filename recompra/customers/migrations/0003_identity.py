"""What the register needs of a customer's row.

SQLite makes the table anew for it: the index of words, which hangs on the table by triggers, is taken away
before and made again after (see 0002).
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

import recompra.customers.keyfield
from recompra.customers.identifiers import rg_key

name_words = import_module("recompra.customers.migrations.0002_name_words")
DROP = (
    "DROP TRIGGER customers_name_words_insert",
    "DROP TRIGGER customers_name_words_delete",
    "DROP TRIGGER customers_name_words_update",
    "DROP TABLE customers_name_words",
)


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in DROP:
            schema_editor.execute(statement)


def fill_rg_keys(apps, schema_editor):
    customers = apps.get_model("customers", "Customer").objects
    for customer in customers.exclude(rg="").only("rg").iterator(chunk_size=2000):
        customers.filter(pk=customer.pk).update(rg_key=rg_key(customer.rg))


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        name_words.index_words(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_name_words"),
    ]

    operations = [
        migrations.RunPython(drop_words),
        migrations.AddField(
            model_name="customer",
            name="apart",
            field=models.CharField(
                blank=True,
                choices=[
                    ("placeholder", "what a till writes when there is no customer"),
                    ("marketplace", "a marketplace's own identity"),
                    ("shared", "one document or contact used for many people"),
                ],
                default="",
                editable=False,
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="absorbed",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="rg_key",
            field=recompra.customers.keyfield.KeyField(blank=True, default="", editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name="customer",
            name="trade_name",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="trade name"),
        ),
        migrations.AddField(
            model_name="customer",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("rg_key", ""), _negated=True),
                fields=["rg_key"],
                name="customers_customer_rg",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="customers_customer_merged",
            ),
        ),
        migrations.RunPython(fill_rg_keys),
        migrations.RunPython(index_words),
    ]
