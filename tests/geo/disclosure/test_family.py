"""How cells add up: areas in areas, groups in totals, periods in windows, baskets in baskets; and what must not be asked for."""

from dataclasses import replace

import numpy as np
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.family import Known, code, group_indicators, link
from geo.disclosure.policies import load_policy
from geo.disclosure.relations import AT_LEAST, COVER, EACH, EQUAL, relate_known, settle
from geo.disclosure.rules import COMPLEMENT, NUMERATOR
from geo.errors import DisclosureError
from tests.families import a_cell, a_family, a_practice_of_one, a_system, by_area, table_of

HES = load_policy("hes")
NESTING = [("lsoa21", "A", "msoa21", "M"), ("lsoa21", "B", "msoa21", "M"), ("msoa21", "M", "lad24", "L")]


def names(coded, each):
    """{part: whole} of a link, by area, period and stratum."""

    def name(row):
        return coded.areas[coded.area[row]][1], coded.periods[coded.period[row]], coded.strata[coded.stratum[row]][1]

    return {name(part): name(whole) for part, whole in zip(each.part, each.whole, strict=True)}


def links_of(cells, family):
    coded = code(cells)
    return coded, link(coded, family)


def test_areas_lie_in_the_next_wider_area_that_has_the_indicator():
    cells = table_of([a_cell("A"), a_cell("B"), a_cell("M", 40, geography="msoa21"), a_cell("L", 40, geography="lad24")])

    _coded, links = links_of(cells, a_family(NESTING))

    assert {each.name for each in links} == {"lsoa21 in msoa21", "msoa21 in lad24"}


def test_a_level_that_is_not_there_is_passed_over():
    cells = table_of([a_cell("A"), a_cell("B"), a_cell("L", 40, geography="lad24")])

    coded, links = links_of(cells, a_family(NESTING))

    assert [each.name for each in links] == ["lsoa21 in lad24"]
    assert {whole[0] for whole in names(coded, links[0]).values()} == {"L"}


TENTHS = {("lsoa21", "A"): ("deprivation", "decile-1"), ("lsoa21", "B"): ("deprivation", "decile-2")}


def test_neighbourhoods_lie_in_the_tenth_of_deprivation_of_the_nearest_area_that_tells_tenths():
    tenths = [
        a_cell(area, 20, geography=level, dimension="deprivation", stratum="decile-1") for level, area in (("lad24", "L"), ("ctry23", "E"))
    ]
    cells = table_of([a_cell("A"), a_cell("B"), *tenths])
    pairs = [("lsoa21", "A", "lad24", "L"), ("lsoa21", "B", "lad24", "L"), ("lad24", "L", "ctry23", "E")]

    coded, links = links_of(cells, a_family(pairs, groups=TENTHS))

    by_name = {each.name: names(coded, each) for each in links}
    assert by_name["lsoa21 in groups of lad24"] == {("A", "2021-22", "all"): ("L", "2021-22", "decile-1")}
    assert "lsoa21 in groups of ctry23" not in by_name


def test_where_one_part_reaches_a_whole_past_the_sets_between_all_are_summed():
    """A district that no board holds lies in England by itself: so that nothing is lost, the sum of all districts is kept beside boards."""
    sets = {"A": "lsoa21", "B": "lsoa21", "L": "lad24", "M": "lad24", "I": "icb26", "E": "ctry23"}
    cells = table_of([a_cell(area, 40, geography=level) for area, level in sets.items()])
    pairs = [("lsoa21", "A", "lad24", "L"), ("lsoa21", "B", "lad24", "M"), ("icb26", "I", "ctry23", "E")]
    pairs += [(sets[area], area, "icb26", "I") for area in "ABL"] + [("lad24", area, "ctry23", "E") for area in "LM"]

    coded, links = links_of(cells, a_family(pairs))

    found = {each.name: {part[0]: whole[0] for part, whole in names(coded, each).items()} for each in links}
    assert found == {
        "lsoa21 in lad24": {"A": "L", "B": "M"},
        "lsoa21 in icb26": {"A": "I", "B": "I"},
        "lad24 in icb26": {"L": "I"},
        "lad24 in ctry23": {"L": "E", "M": "E"},
        "icb26 in ctry23": {"I": "E"},
    }


@pytest.mark.parametrize("is_told", [True, False])
def test_a_tenth_of_few_people_does_not_tell_who_they_are(is_told):
    """Seven neighbourhoods of one person each are a tenth of seven: whoever adds up least ends knows each of them."""
    few, many = [f"F{at}" for at in range(7)], [f"M{at}" for at in range(80)]
    counts = {**dict.fromkeys(few, 1), **dict.fromkeys(many, 40)}
    cells = [a_cell(area, count) for area, count in counts.items()]
    cells += [a_cell("L", sum(counts.values()), 130_500, geography="lad24")]
    for stratum, areas in (("decile-1", many), ("decile-3", few)):
        total = sum(counts[area] for area in areas)
        cells.append(a_cell("L", total, 1500 * len(areas), geography="lad24", dimension="deprivation", stratum=stratum))
    tenths = {("lsoa21", area): ("deprivation", "decile-3" if area in few else "decile-1") for area in counts}
    family = a_family([("lsoa21", area, "lad24", "L") for area in counts], groups=tenths if is_told else {})

    rows = protect(table_of(cells), HES, family).table.to_pylist()

    whole = next(row for row in rows if row["stratum"] == "decile-3")
    parts = [row for row in rows if row["area"] in few]
    least, most = whole["numerator_least"], whole["numerator_most"]
    others = sum(row["numerator_least"] for row in parts[1:])
    left = min(parts[0]["numerator_most"], (float("inf") if most is None else most) - others) - max(parts[0]["numerator_least"], 0) + 1
    assert least >= 0
    assert (left >= 4) is is_told


