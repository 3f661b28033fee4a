"""Stand-ins: made-up files in the exact published layouts, for an installation that has neither mirror nor internet.

They give the real neighbourhoods of 2011 (whose shapes come in a package) figures to show. Every value is made up from codes: no
resemblance to the real figures is meant, and whatever is built from a stand-in is synthetic as a whole.
"""

from collections.abc import Callable
from pathlib import Path

from geo.errors import DefinitionError
from geo.synthetic.neighbourhoods import Neighbourhoods
from geo.synthetic.standin_areas import imd_2019, lookup_to_districts, lookup_to_middle_areas, population_mid_2020, regions_of_districts
from geo.synthetic.standin_practices import cervical_2017, organisations, registrations_2022

Writer = Callable[[Neighbourhoods], bytes]

# Name of a stand-in, which is the slug of its source, to what writes the content of its file.
WRITERS: dict[str, Writer] = {
    "imd2019-lsoa11": imd_2019,
    "mid2020-population": population_mid_2020,
    "lsoa11-msoa11": lookup_to_middle_areas,
    "lsoa11-ccg21-stp21-lad21": lookup_to_districts,
    "lad21-rgn21": regions_of_districts,
    "gp-registrations-2022": registrations_2022,
    "epraccur": organisations,
    "cervical-2017": cervical_2017,
}


def write_stand_in(name: str, *, folder: Path, context: Neighbourhoods) -> Path:
    """Write the stand-in of this name for these neighbourhoods and give its path; the same neighbourhoods give the same bytes.

    Raises DefinitionError for a name that there is no stand-in of, listing those that there are.
    """
    if name not in WRITERS:
        raise DefinitionError(f"There is no stand-in {name!r}; there are {', '.join(WRITERS)}.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.stand-in"
    partial = path.with_suffix(".partial")
    partial.write_bytes(WRITERS[name](context))
    partial.replace(path)
    return path
