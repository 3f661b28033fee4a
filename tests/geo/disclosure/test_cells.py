"""Figures of cells: by plain counting, every total kept, and nothing shown that stands on fill, few areas or few people."""

from dataclasses import replace

import h3
import numpy as np
import pytest

from geo.disclosure.cells import AreaFigures, are_reliable, climb, move_figures, reasons_of, statuses_of
from geo.disclosure.policies import load_policy
from geo.geography.cells import ADAPTED, adapt, resolutions_of, weigh, widen
from geo.statuses import Reason, Status

OPEN, HES = load_policy("open").catchments, load_policy("hes").catchments
AREAS = 240


@pytest.fixture(scope="module")
def weights():
    random = np.random.default_rng(3)
    middles = random.uniform(51.4, 51.7, AREAS), random.uniform(-0.4, 0.1, AREAS)
    area = random.integers(0, AREAS, 9_000)
    latitude, longitude = (middle[area] + random.normal(0, 0.006, 9_000) for middle in middles)
    return weigh(area, (latitude, longitude), middles)


def some_areas(seed, *, unit="proportion", unknown=0.1, filled=0.3):
    random = np.random.default_rng(seed)
    people = random.integers(1000, 3000, AREAS).astype(float)
    denominator = np.floor(people * 0.2)
    numerator = np.floor(denominator * random.uniform(0.2, 0.9, AREAS))
    is_unknown = random.random(AREAS) < unknown
    flags = (random.random((2, AREAS)) < filled).astype(float)
    return AreaFigures(np.where(is_unknown, np.nan, numerator), denominator, flags, people, unit)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rule", [OPEN, HES])
def test_each_cell_is_as_counting_one_by_one_says(weights, seed, rule):
    coarse, areas = weights.coarser(8 if seed % 2 else 7), some_areas(seed)

    found = move_figures(coarse, areas, rule=rule)

    shares = coarse.matrix.toarray()
    for row in range(len(coarse.cells)):
        parts = [(at, shares[row, at]) for at in range(AREAS) if shares[row, at] > 0]
        known = [(at, share) for at, share in parts if not np.isnan(areas.numerator[at])]
        people, covered = (sum(share * areas.people[at] for at, share in some) for some in (parts, known))
        numerator = sum(share * areas.numerator[at] for at, share in known)
        denominator = sum(share * areas.denominator[at] for at, share in known)
        filled = [
            sum(share * each[at] * flag[at] for at, share in known) / total if total else 0.0
            for each, flag, total in ((areas.numerator, areas.filled[0], numerator), (areas.denominator, areas.filled[1], denominator))
        ]
        largest = sorted((share * areas.people[at] for at, share in known), reverse=True)
        expected = Reason.NONE
        if not covered:
            expected = Reason.NOT_IN_SOURCE
        elif covered < 0.7 * people:
            expected = Reason.INCOMPLETE
        elif max(filled) > rule.filled:
            expected = Reason.MOSTLY_ESTIMATED
        elif people < rule.people:
            expected = Reason.FEW_PEOPLE
        elif sum(largest[: rule.atoms - 1]) > 0.95 * covered:
            expected = Reason.FEW_AREAS
        assert Reason(int(found.reason[row])) is expected
        assert found.people[row] == pytest.approx(people)
        if expected is Reason.NONE:
            assert found.value[row] == pytest.approx(numerator / denominator)
            assert (found.numerator[row], found.denominator[row]) == (pytest.approx(numerator), pytest.approx(denominator))
            assert (found.coverage[row], found.filled[row]) == (pytest.approx(covered / people), pytest.approx(max(filled)))
        else:
            assert np.isnan([found.value[row], found.numerator[row], found.denominator[row]]).all()
    assert len({Reason(int(reason)) for reason in found.reason}) > 1


@pytest.mark.parametrize("resolution", [6, 7, 8, 9, 10])
def test_totals_of_open_figures_are_kept_at_every_resolution(weights, resolution):
    areas = some_areas(9, unknown=0.0)

    found = move_figures(weights.coarser(resolution), areas, rule=OPEN)

    assert np.nansum(found.numerator) == pytest.approx(areas.numerator.sum(), rel=1e-9)
    assert np.nansum(found.denominator) == pytest.approx(areas.denominator.sum(), rel=1e-9)
    assert found.people.sum() == pytest.approx(areas.people.sum(), rel=1e-9)


