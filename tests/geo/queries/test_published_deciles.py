"""Deciles that a source gives itself: which strata they are, and what they are refused for."""

import pytest

from geo.errors import InputError, UnknownArea, UnknownStratum
from geo.queries.catalogue import find_current_release, get_indicator
from geo.queries.inequality import get_inequality, get_inequality_series, list_indexes
from geo.queries.published_deciles import decile_of
from tests import builders
from tests.deciles import a_protected_release

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


@pytest.fixture
def protected():
    return a_protected_release()


@pytest.mark.django_db
def test_protected_counts_are_put_against_the_people_of_each_decile_alone(protected):
    release, indicator = protected

    found = get_inequality(release, indicator)

    assert list_indexes(release, indicator) == ("published",)
    assert [group.numerator for group in found.groups] == [300.0 + 20 * decile for decile in range(1, 11)]
    assert found.method.startswith("Groups are of people, by the decile of IMD 2025 of the neighbourhood that each lives in")
    assert "sums over areas would leave out" in found.method
    assert found.steepness.sii.value == pytest.approx(0.2, rel=0.03)
    with pytest.raises(InputError, match="ask for the people of each decile"):
        get_inequality(release, indicator, deprivation="imd2025")


@pytest.mark.django_db
def test_open_counts_of_the_same_kind_keep_both(protected):
    release, indicator = protected
    indicator.definition["policy"] = {}

    assert list_indexes(release, indicator) == ("imd2025", "published")


@pytest.mark.django_db
def test_a_decile_that_is_withheld_throughout_stands_there_without_a_figure():
    release, indicator = a_protected_release(without=(4,))

    found = get_inequality(release, indicator)

    assert [group.decile for group in found.groups] == list(range(1, 11))
    assert (found.groups[3].status, found.groups[3].reason, found.groups[3].value) == ("suppressed", "withheld", None)
    assert found.steepness.reason == "incomplete"


@pytest.mark.django_db
def test_where_no_decile_may_be_shown_sums_over_areas_do_not_stand_in():
    release, indicator = a_protected_release(without=range(1, 11))

    assert list_indexes(release, indicator) == ()
    with pytest.raises(InputError):
        get_inequality(release, indicator)