def test_groups_lie_in_the_total_of_their_area():
    cells = table_of(
        [a_cell(), a_cell(numerator=8, dimension="sex", stratum="female"), a_cell(numerator=12, dimension="sex", stratum="male")]
    )

    coded, links = links_of(cells, a_family())

    assert [each.name for each in links] == ["sex in all"]
    assert {part[2] for part in names(coded, links[0])} == {"female", "male"}


def test_periods_lie_in_the_shortest_longer_one_that_holds_them():
    periods = ("2019-20", "2020-21", "2019-20--2020-21", "2019-20-q1")
    coded, links = links_of(table_of([a_cell(period=period) for period in periods]), a_family())

    found = {part[1]: whole[1] for part, whole in names(coded, links[0]).items()}
    assert found == {"2019-20-q1": "2019-20", "2019-20": "2019-20--2020-21", "2020-21": "2019-20--2020-21"}


@pytest.mark.parametrize(
    "periods",
    [
        ("2018-19--2020-21", "2019-20--2021-22"),
        ("2017-18--2021-22", "2019-20--2021-22"),
        ("2019", "2019-20"),
    ],
)
def test_windows_that_overlap_are_refused(periods):
    with pytest.raises(DisclosureError, match="overlap"):
        protect(table_of([a_cell(period=period) for period in periods]), HES, a_family())


def test_an_area_in_two_areas_of_one_set_is_refused():
    with pytest.raises(DisclosureError, match="two areas"):
        protect(table_of([a_cell("A")]), HES, a_family([("lsoa21", "A", "msoa21", "M"), ("lsoa21", "A", "msoa21", "N")]))


def settled(parts, whole, kind=1):
    cells = table_of([a_cell("A", parts[0]), a_cell("B", parts[1]), a_cell("M", whole, geography="msoa21")])
    coded = code(cells)
    numerator = np.asarray(cells["numerator"].to_numpy(), dtype=float)[coded.order]
    exact = np.stack([numerator, 1500 - numerator, np.full(3, 1500.0)])
    found = settle(link(coded, a_family(NESTING)), coded, exact, np.full(3, kind, dtype=np.int8))
    return [each.holds for each in found if each.of == NUMERATOR]


def test_a_relation_is_used_as_far_as_the_exact_counts_keep_it():
    assert settled((5, 9), 14) == [EQUAL]
    assert settled((5, 9), 16) == [AT_LEAST]
    assert settled((5, 9), 12) == [EACH]
    assert settled((5, 9), 8) == []


def test_an_event_without_an_area_loosens_the_sum_and_not_the_protection():
    cells = table_of([a_cell("A", 5), a_cell("B", 30), a_cell("M", 40, geography="msoa21")])

    found = by_area(protect(cells, HES, a_family(NESTING)).table, "numerator_least", "numerator_most")

    assert found["A"] == (1, 14)


def in_whole(whole, *parts):
    """Numerators that do not overlap, within another."""
    return Known((whole, "numerator"), tuple((part, "numerator") for part in parts))


def a_basket(indicator, numerator):
    return a_cell(numerator=numerator, indicator=indicator)


def test_baskets_that_hold_each_other_bound_each_other():
    cells = table_of([a_basket("chronic", 5), a_basket("all", 12)])
    family = a_family(measures={"chronic": "share", "all": "share"}, known=(in_whole("all", "chronic"),))

    found = {row["indicator"]: (row["numerator_least"], row["numerator_most"]) for row in protect(cells, HES, family).table.to_pylist()}

    assert found == {"chronic": (1, 7), "all": (8, 12)}


def test_parts_of_a_basket_are_protected_with_it():
    # 14 in all (published 15), of which both parts are withheld: alone they would be 7 and 7, or 6 and 7.
    cells = table_of([a_basket("acute", 7), a_basket("chronic", 7), a_basket("total", 14)])
    measures = dict.fromkeys(("acute", "chronic", "total"), "share")

    together = protect(cells, HES, a_family(measures=measures, known=(in_whole("total", "acute", "chronic"),)))
    apart = protect(cells, HES, a_family(measures=measures))

    assert together.facts["fewest_candidates"] >= 4
    assert together.facts["withheld"]["level_withheld"] >= 2
    assert apart.facts["withheld"]["level_withheld"] == 0


