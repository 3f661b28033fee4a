"""Sums of linked records through the database: answers by fill, refusals, and that only what is published matters."""

import numpy as np
import pytest
from django.db import transaction

from geo.errors import UnfitCatchment
from geo.queries import catchment_figures, ground
from geo.queries.catalogue import get_release
from geo.queries.catchments import preview_catchment
from tests.protected_country import PEOPLE, a_protected_country

pytestmark = pytest.mark.django_db
RANDOM = np.random.default_rng(7)
RARE = RANDOM.poisson(4, 60)
USUAL = RANDOM.poisson(40, 60)


@pytest.fixture(autouse=True)
def fresh():
    """Worlds of other tests are not remembered."""
    ground._held.clear()
    catchment_figures._held.clear()


def ask(country, places):
    return preview_catchment({"areas": [country.codes[at] for at in places]}, get_release(country.release.slug)).profile.figures[0]


def test_a_sum_lies_within_its_interval_and_near_the_truth():
    country = a_protected_country(USUAL)

    found = ask(country, range(6, 18))

    truth = country.exact[6:18].sum()
    assert found.numerator == pytest.approx(truth, rel=0.03)
    assert found.denominator == pytest.approx(12 * PEOPLE, rel=0.002)
    assert found.lower < found.value < found.upper
    assert found.value == pytest.approx(found.numerator / found.denominator * 100_000)
    assert found.filled == 0


def test_all_areas_together_are_the_published_total():
    country = a_protected_country(USUAL)

    found = ask(country, range(60))

    published = country.indicator.observation_set.get(geography__slug="ctry23").numerator
    assert abs(found.numerator - published) <= 2
    assert found.gap == pytest.approx((found.value - found.benchmark) / 100_000 * found.denominator)


def test_withheld_counts_are_filled_where_wider_areas_say_what_is_left():
    country = a_protected_country(RARE)

    found = ask(country, range(30))

    assert found.refused is None
    assert found.numerator == pytest.approx(country.exact[:30].sum(), rel=0.1)
    assert found.lower < country.exact[:30].sum() / (30 * PEOPLE) * 100_000 < found.upper


def test_each_count_stands_for_what_its_published_form_leaves_open():
    country = a_protected_country([0, 1, 7, 8, 12, 13, 40, 3, 0, 0, 0, 9])
    column = catchment_figures.get_figures(get_release(country.release.slug)).columns[0]

    level = column.records.numerator.levels[0]

    # 1 to 7 are withheld as small; 8 to 12 are shown as 10, and 8 is the least that is shown; 13 as 15, 40 as itself.
    assert level.least.tolist() == [0, 1, 1, 8, 8, 13, 38, 1, 0, 0, 0, 8]
    assert level.most.tolist() == [0, 7, 7, 12, 12, 17, 42, 7, 0, 0, 0, 12]
    assert level.is_withheld.tolist() == [count in range(1, 8) for count in country.exact]
    people = column.records.denominator.levels[0]
    assert (people.least[0], people.most[0]) == (PEOPLE - 2, PEOPLE + 2)


def test_a_share_is_never_more_than_its_people():
    country = a_protected_country([300] * 6, people=[302] * 6, unit="proportion", method="wilson")
    column = catchment_figures.get_figures(get_release(country.release.slug)).columns[0]

    # 300 may be 302, and 300 people 302: no count passes them.
    assert column.records.numerator.levels[0].most.tolist() == [302] * 6


@pytest.mark.parametrize(("places", "reason"), [([0], "few_areas"), ([0, 1], "few_areas"), ([0, 1, 2], "few_people")])
def test_few_areas_and_few_people_are_refused(places, reason):
    found = ask(a_protected_country(USUAL), places)

    assert (found.refused.reason, found.value, found.numerator, found.lower, found.gap) == (reason, None, None, None, None)
    assert found.status.name == "SUPPRESSED"


def test_what_would_be_mostly_estimated_is_refused():
    country = a_protected_country(np.where(np.arange(60) % 6 < 5, 3, 30))

    found = ask(country, [at for at in range(30) if at % 6 < 5][:12])

    assert found.refused.reason == "mostly_estimated"
    assert "withheld" in found.refused.message
    assert found.value is None


def test_countries_that_publish_alike_are_answered_alike():
    # The exact counts differ within what rounding and withholding hide; every level is published the same.
    first = np.array([3, 5, 38, 42, 41, 40] * 10)
    other = np.array([5, 3, 41, 40, 38, 42] * 10)
    told = []
    for counts in (first, other):
        ground._held.clear()
        with transaction.atomic():
            country = a_protected_country(counts)
            answers = [ask(country, at) for at in (range(5), range(2, 40), range(0, 60, 3))]
            told.append([(one.numerator, one.lower, one.upper, one.filled) for one in answers])
            transaction.set_rollback(True)

    assert told[0] == told[1]


def test_order_and_duplicates_do_not_matter():
    country = a_protected_country(USUAL)

    assert ask(country, [9, 7, 8, 7, 10]) == ask(country, [7, 8, 9, 10])


def test_areas_outside_the_records_are_told():
    country = a_protected_country(USUAL)
    country.indicator.observation_set.filter(geography__slug="lsoa21", area__code__in=country.codes[20:]).delete()

    part, most_outside = ask(country, range(16, 22)), ask(country, range(17, 40))

    assert part.coverage == pytest.approx(4 / 6)
    assert part.numerator == pytest.approx(country.exact[16:20].sum(), rel=0.1)
    assert most_outside.refused.reason == "not_in_records"


def test_a_code_that_is_none_is_named():
    country = a_protected_country(USUAL[:6])
    with pytest.raises(UnfitCatchment):
        preview_catchment({"areas": [*country.codes, "E01999999"]}, get_release(country.release.slug))
