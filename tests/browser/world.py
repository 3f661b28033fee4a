"""A small made-up England for the browser: 36 neighbourhoods in 12 wider ones in 4 districts, with tiles, figures and deciles.

Every status and every kind of basis occurs. Shapes are squares of 20 km, so that they can be seen and pointed at from afar.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from geo.codes import CELLS
from geo.crs import BRITISH_NATIONAL_GRID
from geo.models import Area, Detection, Finding, FindingArea, Indicator, Release
from geo.operations.cells import build_values
from geo.statuses import Basis, Comparison, Reason, Status
from geo.tiles.geometry_plane import build_tileset
from tests import builders
from tests.cells import forget, make_cells

WEST, SOUTH, SIDE = 400_000, 180_000, 20_000
ACROSS = 6
DRAWN = ("lsoa21", "msoa21", "lad24")
FIRST, SECOND = "cervical-coverage-25-49", "qof-copd"
EARLIER, PERIOD = "2020-21", "2021-22"


@dataclass(frozen=True)
class World:
    """What was made: the release's slug and the areas by geography, in feature order."""

    release: str
    areas: dict[str, list[Area]]


# Adds figures to a release that is being made, from its areas by geography.
More = Callable[[Release, dict[str, list[Area]]], None]


def make_world(*, is_synthetic: bool = False, more: More | None = None) -> World:
    """Areas, links, deprivation, a published release, its tiles and value files. Needs a database without an open transaction."""
    areas = _areas()
    release = builders.a_release(is_synthetic=is_synthetic)
    for indicator in (
        _indicator(FIRST, "high_is_good", "Made-up screening", "cancer"),
        _indicator(SECOND, "none", "Made-up register", "other"),
    ):
        for period in (EARLIER, PERIOD):
            _observe(release, indicator, period, areas)
    deciles = builders.an_indicator(
        "imd-2025-decile",
        short_title="Made-up deciles",
        unit="decile",
        decimals=0,
        polarity="none",
        kind="ratio_only",
        core20plus5="context",
    )
    for slug in DRAWN:
        for area in areas[slug]:
            builders.a_deprivation(area, decile=_decile(area), rank=area.feature_id)
            builders.an_observation(
                area, release=release, indicator=deciles, period="2025", value=_decile(area), numerator=None, denominator=None,
                lower=None, upper=None, comparison=Comparison.NOT_COMPARED, reason=Reason.NOT_PUBLISHED,
            )  # fmt: skip
        builders.an_availability(
            release=release, indicator=deciles, geography=slug, period="2025", breaks=[2, 4, 6, 8, 10], minimum=1, maximum=10
        )
    if more:
        more(release, areas)
    make_cells()
    forget()
    for slug in (*DRAWN, CELLS.slug):
        build_tileset(slug)
    _estimate(release, areas)
    build_values(release)
    release.state, release.is_current, release.published_at = Release.State.PUBLISHED, True, timezone.now()
    release.save()
    _find(release, areas)
    return World(release.slug, areas)


def _indicator(slug, polarity, title, group):
    return builders.an_indicator(
        slug,
        polarity=polarity,
        short_title=title,
        title=f"{title}, in full",
        core20plus5=group,
        targets=[{"value": 0.8, "from": None, "to": None, "source": "Made-up programme"}],
        caveats=["Nothing of this is real."],
    )