def test_everything_is_no_more_than_each_and_no_less_than_what_all_must_share():
    names_of = ("all", "bp", "bmi")
    cover = Known(("all", "without"), (("bp", "without"), ("bmi", "without")), is_cover=True)
    known = (in_whole("bp", "all"), in_whole("bmi", "all"), cover)
    cells = table_of(
        [a_cell(numerator=count, denominator=200, indicator=name) for name, count in zip(names_of, (150, 180, 170), strict=True)]
    )
    family = a_family(measures=dict.fromkeys(names_of, "share"), known=known)
    coded = code(cells)
    numerator = np.asarray(cells["numerator"].to_numpy(), dtype=float)[coded.order]
    exact = np.stack([numerator, 200 - numerator, np.full(3, 200.0)])

    found = relate_known(coded, family, exact, np.zeros(3, dtype=np.int8))

    assert [(each.of, each.holds) for each in found] == [(NUMERATOR, AT_LEAST), (NUMERATOR, AT_LEAST), (COMPLEMENT, COVER)]


def test_those_without_one_thing_may_be_whom_another_indicator_counts():
    # Who has not opted out, 1,002 less 8, are the 994 of the other (published 995): at most 9 have opted out.
    cells = table_of([a_cell(numerator=8, denominator=1002, indicator="opted"), a_cell(numerator=500, denominator=994, indicator="known")])
    measures = {"opted": "share", "known": "share"}
    same = Known(("opted", "without"), (("known", "denominator"),))

    together, apart = (protect(cells, HES, a_family(measures=measures, known=known)).table.to_pylist() for known in ((same,), ()))

    assert [row["numerator_most"] for row in together if row["indicator"] == "opted"] == [9]
    assert [row["numerator_most"] for row in apart if row["indicator"] == "opted"] == [12]


def test_people_that_two_indicators_count_are_withheld_in_both_or_in_neither():
    # 1, 1 and 20 people in 22: the few are narrow, and their block takes the 20, which are counted again by neighbourhood.
    people = [1, 1, 20] + [40] * 87
    cells, family = a_system([0, 0, 0] + [12] * 87, people, per_msoa=3, per_lad=30)
    again = [{**row, "indicator": "again"} for row in cells.to_pylist() if row["geography"] == "lsoa21"]
    measures = {"asthma": "share", "again": "share"}
    known = (Known(("asthma", "denominator"), (("again", "denominator"),)),)

    found = protect(table_of([*cells.to_pylist(), *again]), HES, replace(family, measures=measures, known=known)).table.to_pylist()

    hidden = {name: {row["area"] for row in found if row["indicator"] == name and row["denominator"] is None} for name in measures}
    assert hidden["again"] == {f"lsoa21-{at:05d}" for at in range(3)}
    assert hidden["asthma"] == hidden["again"] | {"msoa21-00000"}


def test_a_count_is_nobody_where_the_indicator_of_these_people_has_no_cell():
    # Of 12 people none is ill, which few people would hide; but the treated of the ill have no cell there, and elsewhere they have.
    cells = [a_cell("A", 0, 12, indicator="ill"), a_cell("B", 40, indicator="ill"), a_cell("B", 20, 40, indicator="treated")]
    known = (Known(("ill", "numerator"), (("treated", "denominator"),), is_equal=True),)

    found = protect(table_of(cells), HES, a_family(measures={"ill": "share", "treated": "share"}, known=known)).table.to_pylist()

    assert next(row["status"] for row in found if row["area"] == "A") == "zero"


def test_a_count_is_nobody_where_all_that_it_is_the_sum_of_have_no_cell():
    # That the two are equal throughout is seen; and so the one who is alone in a practice is not in this state.
    cells, family = a_practice_of_one(0)

    found = protect(cells, HES, family).table.to_pylist()

    status = {(row["indicator"], row["area"]): row["status"] for row in found}
    assert status["state", "P00"] == "zero"
    assert "value" in status.values()


def test_what_is_not_so_is_not_told_by_absence():
    cells, family = a_practice_of_one(1)

    found = protect(cells, HES, family).table.to_pylist()

    assert next(row["status"] for row in found if row["area"] == "P00") == "suppressed"


def test_a_count_is_nobody_where_what_it_lies_in_has_no_cell():
    cells = [a_cell("A", 0, 12, indicator="ill"), a_cell("B", 9, 40, indicator="ill"), a_cell("B", 30, 60, indicator="asked")]
    known = (Known(("asked", "numerator"), (("ill", "numerator"),)),)

    found = protect(table_of(cells), HES, a_family(measures={"ill": "share", "asked": "share"}, known=known)).table.to_pylist()

    assert next(row["status"] for row in found if row["area"] == "A") == "zero"


def test_only_indicators_that_sums_connect_are_looked_at_together():
    family = a_family(measures={}, known=(in_whole("total", "a", "b"), in_whole("a", "c")))

    groups = group_indicators(["a", "b", "c", "d", "total"], family)

    assert groups[0] == groups[1] == groups[2] == groups[4] != groups[3]