def test_a_ratio_is_the_mean_of_the_people_and_lies_between_those_of_its_areas(weights):
    ratio = np.random.default_rng(5).uniform(60, 140, AREAS)
    people = some_areas(5).people

    found = move_figures(weights.coarser(7), AreaFigures(ratio * people, people, np.zeros((2, AREAS)), people, "ratio_100"), rule=OPEN)

    shares = weights.coarser(7).matrix.toarray() * people
    assert found.value == pytest.approx((shares @ ratio) / shares.sum(axis=1))
    assert ((found.value >= ratio.min()) & (found.value <= ratio.max())).all()
    assert set(reasons_of(found, has_counts=False).tolist()) == {Reason.NOT_PUBLISHED}
    assert are_reliable(found, has_counts=False).all()


def test_one_filled_area_is_never_shown_by_a_cell():
    """Each cell holds one area whole: as fine as may be, and all of it filled or all of it alone."""
    cells = sorted(h3.cell_to_children(h3.latlng_to_cell(51.5, -0.1, 6), 8))
    latitude, longitude = (np.array(each) for each in zip(*map(h3.cell_to_latlng, cells), strict=True))
    one_each = weigh(np.arange(len(cells)), (latitude, longitude), (latitude, longitude))
    size = len(cells)
    areas = AreaFigures(np.full(size, 30.0), np.full(size, 300.0), np.ones((2, size)), np.full(size, 9_000.0), "proportion")

    filled = move_figures(one_each.coarser(8), areas, rule=HES)
    published = move_figures(one_each.coarser(8), replace(areas, filled=np.zeros((2, size))), rule=HES)

    assert set(filled.reason.tolist()) == {Reason.MOSTLY_ESTIMATED}
    assert set(published.reason.tolist()) == {Reason.FEW_AREAS}
    assert set(statuses_of(published).tolist()) == {Status.SUPPRESSED}
    assert np.isfinite(move_figures(one_each.coarser(6), replace(areas, filled=np.zeros((2, size))), rule=HES).value).all()


def test_a_refused_cell_shows_the_finest_wider_one_that_may_be_shown_and_one_without_figures_none(weights):
    areas = some_areas(11, unknown=0.2)
    steps = [weights.coarser(resolution) for resolution in ADAPTED]
    drawn = weights.into(adapt(steps, areas.people, least=1000, spare=0.3))
    own = move_figures(drawn, areas, rule=HES)
    wider = [move_figures(weights.coarser(resolution), areas, rule=HES) for resolution in (8, 7, 6)]

    found = climb(own, wider)

    by_cell = {int(cell): (each, at) for each in wider for at, cell in enumerate(each.cells)}
    climbed = 0
    for at, cell in enumerate(own.cells):
        expected, place = own, at
        if own.reason[at] in (Reason.MOSTLY_ESTIMATED, Reason.FEW_AREAS, Reason.FEW_PEOPLE):
            for resolution in range(int(resolutions_of(own.cells[at : at + 1])[0]) - 1, 5, -1):
                each, above = by_cell[int(widen(own.cells[at : at + 1], resolution)[0])]
                if each.reason[above] == Reason.NONE:
                    expected, place, climbed = each, above, climbed + 1
                    break
        assert found.figure_of[at] == expected.cells[place]
        assert found.reason[at] == expected.reason[place]
        assert found.value[at] == pytest.approx(expected.value[place], nan_ok=True)
        assert int(cell) == int(found.cells[at])
    assert climbed > 5


def test_zero_is_not_missing_and_few_events_are_not_reliable(weights):
    areas = replace(some_areas(13, unknown=0.0), numerator=np.zeros(AREAS))

    found = move_figures(weights.coarser(7), areas, rule=OPEN)

    assert set(statuses_of(found).tolist()) == {Status.ZERO}
    assert not are_reliable(found, has_counts=True).any()
    assert set(reasons_of(found, has_counts=True).tolist()) == {Reason.ALLOCATION_ERROR_UNKNOWN}
