"""What the parts of the people are parts by: ethnic group, sex, age, deprivation."""

from geo.models import Stratum


def list_titles() -> dict[int, tuple[str, str]]:
    """Key of each stratum to its slug and title."""
    return {key: (slug, title) for key, slug, title in Stratum.objects.order_by("id").values_list("id", "slug", "title")}


def list_dimensions() -> dict[str, str]:
    """Slug of each stratum to its dimension; empty for everybody."""
    return dict(Stratum.objects.order_by("id").values_list("slug", "dimension"))
