"""Areas, their links, deprivation, ages, postcodes, cells and sites, made from staged tables in one transaction.

Ids of areas stay with code and vintage; everything else is replaced beside the live tables. The same sources and code again is
nothing to do. What could not be made, because its source is absent, is noted.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from geo.models import AreaBuild, SourceLoad
from geo.releases.areas_ages import age_columns
from geo.releases.areas_cells import cell_columns, district_names, weigh_areas, weight_columns
from geo.releases.areas_deprivation import deprivation_columns, make_deprivation
from geo.releases.areas_inputs import Staged
from geo.releases.areas_links import link_columns, make_links
from geo.releases.areas_membership import read_membership
from geo.releases.areas_postcodes import make_postcodes, outcode_columns, postcode_columns
from geo.releases.areas_rows import make_rows
from geo.releases.areas_shapes import read_outlines
from geo.releases.areas_sites import make_places, site_columns
from geo.releases.areas_store import forget_areas, store_areas
from geo.releases.swap import replace_rows

Progress = Callable[[str, int, int], None]

STEPS = 8
_GEO = Path(__file__).parent.parent
_CODE = ("codes.py", "geography/boundaries.py", "geography/cells.py", "releases/areas*.py", "releases/swap.py", "sql/releases/area_*.sql")


def build_areas(*, progress: Progress | None = None) -> AreaBuild:
    """Bring all tables of areas up to the staged sources and give the build that stands; the one before if nothing has changed.

    Raises what the tables' own rules raise (IntegrityError) for sources that contradict each other; then nothing has changed.
    """
    digest = areas_digest()
    standing = AreaBuild.objects.order_by("-id").first()
    if standing is not None and standing.digest == digest:
        return standing
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        counts, absent = _build(cursor, progress or _silent)
        return AreaBuild.objects.create(
            digest=digest, rows=counts, notes={"absent": sorted(absent)}, seconds=round(time.perf_counter() - started, 2)
        )


def areas_digest() -> str:
    """Digest of what areas are made from: the editions of all current sources, the code that read them, and this code."""
    digest = hashlib.sha256()
    for row in SourceLoad.objects.filter(is_current=True).order_by("slug").values_list("slug", "sha256", "provenance__adapter"):
        digest.update(repr(row).encode())
    for pattern in _CODE:
        for path in sorted(_GEO.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _build(cursor: object, progress: Progress) -> tuple[dict[str, int], set[str]]:
    """Everything, inside the caller's transaction; gives rows by table (areas: by geography) and the tables that were not staged."""
    staged = Staged()
    membership = read_membership(staged)
    progress("Areas", 1, STEPS)
    rows = make_rows(staged, membership, read_outlines(staged, membership))
    progress("Areas", 2, STEPS)
    ids = store_areas(cursor, rows)
    progress("Areas", 3, STEPS)
    counts = {part.geography.slug: len(part.frame) for part in rows}
    counts["links"] = replace_rows(cursor, "geo_arealink", link_columns(list(make_links(staged, membership)), ids))
    progress("Areas", 4, STEPS)
    counts["deprivation"] = replace_rows(cursor, "geo_deprivation", deprivation_columns(list(make_deprivation(staged, membership)), ids))
    counts["ages"] = replace_rows(cursor, "geo_areaages", age_columns(staged, ids))
    progress("Areas", 5, STEPS)
    postcodes = make_postcodes(staged)
    counts["postcodes"] = replace_rows(cursor, "geo_postcode", postcode_columns(postcodes, ids))
    counts["outcodes"] = replace_rows(cursor, "geo_outcode", outcode_columns(postcodes))
    progress("Areas", 6, STEPS)
    weighed = weigh_areas(rows, postcodes)
    counts["cell_weights"] = replace_rows(cursor, "geo_cellweight", weight_columns(weighed))
    counts["cells"] = replace_rows(cursor, "geo_cell", cell_columns(weighed, district_names(rows, membership)))
    progress("Areas", 7, STEPS)
    counts["sites"] = replace_rows(cursor, "geo_site", site_columns(list(make_places(staged)), postcodes, ids))
    counts["forgotten"] = forget_areas(cursor)
    progress("Areas", STEPS, STEPS)
    return counts, staged.absent


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
