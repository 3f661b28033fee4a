"""The grain is the finest step of the closed list at which enough areas are reliable."""

from geo.disclosure.grain import Step, choose_grain


def a_step(area_type, reliable, *, areas=100, years=1):
    return Step(f"{area_type}21", area_type, ("2021",), years, areas, reliable)


def test_the_finest_reliable_step_is_taken_whatever_the_order():
    steps = [a_step("lad", 100), a_step("lsoa", 40), a_step("msoa", 95)]

    chosen = choose_grain(steps)

    assert chosen.step.area_type == "msoa"
    assert [step.area_type for step in chosen.tried] == ["lsoa", "msoa"]
    assert chosen.reason == (
        "By lsoa and one period only 40 of 100 areas are reliable; here 95 of 100 areas have a reliable value, at least 90%."
    )


def test_years_are_pooled_before_a_coarser_level_is_tried():
    chosen = choose_grain([a_step("msoa", 99), a_step("lsoa", 10), a_step("lsoa", 92, years=3)])

    assert (chosen.step.area_type, chosen.step.years) == ("lsoa", 3)


def test_nine_tenths_are_enough_and_a_hair_less_is_not():
    assert choose_grain([a_step("lsoa", 90)]).step is not None
    assert choose_grain([a_step("lsoa", 89)]).step is None


def test_practices_have_a_ladder_of_their_own():
    chosen = choose_grain([a_step("icb", 36, areas=36), a_step("pcn", 1274, areas=1274), a_step("practice", 10)])

    assert chosen.step.area_type == "pcn"


def test_nothing_fine_enough_says_what_was_tried_and_nothing_at_all_says_so():
    none = choose_grain([a_step("lad", 3), a_step("icb", 1)])

    assert none.step is None
    assert "By lad and one period only 3 of 100" in none.reason
    assert "the system's own figure stands" in none.reason
    assert choose_grain([]).reason == "No set of areas of this system has the indicator."
    assert choose_grain([a_step("lad", 0, areas=0)]).step is None
