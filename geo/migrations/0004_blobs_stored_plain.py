"""Gzipped blobs are kept out of line and never compressed again: a second compression costs time and gains nothing."""

from django.db import migrations

PLAIN = """
ALTER TABLE geo_tile ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE geo_valuefile ALTER COLUMN content SET STORAGE EXTERNAL;
"""
BEFORE = """
ALTER TABLE geo_tile ALTER COLUMN content SET STORAGE EXTENDED;
ALTER TABLE geo_valuefile ALTER COLUMN content SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("geo", "0003_accepted_editions_and_area_builds")]
    operations = [migrations.RunSQL(PLAIN, BEFORE)]
