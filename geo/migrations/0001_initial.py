"""The first tables."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateExtension("postgis"),
        TrigramExtension(),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "release_id",
                        "indicator_id",
                        "geography_id",
                        "period_id",
                        "stratum_id",
                        "area_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("numerator", models.FloatField(null=True)),
                ("denominator", models.FloatField(null=True)),
                ("value", models.FloatField(null=True)),
                ("lower", models.FloatField(null=True)),
                ("upper", models.FloatField(null=True)),
                ("coverage", models.FloatField(null=True)),
                (
                    "status",
                    models.SmallIntegerField(
                        choices=[
                            (0, "VALUE"),
                            (1, "ZERO"),
                            (2, "SUPPRESSED"),
                            (3, "MISSING"),
                            (4, "NOT_COLLECTED"),
                            (5, "NOT_APPLICABLE"),
                        ]
                    ),
                ),
                ("basis", models.SmallIntegerField(choices=[(0, "OBSERVED"), (1, "MODELLED")])),
                (
                    "comparison",
                    models.SmallIntegerField(
                        choices=[(0, "NOT_COMPARED"), (1, "BETTER"), (2, "SIMILAR"), (3, "WORSE"), (4, "HIGHER"), (5, "LOWER")]
                    ),
                ),
                (
                    "reason",
                    models.SmallIntegerField(
                        choices=[
                            (0, "NONE"),
                            (1, "NOT_PUBLISHED"),
                            (2, "SUPPRESSED_BY_PUBLISHER"),
                            (3, "NOT_REPORTED"),
                            (4, "AREA_NOT_MAPPED"),
                            (5, "ALLOCATION_ERROR_UNKNOWN"),
                            (6, "SMALL_NUMBERS"),
                            (7, "NOT_IN_SOURCE"),
                            (8, "NO_POPULATION"),
                            (9, "INCOMPLETE"),
                        ]
                    ),
                ),
                ("is_reliable", models.BooleanField()),
            ],
            options={
                "db_table": "geo_observation",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Geography",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("slug", models.CharField(max_length=16, unique=True)),
                ("area_type", models.CharField(max_length=16)),
                ("vintage", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Outcode",
            fields=[
                ("outcode", models.CharField(max_length=4, primary_key=True, serialize=False)),
                ("easting", models.IntegerField()),
                ("northing", models.IntegerField()),
                ("west", models.IntegerField()),
                ("south", models.IntegerField()),
                ("east", models.IntegerField()),
                ("north", models.IntegerField()),
                ("postcodes", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=24, unique=True)),
                ("kind", models.CharField(max_length=24)),
                ("label", models.CharField(max_length=64)),
                ("start", models.DateField()),
                ("end", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Stratum",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("slug", models.CharField(max_length=48, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("dimension", models.CharField(blank=True, default="", max_length=24)),
            ],
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16)),
                ("vintage", models.SmallIntegerField()),
                ("name", models.CharField(max_length=160)),
                ("other_name", models.CharField(blank=True, default="", max_length=160)),
                ("ods_code", models.CharField(blank=True, default="", max_length=16)),
                ("feature_id", models.IntegerField()),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("population", models.IntegerField(null=True)),
                ("population_year", models.SmallIntegerField(null=True)),
                ("centroid_27700", django.contrib.gis.db.models.fields.PointField(null=True, srid=27700)),
                ("geometry_27700", django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=27700)),
                ("geometry_3857", django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=3857)),
                (
                    "geography",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="geo.geography"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=64)),
                ("version", models.SmallIntegerField(default=1)),
                ("definition", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("slug", "version"), name="indicator_version")],
            },
        ),
        migrations.CreateModel(
            name="Postcode",
            fields=[
                ("postcode", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("easting", models.IntegerField(null=True)),
                ("northing", models.IntegerField(null=True)),
                ("is_lsoa21_best_fit", models.BooleanField(default=False)),
                (
                    "lsoa11",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="geo.area"),
                ),
                (
                    "lsoa21",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="geo.area"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=48, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("building", "Building"),
                            ("built", "Built"),
                            ("checked", "Checked"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                            ("failed", "Failed"),
                        ],
                        default="building",
                        max_length=12,
                    ),
                ),
                ("is_current", models.BooleanField(default=False)),
                ("is_synthetic", models.BooleanField(default=False)),
                ("built_at", models.DateTimeField(auto_now_add=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawal_notice", models.TextField(blank=True, default="")),
                ("code_version", models.CharField(blank=True, default="", max_length=64)),
                ("sources", models.JSONField(default=dict)),
                ("tilesets", models.JSONField(default=dict)),
                ("sums", models.JSONField(default=dict)),
                ("quality", models.JSONField(default=dict)),
                ("previous", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="geo.release")),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("code", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=200)),
                ("detail", models.JSONField(default=dict)),
                ("feature_id", models.IntegerField()),
                ("point_3857", django.contrib.gis.db.models.fields.PointField(null=True, srid=3857)),
                (
                    "lsoa21",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="geo.area"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceLoad",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=80)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("state", models.CharField(max_length=12)),
                ("origin", models.CharField(blank=True, default="", max_length=12)),
                ("is_current", models.BooleanField(default=False)),
                ("loaded_at", models.DateTimeField(auto_now_add=True)),
                ("seconds", models.FloatField(default=0)),
                ("rows_in", models.IntegerField(default=0)),
                ("rows_out", models.JSONField(default=dict)),
                ("rejected", models.JSONField(default=dict)),
                ("error", models.JSONField(default=dict)),
                ("provenance", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [models.Index(fields=["slug", "-loaded_at"], name="source_load_newest")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("is_current", True)), fields=("slug",), name="source_load_current")
                ],
            },
        ),
        migrations.CreateModel(
            name="Availability",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("areas", models.IntegerField()),
                ("values", models.IntegerField()),
                ("numerator", models.FloatField(null=True)),
                ("denominator", models.FloatField(null=True)),
                ("minimum", models.FloatField(null=True)),
                ("median", models.FloatField(null=True)),
                ("maximum", models.FloatField(null=True)),
                ("breaks", models.JSONField(default=list)),
                ("basis", models.SmallIntegerField()),
                ("geography", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.geography")),
                ("indicator", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.indicator")),
                ("period", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.period")),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="geo.release")),
                ("stratum", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.stratum")),
            ],
        ),
        migrations.CreateModel(
            name="Tileset",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=16)),
                ("is_complete", models.BooleanField(default=False)),
                ("minimum_zoom", models.SmallIntegerField(default=5)),
                ("maximum_zoom", models.SmallIntegerField(default=12)),
                ("bounds", models.JSONField(default=list)),
                ("features", models.IntegerField(default=0)),
                ("tiles", models.IntegerField(default=0)),
                ("bytes", models.BigIntegerField(default=0)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("geography", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.geography")),
            ],
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("tileset_id", "z", "x", "y", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("z", models.SmallIntegerField()),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("content", models.BinaryField()),
                ("etag", models.CharField(max_length=32)),
                ("tileset", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="geo.tileset")),
            ],
        ),
        migrations.CreateModel(
            name="ValueFile",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("content", models.BinaryField()),
                ("etag", models.CharField(max_length=32)),
                ("geography", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.geography")),
                ("indicator", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.indicator")),
                ("period", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.period")),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="geo.release")),
                ("stratum", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="geo.stratum")),
            ],
        ),
        migrations.CreateModel(
            name="AreaLink",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("within", "Within"),
                            ("best_fit", "Best Fit"),
                            ("converts", "Converts"),
                            ("succeeds", "Succeeds"),
                        ],
                        max_length=8,
                    ),
                ),
                ("share", models.FloatField(default=1.0)),
                ("method", models.CharField(blank=True, default="", max_length=120)),
                (
                    "child",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parent_links", to="geo.area"),
                ),
                (
                    "parent",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="child_links", to="geo.area"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("child", "parent", "kind"), name="area_link_once"),
                    models.CheckConstraint(condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="area_link_share"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deprivation",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index_version", models.CharField(max_length=8)),
                ("domain", models.CharField(max_length=24)),
                ("score", models.FloatField(null=True)),
                ("rank", models.IntegerField(null=True)),
                ("decile", models.SmallIntegerField(null=True)),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="deprivation", to="geo.area")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("index_version", "domain", "area"), name="deprivation_once"),
                    models.CheckConstraint(condition=models.Q(("decile__gte", 1), ("decile__lte", 10)), name="deprivation_decile"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="area",
            index=django.contrib.postgres.indexes.GinIndex(fields=["name"], name="area_name_trigrams", opclasses=["gin_trgm_ops"]),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(fields=("code", "vintage"), name="area_code_vintage"),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(fields=("geography", "feature_id"), name="area_feature_id"),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("is_current",), name="release_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_current", False), ("state", "published"), _connector="OR"),
                name="release_current_is_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(fields=("kind", "code"), name="site_once"),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.UniqueConstraint(fields=("release", "indicator", "geography", "period", "stratum"), name="availability_once"),
        ),
        migrations.AddConstraint(
            model_name="tileset",
            constraint=models.UniqueConstraint(fields=("geography", "version"), name="tileset_version"),
        ),
        migrations.AddConstraint(
            model_name="valuefile",
            constraint=models.UniqueConstraint(
                fields=("release", "geography", "indicator", "period", "stratum", "kind"), name="value_file_once"
            ),
        ),
    ]
