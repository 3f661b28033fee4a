"""Stand-ins of files of areas: Indices of Deprivation 2019 (File 7), mid-2020 population, look-ups of LSOAs of 2011.

Codes of MSOAs, districts and regions are made up, in ranges that nobody has issued; names of MSOAs and districts are those within the
names of the LSOAs (districts of 2011).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from geo.synthetic.neighbourhoods import Neighbourhoods, Numbers

_AGES = 91
# The published look-up holds Wales and Scotland too, and a file with many fewer rows than its edition counts as cut.
_WELSH, _SCOTTISH = 1_909, 6_976
# Domains in the order of File 7: heading, how the score is headed, lowest and highest made-up score.
_DOMAINS = (
    ("Index of Multiple Deprivation (IMD)", "Score", (0.0, 95.0)),
    ("Income", "Score (rate)", (0.0, 0.7)),
    ("Employment", "Score (rate)", (0.0, 0.6)),
    ("Education, Skills and Training", "Score", (0.0, 99.0)),
    ("Health Deprivation and Disability", "Score", (-3.0, 3.5)),
    ("Crime", "Score", (-3.0, 3.0)),
    ("Barriers to Housing and Services", "Score", (0.5, 70.0)),
    ("Living Environment", "Score", (0.1, 92.0)),
    ("Income Deprivation Affecting Children Index (IDACI)", "Score (rate)", (0.0, 0.9)),
    ("Income Deprivation Affecting Older People (IDAOPI)", "Score (rate)", (0.0, 0.9)),
    ("Children and Young People Sub-domain", "Score", (-3.0, 3.0)),
    ("Adult Skills Sub-domain", "Score", (0.0, 0.8)),
    ("Geographical Barriers Sub-domain", "Score", (-3.0, 3.0)),
    ("Wider Barriers Sub-domain", "Score", (-4.0, 8.0)),
    ("Indoors Sub-domain", "Score", (-3.0, 3.0)),
    ("Outdoors Sub-domain", "Score", (-3.0, 3.0)),
)
_POPULATIONS = (
    "Total population: mid 2015 (excluding prisoners)",
    "Dependent Children aged 0-15: mid 2015 (excluding prisoners)",
    "Population aged 16-59: mid 2015 (excluding prisoners)",
    "Older population aged 60 and over: mid 2015 (excluding prisoners)",
    "Working age population 18-59/64: for use with Employment Deprivation Domain (excluding prisoners) ",
)
_REGIONS = ("North", "Middle", "South")


def imd_2019(areas: Neighbourhoods) -> bytes:
    """File 7 of the Indices of Deprivation 2019 (57 columns): scores follow made-up need, ranks and deciles follow the scores."""
    districts, of = areas.districts()
    header = ["LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2019)", "Local Authority District name (2019)"]
    columns: list[Sequence[Any]] = [areas.codes, areas.names, [_district_code(at) for at in of], [districts[at] for at in of]]
    for domain, score, (low, high) in _DOMAINS:
        header += [
            f"{domain} {score}",
            f"{domain} Rank (where 1 is most deprived)",
            f"{domain} Decile (where 1 is most deprived 10% of LSOAs)",
        ]
        mixed = np.clip(0.7 * areas.need() + 0.3 * areas.draw(domain), 0.0, 1.0)
        scores = np.round(low + (high - low) * mixed, 3)
        rank = ranks(scores)
        columns += [scores.tolist(), rank.tolist(), ((rank - 1) * 10 // len(areas) + 1).tolist()]
    people = _people(areas)
    for share, heading in zip((1.0, 0.2, 0.57, 0.23, 0.55), _POPULATIONS, strict=True):
        header.append(heading)
        columns.append(np.floor(people * share).astype(int).tolist())
    return _csv(header, zip(*columns, strict=True))


def ranks(scores: Numbers) -> np.ndarray:
    """Ranks of scores, 1 for the highest; equal scores in their order. shape (n,)."""
    found = np.empty(len(scores), dtype=np.int64)
    found[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return found


def population_mid_2020(areas: Neighbourhoods) -> bytes:
    """Persons by single year of age 0 to 90 and over; ages add up to the totals."""
    people = _people(areas)
    each, rest = people // _AGES, people % _AGES
    ages = each[:, None] + (np.arange(_AGES)[None, :] < rest[:, None])
    header = ["lsoa11_name", "lsoa11_code", "total_population", *map(str, range(_AGES - 1)), "90+"]
    rows = ([name, code, total, *row] for name, code, total, row in zip(areas.names, areas.codes, people, ages.tolist(), strict=True))
    return _csv(header, rows)


def lookup_to_middle_areas(areas: Neighbourhoods) -> bytes:
    """LSOA (2011) to MSOA (2011); rows of Wales and Scotland are made up wholly, as many as the published file has."""
    names, of = areas.middle_areas()
    rows: list[Sequence[Any]] = [
        [name, code, names[at], f"E0299{at + 1:04d}"] for name, code, at in zip(areas.names, areas.codes, of, strict=True)
    ]
    rows += [[f"Cymru 001{n}", f"W0199{n:04d}", "Cymru 001", "W02990001"] for n in range(1, _WELSH + 1)]
    rows += [[f"Alba {n}", f"S0199{n:04d}", "Alba", "S02990001"] for n in range(1, _SCOTTISH + 1)]
    return _csv(["lsoa11_name", "lsoa11_code", "msoa11_name", "msoa11_code"], rows)


def lookup_to_districts(areas: Neighbourhoods) -> bytes:
    """LSOA (2011) to CCG, STP (one made-up each) and district (2021), in the layout of a public R package."""
    names, of = areas.districts()
    header = ["lsoa11_name", "lsoa11_code", "ccg21_name", "ccg21_code", "stp21_name", "stp21_code", "ltla21_name", "ltla21_code"]
    above = ["NHS Stand-in CCG", "E38990001", "Stand-in", "E54990001"]
    rows = ([name, code, *above, names[at], _district_code(at)] for name, code, at in zip(areas.names, areas.codes, of, strict=True))
    return _csv(header, rows)


def regions_of_districts(areas: Neighbourhoods) -> bytes:
    """District (2021) to three made-up regions, by the mean latitude of the district's neighbourhoods."""
    names, of = areas.districts()
    means = np.bincount(of, weights=areas.latitude) / np.bincount(of)
    band = np.minimum((ranks(means) - 1) * len(_REGIONS) // len(names), len(_REGIONS) - 1)
    header = ["ltla21_name", "ltla21_code", "region21_name", "region21_code"]
    rows = ([name, _district_code(at), _REGIONS[band[at]], f"E1299{band[at] + 1:04d}"] for at, name in enumerate(names))
    return _csv(header, rows)


def _people(areas: Neighbourhoods) -> np.ndarray:
    return 1000 + np.floor(1400 * areas.draw("people")).astype(np.int64)


def _district_code(place: int) -> str:
    return f"E0799{place + 1:04d}"


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
