"""The maker of stand-ins, as the chain hands it to the finder: made-up files for the neighbourhoods whose boundaries are loaded."""

from functools import cache
from pathlib import Path

from geo.errors import Place, SourceError
from geo.operations.finding import StandIn
from geo.releases.staging import has_table
from geo.releases.tables import read_staging
from geo.sources.registry import Source
from geo.synthetic.neighbourhoods import Neighbourhoods
from geo.synthetic.standins import write_stand_in

BOUNDARIES = "lsoa11_boundaries"


def stand_in_maker() -> StandIn:
    """What writes made-up files in published layouts. They are made for real neighbourhoods, so the boundaries must be loaded before."""
    neighbourhoods = cache(_neighbourhoods)

    def make(source: Source, folder: Path) -> Path:
        if not has_table(BOUNDARIES):
            found = "no boundaries of LSOAs (2011) to make a stand-in for"
            raise SourceError("not_found", Place(source.file, found=found, expected="loaded boundaries"))
        return write_stand_in(source.stand_in or source.slug, folder=folder, context=neighbourhoods())

    return make


def _neighbourhoods() -> Neighbourhoods:
    """The loaded LSOAs of 2011 in code order."""
    table = read_staging(BOUNDARIES, ["code", "name", "longitude", "latitude"]).sort_by("code")
    return Neighbourhoods(table["code"].to_pylist(), table["name"].to_pylist(), table["longitude"].to_numpy(), table["latitude"].to_numpy())
