"""Deciles that a source gives itself: which strata they are, and what they are refused for."""

import pytest

from geo.errors import InputError, UnknownArea, UnknownStratum
from geo.queries.catalogue import find_current_release, get_indicator
from geo.queries.inequality import get_inequality, get_inequality_series, list_indexes
from geo.queries.published_deciles import decile_of
from tests import builders

SLUG = "made-up-years"


@pytest.fixture
def held():
    """Years of England by decile in two periods, 70 to 79 with an error of 0.1, and of no other area."""
    release = builders.a_current_release()
    made = builders.an_indicator(SLUG, unit="years", method="life_table")
    england = builders.an_area("E92000001", geography="ctry23", name="England")
    builders.an_area("E54000901", geography="icb26")
    for period in ("2015--2017", "2018--2020"):
        for decile in range(1, 11):
            stratum = builders.a_stratum(f"decile-{decile}", dimension="deprivation")
            builders.an_observation(
                england, release=release, indicator=made, period=period, stratum=stratum, numerator=5000.0, denominator=1e6,
                value=69.0 + decile, lower=69.0 + decile - 0.196, upper=69.0 + decile + 0.196,
            )  # fmt: skip
            builders.an_availability(release=release, indicator=made, geography="ctry23", period=period, stratum=f"decile-{decile}")
    current = find_current_release()
    return current, get_indicator(SLUG, current)


@pytest.mark.parametrize(
    ("stratum", "decile"), [("decile-1", 1), ("decile-10", 10), ("decile-11", None), ("decile-0", None), ("all", None)]
)
def test_only_ten_names_are_deciles(stratum, decile):
    assert decile_of(stratum) == decile


@pytest.mark.django_db
def test_the_newest_period_is_a_gradient_with_a_slope_by_hand(held):
    found = get_inequality(*held)

    assert (found.period, found.deprivation, found.geography.slug) == ("2018--2020", "published", "ctry23")
    assert [group.value for group in found.groups] == [70.0, 71.0, 72.0, 73.0, 74.0, 75.0, 76.0, 77.0, 78.0, 79.0]
    # A year each tenth: ten years from end to end; the ends are half a year beyond the middles of the outer tenths.
    assert (found.steepness.sii.value, found.steepness.start, found.steepness.end) == pytest.approx((10.0, 69.5, 79.5))
    # The error of a slope over ten equal tenths: 0.1 over the root of their squared distances, 0.825.
    assert found.steepness.sii.upper - found.steepness.sii.value == pytest.approx(0.196 / 0.825**0.5, rel=1e-4)
    assert found.steepness.rii.value == pytest.approx(79.5 / 69.5)
    assert (found.steepness.off_line, found.groups[0].areas) == (0, None)


@pytest.mark.django_db
def test_periods_are_a_series(held):
    release, indicator = held

    series = get_inequality_series(release, indicator, get_inequality(release, indicator))

    assert [one.period for one in series] == ["2015--2017", "2018--2020"]
    assert list_indexes(release, indicator) == ("published",)


@pytest.mark.django_db
def test_what_the_source_does_not_give_is_refused(held):
    with pytest.raises(UnknownArea, match="gives no deciles for E54000901"):
        get_inequality(*held, area="E54000901")
    with pytest.raises(UnknownStratum, match="parts of the people themselves"):
        get_inequality(*held, stratum="decile-1")
    with pytest.raises(InputError, match="No set of areas"):
        get_inequality(*held, deprivation="imd2025")
