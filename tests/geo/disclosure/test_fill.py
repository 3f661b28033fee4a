"""Withheld counts inside sums: calibrated by enumeration, never beyond what is published, and a function of it alone."""

from itertools import product

import numpy as np
import pytest

from geo.disclosure.catchments import Answer, answer, limits, moments, share_filled
from geo.disclosure.fill import Level, fill
from geo.disclosure.policies import CatchmentRule, load_policy
from geo.disclosure.rules import publish
from geo.errors import DisclosureError

HES = load_policy("hes")
ANY = CatchmentRule(atoms=1, people=0, filled=1.0)


def a_level(counts, parent, expected=None):
    shown, least, most = publish(np.asarray(counts, dtype=float), HES)
    expected = np.ones(len(least)) if expected is None else np.asarray(expected, dtype=float)
    return Level(least, most, np.isnan(shown), expected, np.asarray(parent, dtype=np.intp))


def a_world(counts, *, per_parent=5, per_district=4, expected=None):
    counts = np.asarray(counts, dtype=float)
    parent = np.arange(len(counts)) // per_parent
    district = np.arange(parent[-1] + 1) // per_district
    expected = np.ones(len(counts)) if expected is None else np.asarray(expected, dtype=float)
    of_parent, of_district = np.bincount(parent, counts), np.bincount(district[parent], counts)
    return [
        a_level(counts, parent, expected),
        a_level(of_parent, district),
        a_level(of_district, np.zeros(len(of_district))),
        a_level([counts.sum()], [-1]),
    ]


def random_world(mean=4, areas=200, seed=0):
    random = np.random.default_rng(seed)
    expected = random.uniform(0.5, 1.5, areas)
    counts = random.poisson(mean * expected * random.gamma(8, 1 / 8, areas)).astype(float)
    return counts, a_world(counts, expected=expected)


@pytest.mark.parametrize(
    ("counts", "expected"), [([2, 3, 5, 0, 12], [1, 1, 2, 1, 3]), ([1, 1, 1, 6, 6], [1, 2, 1, 2, 2]), ([7, 6, 7, 5, 8], [1] * 5)]
)
def test_parts_have_the_mean_of_every_table_that_is_possible(counts, expected):
    # Alone in its district and England, a parent says nothing more through them than by itself.
    many = np.concatenate([counts, np.random.default_rng(1).poisson(np.tile(expected, 39) * 3)])
    levels = a_world(many, expected=np.tile(expected, 40), per_district=40)
    filled = fill(levels)
    spread = filled.spread
    ends = np.append(spread.starts, len(spread.count))
    weights = [spread.chance[ends[at] : ends[at + 1]] - spread.chance[ends[at]] for at in range(5)]

    truth = enumerate_spread(weights, levels[0].least[:5], (levels[1].least[0], levels[1].most[0]))

    assert filled.mean[:5] == pytest.approx(truth, abs=0.25)


def enumerate_spread(weights, least, total):
    """Means by enumeration of logarithmic chances: the slow, plain version of truncation, tilt and sum."""
    weight_of, sums = 0.0, np.zeros(len(weights))
    for places in product(*(range(len(each)) for each in weights)):
        x = least + np.array(places)
        if total[0] <= x.sum() <= total[1]:
            weight = np.exp(sum(each[place] for each, place in zip(weights, places, strict=True)))
            weight_of += weight
            sums += weight * x
    return sums / weight_of


def test_every_filled_count_lies_within_what_is_published_of_it():
    _, levels = random_world()

    filled = fill(levels)

    assert np.all(filled.mean >= levels[0].least)
    assert np.all(filled.mean <= levels[0].most)


def test_parts_add_up_to_what_is_published_of_their_parents():
    _, levels = random_world()
    filled = fill(levels)

    sums = np.bincount(levels[0].parent, filled.mean)

    assert np.all(sums >= levels[1].least - 1e-6)
    assert np.all(sums <= levels[1].most + 1e-6)


