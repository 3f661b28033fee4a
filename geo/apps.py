"""The Django application of the geo rooms."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from geo.codes import BY_ID
from geo.sqlfiles import apply_sql_files


def _after_migrate(sender: AppConfig, using: str, **_: object) -> None:
    """Fill the table of geographies from the code, and put SQL functions and views in place."""
    geography = apps.get_model("geo", "Geography")
    rows = [geography(id=g.id, slug=g.slug, area_type=g.area_type, vintage=g.vintage) for g in BY_ID.values()]
    geography.objects.using(using).bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["slug", "area_type", "vintage"]
    )
    stratum = apps.get_model("geo", "Stratum")
    stratum.objects.using(using).get_or_create(id=0, defaults={"slug": "all", "title": "Everybody"})
    apply_sql_files(using)


class GeoConfig(AppConfig):
    """The geo rooms."""

    name = "geo"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        """Connect what must run after migrations."""
        post_migrate.connect(_after_migrate, sender=self)
