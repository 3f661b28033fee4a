"""A made-up England so small that the whole way from made-up people to a published release takes seconds."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from django.db import transaction

from geo.codes import GEOGRAPHIES
from geo.linkage.derivation import run
from geo.linkage.derivation.definitions import derivations
from geo.models import Area, Indicator, Release
from geo.operations import synthesising
from geo.operations.demonstration import DemonstrationReport, demonstrate
from geo.operations.progress import Teller
from geo.synthetic.country import SYSTEMS, Country
from geo.synthetic.worlds import WorldSpec
from tests.builders import (
    a_deprivation,
    a_geography,
    a_link,
    a_stratum,
    an_area,
    an_availability,
    an_estimate,
    an_indicator,
    an_observation,
)
from tests.geo.releases import world

# A neighbourhood of 2011 that 2021 does not have.
ONLY_2011 = "E01000009"
SPEC = WorldSpec(("ncl",), 400)
# Residents of a neighbourhood by band of age: young, so that programmes of all ages have somebody.
AGES = 10 * np.array([9, 8, 7, 7, 6, 7, 8, 7, 6, 6, 6, 5, 5, 4, 4, 3, 2, 2])
# What is derived of them: one alone, for time; so few people could not be protected in all that a real world derives.
DERIVED = ("screening-bowel",)
SURGERIES = ("A1", "B2")
# Published rates beside what is derived, for a release to have something to smooth: by geography, of so many areas in a row.
MAPS = {"msoa11": "made-up-admissions", "lad21": "made-up-stays"}
MAPPED = 32


def lay_out() -> None:
    """The areas that the people live in, as rows of the database; and the rows of migrations, which an emptied database lacks."""
    for slug in GEOGRAPHIES:
        a_geography(slug)
    a_stratum()
    world.areas()
    an_area(ONLY_2011, geography="lsoa11")
    for place, area in enumerate(Area.objects.filter(geography__slug="lsoa21").order_by("code")):
        a_deprivation(area, decile=1 + 3 * place, rank=1 + place)
    middle, districts = (Area.objects.filter(geography__slug=slug).order_by("code") for slug in ("msoa21", "lad24"))
    for child, parent in zip(middle, districts, strict=True):
        a_link(child, parent)


def lay_out_maps() -> None:
    """Areas that published rates are of."""
    for geography in MAPS:
        for _ in range(MAPPED):
            an_area(geography=geography)


def give_maps(release: Release) -> None:
    """Published rates of those areas, with estimates, for a release whose findings were built."""
    for geography, slug in MAPS.items():
        told = {"kind": "counts", "unit": "per_100k", "polarity": "low_is_good", "core20plus5": "none"}
        indicator = Indicator.objects.filter(slug=slug).first() or an_indicator(slug, **told)
        for place, area in enumerate(Area.objects.filter(geography__slug=geography, code__contains="99").order_by("code")):
            seen = 12 + place % 16
            an_observation(
                area, release=release, indicator=indicator, numerator=seen, denominator=1_000, value=seen * 100.0, lower=0.0, upper=9_999.0
            )  # fmt: skip
            an_estimate(area, release=release, indicator=indicator, period="2021-22", expected=20.0)
        an_availability(release=release, indicator=indicator, geography=geography, areas=MAPPED, values=MAPPED)


def a_country(*_: object) -> Country:
    """The four neighbourhoods of `lay_out`, each with a hundred people."""
    text = {name: np.array(values, dtype=object) for name, values in _TEXTS.items()}
    return Country(
        **text,
        decile=np.array([1, 4, 7, 10]),
        people=np.tile(AGES, (4, 1)),
        ethnic_share=np.tile([0.2, 0.1, 0.05, 0.6, 0.05], (4, 1)),
        x=np.array([440_500.0, 441_500.0, 442_500.0, 443_500.0]),
        y=np.full(4, 200_500.0),
        postcodes=np.array([f"ZZ{place}{unit}QX" for place in range(4) for unit in range(1, 5)], dtype=object),
        postcode_start=np.arange(5) * 4,
        practices=np.array(SURGERIES * 4, dtype=object),
        practice_start=np.arange(5) * 2,
        practice_weight=np.tile([60.0, 40.0], 4),
    )


@contextmanager
def small_country(names: Sequence[str] = DERIVED) -> Iterator[None]:
    """People are made for this country, and little is derived of them."""
    derived = {name: derivations()[name] for name in names}
    with patch.object(synthesising, "read_country", a_country), patch.object(run, "derivations", lambda: derived):
        yield


def run_demonstration(data: Path, *, teller: Teller | None = None, spec: WorldSpec = SPEC, engine: str = "duckdb") -> DemonstrationReport:
    """What `demo_data` does, of the people of this country. teller: says its steps; silent unless given."""
    teller = teller or Teller(stream=io.StringIO())
    with small_country():
        return demonstrate(spec, data=data, engine=engine, teller=teller)


_TEXTS = {
    "lsoa21": ["E01000001", "E01000002", "E01000003", "E01000004"],
    "lsoa11": ["E01000001", "E01000002", "E01000003", "E01000003"],
    "msoa21": ["E02000001", "E02000001", "E02000002", "E02000002"],
    "lad24": ["E07000001", "E07000001", "E07000002", "E07000002"],
    "lad_name": ["Haringey"] * 4,
    "icb26": ["E54000001"] * 4,
    "icb23": [SYSTEMS["ncl"][0]] * 4,
    "system": ["ncl"] * 4,
}


@contextmanager
def standing_release(blocker: Any, data: Path) -> Iterator[DemonstrationReport]:
    """A published release of this world, made once for the tests of a module and taken away after them; its files lie below `data`."""
    with blocker.unblock(), transaction.atomic():
        lay_out()
        Area.objects.update(geometry_3857=None)  # tiles are not drawn inside a transaction
        yield run_demonstration(data)
        transaction.set_rollback(True)
