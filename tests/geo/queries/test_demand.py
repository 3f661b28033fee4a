"""Need of a programme from protected counts: what is shown counts as it is, what is withheld is filled, and little is told alone."""

import numpy as np
import pytest

from geo.errors import InputError
from geo.queries.catalogue import get_release
from geo.queries.demand import list_inflation, read_demand
from tests.builders import an_area
from tests.screened_district import INVITED, a_screened_district

pytestmark = pytest.mark.django_db


def demand_of(code="E09000014", **fields):
    """Of breast screening in the made-up district."""
    return read_demand(get_release(), programme="breast", area=code, **fields)


def test_need_adds_up_to_what_the_district_publishes_and_shown_counts_stay_near_theirs():
    a_screened_district()

    demand = demand_of()

    assert demand.need.sum() == pytest.approx(285, abs=4)
    for need, shown in zip(demand.need, INVITED, strict=True):
        assert 1 <= need <= 7 if shown is None else abs(need - shown) <= 2


def test_workload_counts_everybody_due_and_need_only_those_who_have_not_come():
    a_screened_district()

    demand = demand_of()

    # 1,200 are not yet due: a third of them within a year of a round of three.
    assert demand.workload(52).sum() == pytest.approx((285 + 400) * 0.65, rel=0.02)
    assert demand.workload(156).sum() == pytest.approx((285 + 1200) * 0.65, rel=0.02)


def test_a_figure_of_few_areas_is_refused_and_of_many_told_with_limits():
    a_screened_district()
    demand = demand_of()

    few, many = demand.told(np.array([8, 9])), demand.told(np.arange(4, 12))

    assert few.value is None
    assert "at least 3" in few.refused
    assert many.least <= many.value <= many.most
    assert many.value == pytest.approx(245, abs=6)


def test_a_figure_that_would_be_mostly_estimated_is_refused():
    district = a_screened_district()
    demand = demand_of()
    withheld = [number for number, count in enumerate(INVITED) if count is None]

    found = demand.told(np.array([*withheld, *withheld, 0]))

    assert found.value is None
    assert len(district.lsoas) == 12


def test_by_residents_need_is_less_and_least_so_where_people_are_poorest():
    a_screened_district()

    registered, resident = demand_of(), demand_of(base="resident")

    ratio = registered.need / resident.need
    assert ratio[:8] == pytest.approx(list_inflation(np.array([8.0]))[0])
    assert ratio[8:] == pytest.approx(1.14)


def test_a_release_or_an_area_that_tells_nothing_is_refused_by_name():
    a_screened_district()
    an_area("E09000015", geography="lad24", geometry_27700=None)

    with pytest.raises(InputError, match="tells nothing of who needs lung"):
        read_demand(get_release(), programme="lung", area="E09000014")
    with pytest.raises(InputError, match="districts and systems"):
        demand_of("E09000015")
