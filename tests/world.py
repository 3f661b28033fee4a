"""A small England: two districts in one region, each with LSOAs, a county that repeats a value, a release with three indicators."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from geo.models import Area, Indicator, Outcode, Release
from geo.statuses import Basis, Reason, Status
from tests.builders import (
    a_current_release,
    a_deprivation,
    a_detection,
    a_finding,
    a_grain,
    a_link,
    a_missing_observation,
    a_postcode,
    a_refusal,
    a_site,
    a_source_load,
    a_travel_model,
    an_area,
    an_area_build,
    an_availability,
    an_estimate,
    an_indicator,
    an_observation,
)
from tests.cells import make_cells


@dataclass(frozen=True)
class World:
    """What the tests name."""

    release: Release
    england: Area
    districts: list[Area]
    lsoas: list[Area]
    older: list[Area]
    coverage: Indicator
    ratio: Indicator
    part: Indicator


def a_world() -> World:
    """Twelve LSOAs of 2021 in two districts; two of 2011 sharing codes with the first; coverage, a ratio and a part of IMD."""
    provenance = {"title": "Made-up file", "publisher": "Nobody", "licence": "Open Government Licence v3.0", "address_checked": False}
    a_source_load("made-up-source", provenance=provenance)
    an_area_build()
    release = a_current_release("2026-01-made-up", sources={"made-up-source": {"sha256": "0" * 64, "origin": "mirror", "state": "loaded"}})
    england = an_area("E92000001", geography="ctry23", name="England", population=18_000)
    districts = [an_area(f"E0900000{n}", geography="lad24", name=name) for n, name in ((1, "Made-up Haven"), (2, "Söuth Made-up"))]
    lsoas = [an_area(f"E0100000{n:x}".upper() if n > 9 else f"E0100000{n}", name=f"Haven {n:03}") for n in range(1, 10)]
    lsoas += [an_area(f"E010000{n}", name=f"South {n:03}") for n in range(10, 13)]
    older = [an_area(lsoa.code, geography="lsoa11", name=lsoa.name) for lsoa in lsoas[:2]]
    for number, lsoa in enumerate(lsoas):
        a_link(lsoa, england)
        a_link(lsoa, districts[0 if number < 9 else 1])
        a_deprivation(lsoa, decile=min(number + 1, 10), score=60.0 - number, rank=number + 1)
        a_deprivation(lsoa, domain="income", decile=10 - min(number, 9), score=1.0 * number, rank=12 - number)
    for district in districts:
        a_link(district, england)
    for new, old in zip(lsoas, older, strict=False):
        a_link(old, new, "converts", method="made up")
    a_postcode("OX11AA", lsoa11=older[0], lsoa21=lsoas[0])
    a_postcode("OX11AB", lsoa11=older[1], lsoa21=lsoas[1], easting=441_500, is_lsoa21_best_fit=True)
    Outcode.objects.create(
        outcode="OX1", easting=441_000, northing=200_500, west=440_500, south=200_500, east=441_500, north=200_500, postcodes=2
    )
    a_travel_model()
    a_site("school", lsoa21=lsoas[0])
    a_site("hospital", lsoa21=lsoas[11])
    world = World(
        release=release,
        england=england,
        districts=districts,
        lsoas=lsoas,
        older=older,
        coverage=an_indicator("cervical-coverage-25-49"),
        ratio=an_indicator("made-up-ratio", kind="ratio_only", unit="ratio_100", polarity="low_is_good", method="none"),
        part=an_indicator("acute-morbidity", kind="ratio_only", unit="ratio_100", polarity="low_is_good", part_of_imd=True, method="none"),
    )
    _observe(world)
    _find(world)
    make_cells()
    return world


def _find(world: World) -> None:
    """One finding on the first neighbourhood, an estimate of it, a refusal, and the grain of England."""
    of = {"release": world.release, "indicator": world.coverage}
    a_finding(a_detection(**of), world.lsoas[0], key="0123456789abcdef", rank=1)
    a_refusal(**of)
    an_estimate(world.lsoas[0], **of)
    a_grain(world.england, **of)


def _observe(world: World) -> None:
    """Coverage of two years everywhere, with one area missing and one zero; ratios without counts."""
    for period in ("2020-21", "2021-22"):
        for number, lsoa in enumerate(world.lsoas):
            _one(world, world.coverage, lsoa, number, period=period)
        for geography in ("lsoa21", "lad24", "ctry23"):
            an_availability(release=world.release, indicator=world.coverage, geography=geography, period=period)
        for area in (*world.districts, world.england):
            an_observation(area, release=world.release, indicator=world.coverage, period=period)
    for indicator in (world.ratio, world.part):
        for number, lsoa in enumerate(world.lsoas):
            blank = {"numerator": None, "denominator": None, "lower": None, "upper": None, "reason": Reason.NOT_PUBLISHED}
            an_observation(lsoa, release=world.release, indicator=indicator, value=80.0 + number, **blank)
        an_availability(release=world.release, indicator=indicator)


def _one(world: World, indicator: Indicator, lsoa: Area, number: int, **fields: Any) -> None:
    if number == 3:
        a_missing_observation(lsoa, release=world.release, indicator=indicator, **fields)
    elif number == 4:
        zero = {"numerator": 0.0, "value": 0.0, "lower": 0.0, "upper": 0.037, "status": Status.ZERO}
        an_observation(lsoa, release=world.release, indicator=indicator, **zero, **fields)
    else:
        share = 50.0 + number
        limits = {"lower": share / 100 - 0.09, "upper": share / 100 + 0.09}
        an_observation(
            lsoa, release=world.release, indicator=indicator, numerator=share, value=share / 100, basis=Basis.OBSERVED, **limits, **fields
        )


@contextmanager
def standing_world(blocker: Any) -> Iterator[World]:
    """The small England, made once for all tests of a module and taken away after them; each test undoes its own changes.

    blocker: pytest-django's django_db_blocker. A test changes rows by queries, never the objects, which others share.
    """
    with blocker.unblock(), transaction.atomic():
        yield a_world()
        transaction.set_rollback(True)
