"""What honesty forbids is refused, rule by rule, and what it allows passes."""

import pytest

from geo.disclosure.claims import Claim, SliceFacts, may_claim, refuse_dishonest
from geo.errors import RefusedClaim

TESTS = (Claim.PRIORITY, Claim.HOT_SPOT, Claim.SCAN, Claim.FUNNEL, Claim.SHRINKAGE)


def facts(**changes):
    return SliceFacts(
        **{"area_type": "practice", "is_ratio_only": False, "is_modelled": False, "is_part_of_imd": False, "periods": 6} | changes
    )


@pytest.mark.parametrize("claim", Claim)
def test_observed_counts_bear_every_claim(claim):
    refuse_dishonest(claim, facts(index_domain="imd"))

    assert may_claim(claim, facts())


@pytest.mark.parametrize("claim", Claim)
def test_modelled_neighbourhoods_bear_none(claim):
    with pytest.raises(RefusedClaim, match="modelled from the practices that residents use") as refusal:
        refuse_dishonest(claim, facts(area_type="lsoa", is_modelled=True))

    assert refusal.value.reason == "modelled_neighbourhoods"


@pytest.mark.parametrize("claim", Claim)
def test_other_modelled_areas_bear_none_either(claim):
    with pytest.raises(RefusedClaim, match="their error is not known") as refusal:
        refuse_dishonest(claim, facts(area_type="lad", is_modelled=True))

    assert refusal.value.reason == "modelled"


@pytest.mark.parametrize("claim", TESTS)
def test_a_part_of_the_imd_is_neither_tested_nor_shrunken(claim):
    with pytest.raises(RefusedClaim, match="modelled part of the IMD") as refusal:
        refuse_dishonest(claim, facts(area_type="lsoa", is_part_of_imd=True, is_ratio_only=True))

    assert refusal.value.reason == "part_of_imd"


@pytest.mark.parametrize("claim", [Claim.SLOPE, Claim.INEQUALITY])
def test_a_part_of_the_imd_has_no_slope_on_the_imd(claim):
    part = {"area_type": "lsoa", "is_part_of_imd": True, "is_ratio_only": True}

    with pytest.raises(RefusedClaim, match="put it against itself") as refusal:
        refuse_dishonest(claim, facts(**part, index_domain="imd"))

    assert refusal.value.reason == "part_of_imd"
    assert may_claim(Claim.SLOPE, facts(**part, index_domain="income"))


@pytest.mark.parametrize("claim", [*TESTS, Claim.INEQUALITY])
def test_figures_without_counts_are_not_tested(claim):
    with pytest.raises(RefusedClaim, match="without counts") as refusal:
        refuse_dishonest(claim, facts(area_type="lad", is_ratio_only=True))

    assert refusal.value.reason == "not_published"


@pytest.mark.parametrize("claim", [Claim.SLOPE, Claim.TREND])
def test_figures_without_counts_still_have_a_slope_and_a_trend(claim):
    assert may_claim(claim, facts(area_type="lad", is_ratio_only=True))


def test_a_single_period_is_never_moving():
    with pytest.raises(RefusedClaim, match="one period only") as refusal:
        refuse_dishonest(Claim.TREND, facts(periods=1))

    assert refusal.value.reason == "single_period"
    assert may_claim(Claim.TREND, facts(periods=2))
    assert may_claim(Claim.FUNNEL, facts(periods=1))


def test_facts_are_read_from_a_definition():
    found = SliceFacts.of(
        {"kind": "ratio_only", "part_of_imd": True}, area_type="lsoa", is_modelled=False, periods=3, index_domain="income"
    )

    assert found == SliceFacts("lsoa", is_ratio_only=True, is_modelled=False, is_part_of_imd=True, periods=3, index_domain="income")
    assert not SliceFacts.of({"kind": "counts"}, area_type="lsoa", is_modelled=False).is_ratio_only


@pytest.mark.parametrize("claim", [Claim.SLOPE, Claim.FUNNEL])
def test_crude_rates_of_residents_have_neither_slope_nor_funnel(claim):
    with pytest.raises(RefusedClaim, match="follow their ages") as refusal:
        refuse_dishonest(claim, facts(area_type="msoa", is_crude_rate=True))

    assert refusal.value.reason == "age_matters"
    assert may_claim(Claim.PRIORITY, facts(area_type="msoa", is_crude_rate=True))


def test_a_published_rate_without_counts_is_not_taken_for_a_crude_one():
    assert SliceFacts.of({"kind": "counts", "unit": "per_100k"}, area_type="msoa", is_modelled=False).is_crude_rate
    assert not SliceFacts.of({"kind": "ratio_only", "unit": "per_100k"}, area_type="lad", is_modelled=False).is_crude_rate
    assert not SliceFacts.of({"kind": "counts", "unit": "proportion"}, area_type="lad", is_modelled=False).is_crude_rate


@pytest.mark.parametrize("claim", [*TESTS, Claim.INEQUALITY])
def test_a_life_table_is_no_count_of_events_among_people(claim):
    with pytest.raises(RefusedClaim, match="deaths at every age") as refusal:
        refuse_dishonest(
            claim, SliceFacts.of({"kind": "counts", "unit": "years", "method": "life_table"}, area_type="ctry", is_modelled=False)
        )

    assert refusal.value.reason == "life_table"
