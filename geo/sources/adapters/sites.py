"""Sites whose point may be missing, in the sea or abroad."""

from geo.sources.adapters import Adapter
from geo.sources.adapters.published import with_points_in_england
from geo.sources.tables import SourceFile, SourceTables


def read_sites(source: SourceFile) -> SourceTables:
    """Sites with longitude and latitude; a point that is not in England is null, with `location_reason`."""
    return source.tables_of(with_points_in_england(source.table()))


ADAPTERS: dict[str, Adapter] = {"schools_2025": read_sites, "hospital_organisations": read_sites}