def test_tables_that_are_published_alike_are_answered_alike():
    random = np.random.default_rng(4)
    counts, levels = random_world(mean=6, seed=4)
    members = np.sort(random.choice(len(counts), 30, replace=False))
    first = answer(fill(levels), members, people=50_000, rule=ANY)

    tried = 0
    for _ in range(400):
        one, other = random.choice(5, 2, replace=False) + 5 * random.integers(0, len(counts) // 5)
        moved = counts.copy()
        moved[one] += 1
        moved[other] -= 1
        if moved[other] < 0:
            continue
        again = a_world(moved, expected=levels[0].expected)
        if all(np.array_equal(before.least, after.least) for before, after in zip(levels, again, strict=True)):
            tried += 1
            assert answer(fill(again), members, people=50_000, rule=ANY) == first
        if tried == 5:
            break
    assert tried == 5


def test_a_whole_parent_that_is_shown_is_no_estimate_and_parts_of_it_are():
    counts = [3, 4, 2, 5, 6] + [20] * 15
    filled = fill(a_world(counts))

    assert share_filled(filled, np.arange(5)) == 0
    assert share_filled(filled, np.arange(3)) == 1
    assert 0 < share_filled(filled, np.array([0, 5, 6])) < 0.5


def test_expected_counts_share_out_what_is_left():
    counts = [1, 7, 20, 20, 20] + [30] * 15
    filled = fill(a_world(counts, expected=[1, 5, 20, 20, 20] + [30] * 15))

    assert filled.mean[1] > 2 * filled.mean[0]


def test_few_areas_few_people_and_mostly_estimated_sums_are_refused_in_words():
    _counts, levels = random_world(mean=3)
    filled, rule = fill(levels), HES.catchments
    scattered = np.flatnonzero(levels[0].is_withheld)[::5][:10]

    assert answer(filled, np.arange(2), people=9_000, rule=rule).reason == "few_areas"
    assert answer(filled, np.array([4, 4, 4, 5]), people=9_000, rule=rule).reason == "few_areas"
    assert answer(filled, np.arange(5), people=4_999, rule=rule).reason == "few_people"
    refused = answer(filled, scattered, people=15_000, rule=rule)
    assert refused.reason == "mostly_estimated"
    assert "100% of this sum would be estimated" in refused.message
    assert isinstance(answer(filled, np.arange(100), people=150_000, rule=rule), Answer)


def test_an_answer_brackets_its_value_and_what_is_possible_brackets_the_answer():
    _counts, levels = random_world(mean=5)
    filled = fill(levels)
    for start in range(0, 180, 20):
        members = np.arange(start, start + 17)
        least, most = limits(filled, members, moments(filled, members))

        assert levels[0].least[members].sum() <= least <= moments(filled, members).mean + 0.5
        assert moments(filled, members).mean - 0.5 <= most <= levels[0].most[members].sum()


def test_the_order_of_areas_does_not_matter():
    _, levels = random_world()
    filled = fill(levels)
    members = np.array([3, 50, 7, 120, 66])

    assert answer(filled, members, people=8_000, rule=ANY) == answer(filled, members[::-1], people=8_000, rule=ANY)


def test_a_sum_over_everything_is_the_published_total():
    counts, levels = random_world(mean=8)
    filled = fill(levels)

    found = moments(filled, np.arange(len(counts)))

    assert found.mean == pytest.approx(counts.sum(), abs=3)
    assert found.variance < 12


def test_counts_without_a_bound_are_filled_too():
    counts, levels = random_world(mean=4)
    atoms = levels[0]
    open_ended = Level(atoms.least, np.where(atoms.is_withheld, np.nan, atoms.most), atoms.is_withheld, atoms.expected, atoms.parent)

    filled = fill([open_ended, *levels[1:]])

    assert filled.mean.sum() == pytest.approx(counts.sum(), rel=0.03)


@pytest.mark.parametrize("wrong", [0.0, np.nan])
def test_expected_counts_must_be_there(wrong):
    _counts, levels = random_world(areas=40)
    levels[0].expected[3] = wrong

    with pytest.raises(DisclosureError, match="expected"):
        fill(levels)


def test_an_area_without_a_parent_is_refused():
    _, levels = random_world(areas=40)
    levels[0].parent[3] = -1

    with pytest.raises(DisclosureError, match="parent"):
        fill(levels)
