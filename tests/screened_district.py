"""A made-up district with protected figures of breast screening, in a row from west to east: the further east, the more need."""

from dataclasses import dataclass

from geo.models import Area, Release
from geo.statuses import Reason, Status
from tests.builders import (
    a_current_release,
    a_deprivation,
    a_link,
    a_square,
    a_travel_model,
    an_area,
    an_availability,
    an_indicator,
    an_observation,
)

PERIOD = "2025-26"
# By LSOA: counts as protected; None = withheld. Every MSOA has four.
INVITED = (10, 10, None, 15, 20, 25, 20, None, 40, 45, 40, 50)
NOT_YET = (100,) * 12
PEOPLE = 200


@dataclass(frozen=True)
class District:
    """The district and what lies in it."""

    release: Release
    area: Area
    lsoas: list[Area]


def a_screened_district(*, is_synthetic: bool = True) -> District:
    """Twelve LSOAs of 1,500 residents in three MSOAs; the four in the east are of decile 1, the others of decile 8."""
    release = a_current_release("made-up-synthetic", is_synthetic=is_synthetic)
    a_travel_model()
    area = an_area("E09000014", geography="lad24", population=18_000, geometry_27700=None)
    msoas = [an_area(geography="msoa21", population=6_000, geometry_27700=a_square(2 + 4 * number)) for number in range(3)]
    lsoas = [an_area(geography="lsoa21") for _ in range(12)]
    for number, lsoa in enumerate(lsoas):
        a_link(lsoa, msoas[number // 4])
        a_link(lsoa, area)
        a_deprivation(lsoa, decile=1 if number >= 8 else 8)
    for msoa in msoas:
        a_link(msoa, area)
    for state, counts in (("invited", INVITED), ("not-invited", (0,) * 12), ("not-yet-due", NOT_YET)):
        _publish(release, f"linked-breast-need-{state}", counts, (area, msoas, lsoas))
    return District(release, area, lsoas)


def _publish(release: Release, slug: str, counts: tuple[int | None, ...], areas: tuple[Area, list[Area], list[Area]]) -> None:
    """A withheld count is one of 1 to 7; wider areas are told with 5 for each of these."""
    district, msoas, lsoas = areas
    indicator = an_indicator(slug, policy={"numerator": "hes", "denominator": "hes"}, sources=["linked-records"])
    for geography in ("lsoa21", "msoa21", "lad24"):
        an_availability(release=release, indicator=indicator, geography=geography, period=PERIOD)
    told = {"release": release, "indicator": indicator, "period": PERIOD, "lower": 0.0, "upper": 1.0}
    full = [5 if count is None else count for count in counts]
    for number, (lsoa, count) in enumerate(zip(lsoas, counts, strict=True)):
        if count is None:
            absent = {
                "numerator": None,
                "value": None,
                "lower": None,
                "upper": None,
                "status": Status.SUPPRESSED,
                "reason": Reason.SMALL_NUMBERS,
            }
            an_observation(lsoa, denominator=PEOPLE, **{**told, **absent})
        else:
            an_observation(lsoa, numerator=counts[number], denominator=PEOPLE, value=count / PEOPLE, **told)
    for number, msoa in enumerate(msoas):
        an_observation(msoa, numerator=sum(full[4 * number : 4 * number + 4]), denominator=4 * PEOPLE, **told)
    an_observation(district, numerator=sum(full), denominator=12 * PEOPLE, **told)
