"""A made-up England of three neighbourhoods, two districts and a few practices, with staged tables: enough to build a release from."""

import hashlib
from types import SimpleNamespace

import pyarrow as pa

from geo.releases.staging import load_tables
from tests.builders import a_deprivation, a_link, an_area

PRACTICES = ("A1", "B2", "C3")


def stage(slug, **columns):
    """A staged table of one made-up source."""
    table = pa.table(columns)
    source = SimpleNamespace(slug=slug, tables={slug.replace("-", "_"): table}, rows_in=table.num_rows, rejected={})
    edition = hashlib.sha256(repr(table.to_pydict()).encode()).hexdigest()
    load_tables(source, located=SimpleNamespace(sha256=edition, origin="mirror"))


def areas():
    """LSOAs 1-3 of 2011; 1 and 2 live on, 3 was split into 3 and 4 (70 : 30). MSOA and district M1/D1 hold 1 and 2, M2/D2 the rest."""
    small11 = [an_area(f"E0100000{i}", geography="lsoa11", population=1000 * i) for i in (1, 2, 3)]
    small21 = [an_area(f"E0100000{i}", geography="lsoa21", population=1000) for i in (1, 2, 3, 4)]
    for child, parent, share in ((0, 0, 1.0), (1, 1, 1.0), (2, 2, 0.7), (2, 3, 0.3)):
        a_link(small11[child], small21[parent], "converts", share=share)
    for geography, prefix, children in (("msoa11", "E02", small11), ("lad21", "E07", small11)):
        _parents(geography, prefix, children, of_first=2)
    for geography, prefix in (("msoa21", "E02"), ("lad24", "E07"), ("utla23", "E10"), ("sicbl23", "E38"), ("rgn23", "E12")):
        _parents(geography, prefix, small21, of_first=2)
    for geography, prefix in (("icb23", "E54"), ("icb26", "E54"), ("nhser24", "E40")):
        _parents(geography, prefix, small21, of_first=4)
    an_area("E92000001", geography="ctry23")
    network = an_area("U1", geography="pcn24")
    for code in PRACTICES:
        practice = an_area(code, geography="practice24")
        if code != "C3":
            a_link(practice, network)
    stage("imd2019-lsoa11", lsoa11_code=[area.code for area in small11])
    for place, area in enumerate(small11):
        a_deprivation(area, index_version="imd2019", score=50.0 - place, rank=place + 1, decile=1 + place)


def _parents(geography, prefix, children, *, of_first):
    names = {"sicbl23": ("11A", "22B")}.get(geography, ("", ""))
    parents = [an_area(f"{prefix}00000{i}", geography=geography, ods_code=names[i - 1]) for i in (1, 2)[: 1 if of_first == 4 else 2]]
    for place, child in enumerate(children):
        a_link(child, parents[0] if place < of_first else parents[1])


def practices(**changed):
    """Registrations and cervical screening: A lives in 1 and 2, B in 2 and 3 (and Wales), C published nothing for 25-49."""
    stage(
        "gp-registrations-2022",
        practice_code=["A1", "A1", "B2", "B2", "B2", "C3", "B2"],
        lsoa11_code=["E01000001", "E01000002", "E01000002", "E01000003", "W01000001", "E01000001", None],
        patients=pa.array([600, 400, 500, 400, 100, 1000, 50]),
    )
    figures = {
        "practice_code": ["A1", "B2", "C3"],
        "eligible_25_49": pa.array([200, 100, None], pa.int64()),
        "screened_25_49": pa.array([150, 60, None], pa.int64()),
        "eligible_50_64": pa.array([100, 80, 90], pa.int64()),
        "screened_50_64": pa.array([90, 60, 70], pa.int64()),
    }
    stage("cervical-2017", **{**figures, **changed})
