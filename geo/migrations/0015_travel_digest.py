"""Tables of minutes are known by what they hold; those that are kept already are given their digest."""

import hashlib
import json

from django.db import migrations, models


def tell_digests(apps, schema_editor):
    """As geo.planning.travel_files.digest_of was when this was written."""
    for row in apps.get_model("geo", "TravelMatrix").objects.iterator(chunk_size=1):
        points = [[round(value) for value in point] for point in row.points]
        head = [row.geography, row.mode, row.source, row.origins, row.destinations, points]
        row.digest = hashlib.sha256(json.dumps(head, ensure_ascii=False).encode() + b"\n" + bytes(row.minutes)).hexdigest()
        row.save(update_fields=["digest"])


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0014_area_ages"),
    ]

    operations = [
        migrations.AddField(
            model_name="travelmatrix",
            name="digest",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(tell_digests, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="travelmatrix",
            index=models.Index(fields=["digest"], name="travel_matrix_digest"),
        ),
    ]
