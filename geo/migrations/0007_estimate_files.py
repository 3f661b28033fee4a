"""Room for the name of a third kind of value file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0006_findings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="valuefile",
            name="kind",
            field=models.CharField(max_length=12),
        ),
    ]
