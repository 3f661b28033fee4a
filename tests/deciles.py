"""A release of protected shares, as linked records make it: of people by decile, and of neighbourhoods with most of it withheld."""

from collections.abc import Collection

from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, find_current_release, get_indicator
from tests import builders

SLUG = "made-up-linked"


def a_protected_release(*, without: Collection[int] = ()) -> tuple[ReleaseInfo, IndicatorInfo]:
    """England's people by decile, 32 to 50 % of 1,000 in each, with sexes besides; without: deciles that no area has a figure of."""
    release = builders.a_current_release()
    made = builders.an_indicator(SLUG, policy={"numerator": "hes", "denominator": "hes"}, sources=["linked-records"])
    england = builders.an_area("E92000001", geography="ctry23", name="England")
    for decile in range(1, 11):
        if decile not in without:
            _share(england, release, made, f"decile-{decile}", "deprivation", 300.0 + 20 * decile)
    for slug, count in (("female", 450.0), ("male", 400.0)):
        _share(england, release, made, slug, "sex", count)
    for decile in (1, 10):
        area = builders.an_area(geography="lsoa21")
        builders.a_deprivation(area, index_version="imd2025", decile=decile)
        builders.an_observation(area, release=release, indicator=made)
    builders.an_availability(release=release, indicator=made, geography="lsoa21", areas=2, values=2)
    # A later quarter of everybody, without parts of the people.
    builders.an_observation(england, release=release, indicator=made, period="2021-22-q4")
    builders.an_availability(release=release, indicator=made, geography="ctry23", period="2021-22-q4")
    current = find_current_release()
    return current, get_indicator(SLUG, current)


def _share(area, release, indicator, slug, dimension, count):
    stratum, share = builders.a_stratum(slug, dimension=dimension), count / 1000
    builders.an_observation(
        area, release=release, indicator=indicator, stratum=stratum, numerator=count, denominator=1000.0, value=share,
        lower=share - 0.03, upper=share + 0.03,
    )  # fmt: skip
    builders.an_availability(release=release, indicator=indicator, geography="ctry23", stratum=slug)