def _areas() -> dict[str, list[Area]]:
    country = builders.an_area("E92000001", geography="ctry23", name="England", geometry_27700=_block(0, 0, ACROSS, ACROSS))
    districts = [_area("lad24", at, _block(at % 2 * 3, at // 2 * 3, 3, 3), f"Made-up Borough {'ABCD'[at]}") for at in range(4)]
    wider = [_area("msoa21", at, _block(at % 2 * 3, at // 2, 3, 1), f"Made-up Quarter {at + 1}") for at in range(12)]
    near = [_area("lsoa21", at, _block(at % ACROSS, at // ACROSS, 1, 1), f"Made-up Borough {at + 1:03d}A") for at in range(ACROSS**2)]
    for at, area in enumerate(near):
        column, row = at % ACROSS, at // ACROSS
        builders.a_link(area, wider[row * 2 + column // 3])
        builders.a_link(area, districts[row // 3 * 2 + column // 3])
        builders.a_link(area, country)
    return {"ctry23": [country], "lad24": districts, "msoa21": wider, "lsoa21": near}


def _area(geography: str, at: int, shape: MultiPolygon, name: str) -> Area:
    return builders.an_area(geography=geography, feature_id=at + 1, geometry_27700=shape, name=name)


def _block(column: int, row: int, wide: int, tall: int) -> MultiPolygon:
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return MultiPolygon(Polygon.from_bbox((west, south, west + wide * SIDE, south + tall * SIDE)), srid=BRITISH_NATIONAL_GRID)


def _decile(area: Area) -> int:
    return (area.feature_id - 1) % 10 + 1


def _observe(release: Release, indicator, period: str, areas: dict[str, list[Area]]) -> None:
    for slug, found in areas.items():
        values = []
        for area in found:
            made = _figures(area, indicator.slug, period, slug)
            values += [made["value"]] if made["value"] is not None else []
            builders.an_observation(area, release=release, indicator=indicator, period=period, **made)
        values.sort()
        builders.an_availability(
            release=release,
            indicator=indicator,
            geography=slug,
            period=period,
            areas=len(found),
            values=len(values),
            minimum=values[0],
            median=values[len(values) // 2],
            maximum=values[-1],
            breaks=sorted({values[int((len(values) - 1) * share / 5)] for share in range(1, 6)}),
            basis=Basis.MODELLED if slug == "lsoa21" else Basis.OBSERVED,
        )


def _figures(area: Area, indicator: str, period: str, slug: str) -> dict:
    """A value that follows the decile with some noise; neighbourhoods are modelled, some wider ones lack a value."""
    odd = {"msoa21": {1: Status.SUPPRESSED, 2: Status.MISSING, 3: Status.NOT_COLLECTED, 4: Status.ZERO}}.get(slug, {}).get(area.feature_id)
    noise = int(hashlib.sha256(f"{area.code}{indicator}{period}".encode()).hexdigest()[:4], 16) / 0xFFFF
    value = round(0.55 + 0.02 * _decile(area) + 0.1 * noise, 3)
    if odd is not None:
        return {
            **dict.fromkeys(("numerator", "denominator", "value", "lower", "upper")),
            **({"value": 0.0, "numerator": 0.0, "denominator": 50.0} if odd == Status.ZERO else {}),
            "status": odd,
            "comparison": Comparison.NOT_COMPARED,
            "reason": {Status.SUPPRESSED: Reason.SUPPRESSED_BY_PUBLISHER, Status.ZERO: Reason.NONE}.get(odd, Reason.NOT_REPORTED),
            "is_reliable": False,
        }
    figures = {"value": value, "numerator": round(value * 2000), "denominator": 2000.0, "lower": value - 0.03, "upper": value + 0.03}
    if slug == "lsoa21":
        return {
            **figures,
            "lower": None,
            "upper": None,
            "basis": Basis.MODELLED,
            "comparison": Comparison.NOT_COMPARED,
            "reason": Reason.ALLOCATION_ERROR_UNKNOWN,
        }
    return {**figures, "comparison": Comparison.SIMILAR if noise < 0.5 else Comparison.WORSE}


# What the engine is made to think of wider neighbourhoods, by feature id: exceedance, spot, in_window. Others were not tested.
THOUGHT: dict[int, tuple[float, int | None, bool]] = {
    5: (0.01, 1, False), 6: (0.1, -1, False), 7: (0.5, 0, False), 8: (0.9, 0, True), 9: (0.99, -1, True), 10: (0.2, None, False),
    11: (0.95, 0, False),
}  # fmt: skip


def _estimate(release: Release, areas: dict[str, list[Area]]) -> None:
    """Estimates of the first indicator's last period, of seven wider neighbourhoods, and of all districts: two lie in the window."""
    indicator = Indicator.objects.get(slug=FIRST)
    for area in areas["msoa21"]:
        if (thought := THOUGHT.get(area.feature_id)) is not None:
            builders.an_estimate(
                area, release=release, indicator=indicator, period=PERIOD, exceedance=thought[0], spot=thought[1], in_window=thought[2],
                q=None if thought[1] is None else 0.012, shrunken=0.5 + area.feature_id / 100,
            )  # fmt: skip
    for area in areas["lad24"]:
        builders.an_estimate(
            area, release=release, indicator=indicator, period=PERIOD, in_window=area.feature_id > 2, spot=0 if area.feature_id > 1 else -1
        )


def _find(release: Release, areas: dict[str, list[Area]]) -> None:
    """Two findings on districts, one worse and one better, a window, a difference without a place, and a question that was refused."""
    slice_ = {
        "release": release, "indicator": Indicator.objects.get(slug=FIRST), "geography_id": areas["lad24"][0].geography_id,
        "period": builders.a_period(PERIOD), "stratum": builders.a_stratum(),
    }  # fmt: skip
    numbers = {"confidence": 0.95, "multiplier": 1.0}
    made = Detection.objects.create(**slice_, kind="priority", state="found", method="Made up for a test.", parameters=numbers, tested=4)
    Detection.objects.create(**slice_, kind="hot_spot", state="refused", reason="modelled", explanation="Made up: modelled figures.")
    for rank, area in enumerate(areas["lad24"][:2], start=1):
        finding = Finding.objects.create(
            detection=made, key=f"{rank:016x}", rank=rank, area=area, direction="low", is_worse=rank == 1, people=30.0 - rank,
            sentence=f"Made up: {area.name}, 61.0 % (58.2 to 63.7), where 70.0 % is expected.",
            why=[{"label": "Counted", "words": "61 of 100."}],
        )  # fmt: skip
        FindingArea.objects.create(finding=finding, area=area)
    window = Detection.objects.create(**slice_, kind="scan_window", state="found", method="Made up.", parameters=numbers, tested=4)
    around = Finding.objects.create(
        detection=window, key=f"{3:016x}", rank=1, area=areas["lad24"][3], direction="low", is_worse=True, people=50.0,
        sentence="Made up: around Made-up Borough D, 60.0 % against 70.0 % expected.",
    )  # fmt: skip
    for area in areas["lad24"][2:]:
        FindingArea.objects.create(finding=around, area=area)
    unequal = Detection.objects.create(**slice_, kind="inequality", state="found", method="Made up.", parameters=numbers, tested=4)
    Finding.objects.create(
        detection=unequal, key=f"{4:016x}", rank=1, direction="low", is_worse=True, people=90.0, dimension="deprivation",
        group="the most deprived fifth", sentence="Made up: districts of the most deprived fifth: 60.0 %.",
    )  # fmt: skip
