"""Protected counts in the engine: what is claimed holds for every count that a published one may be, the suppressed are never shown."""

import numpy as np
import pytest
from django.db import transaction
from scipy.stats import binom

from geo.disclosure.published_counts import NEGLIGIBLE, Protection, Rule
from geo.findings.build import build_findings
from geo.findings.judging import _binomial, _poisson
from geo.findings.protection import likely_counts, protect
from geo.findings.slices import list_slices, read_areas
from geo.models import Detection, Estimate, Finding, Observation
from geo.statistics.intervals import wilson_limits
from geo.statuses import Reason
from tests.country import SIDE, Part, a_country

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE
HES, MIDPOINT = {"numerator": "hes", "denominator": "open"}, {"numerator": "midpoint_6"}
BOTH = {"numerator": "hes", "denominator": "hes"}


def hes(counts):
    """By the rule of Hospital Episode Statistics; NaN = suppressed."""
    return np.where((counts >= 1) & (counts <= 7), np.nan, np.where(counts == 0, 0.0, np.floor(counts / 5 + 0.5) * 5))


def midpoint(counts):
    return np.where(counts > 0, np.ceil(counts / 6) * 6 - 3, 0.0)


RULES = {"hes": (hes, HES), "midpoint_6": (midpoint, MIDPOINT)}


def a_protected_country(chance, *, rule="hes", seed=1, areas=AREAS):
    """A share of 400 people in each area, published by a rule; the true counts with it."""
    random = np.random.default_rng(seed)
    true = random.binomial(400, np.broadcast_to(chance, areas)).astype(float)
    publish, policy = RULES[rule]
    return a_country({"all": Part(publish(true), np.full(areas, 400.0))}, policy=policy), true


@pytest.mark.parametrize("rule", RULES)
def test_low_areas_that_were_planted_are_found_with_limits_that_hold_the_true_figure(rule):
    chance = np.full(AREAS, 0.7)
    chance[:12] = 0.45
    country, true = a_protected_country(chance, rule=rule)

    build_findings(country.release)

    told = {one.area_id: one for one in Finding.objects.filter(detection__kind="priority", detection__adjustment="none")}
    place = {area.pk: at for at, area in enumerate(country.areas)}
    assert {area.pk for area in country.areas[:12]} <= set(told)
    assert len(told) <= 14
    for area, one in told.items():
        assert one.lower < true[place[area]] / 400 < one.upper
        assert "as rounded)" in one.why[0]["words"]
    method = Detection.objects.get(kind="priority", adjustment="none").method
    assert "limits and p allow for every count that each may stand for" in method


def test_suppressed_areas_keep_an_estimate_and_are_no_finding():
    country, true = a_protected_country(np.where(np.arange(AREAS) % 3 == 0, 0.01, 0.05))
    suppressed = {area.pk for area, count in zip(country.areas, true, strict=True) if 1 <= count <= 7}
    Observation.objects.update(is_reliable=True)

    build_findings(country.release)

    assert len(suppressed) > 30
    estimates = {one.area_id: one for one in Estimate.objects.all()}
    assert suppressed < set(estimates)
    assert all(0 < estimates[pk].shrunken_lower < estimates[pk].shrunken < estimates[pk].shrunken_upper for pk in suppressed)
    assert len({round(estimates[pk].reliability, 4) for pk in suppressed}) < 15
    assert not Finding.objects.filter(area_id__in=suppressed).exists()
    assert {(one.z, one.p, one.q, one.spot, one.in_window) for one in estimates.values()} == {(None,) * 5}


def test_estimates_depend_on_what_is_published_and_on_nothing_else():
    true = np.random.default_rng(4).binomial(400, 0.05, AREAS).astype(float)
    others = np.where((true >= 1) & (true <= 6), true + 1, true)
    assert np.array_equal(hes(true), hes(others), equal_nan=True)
    told = []
    for counts in (true, others):
        with transaction.atomic():
            country = a_country({"all": Part(hes(counts), np.full(AREAS, 400.0))}, policy=HES)
            build_findings(country.release)
            told.append(list(Estimate.objects.order_by("area__feature_id").values_list("shrunken", "exceedance", "reliability", "funnel")))
            transaction.set_rollback(True)

    assert told[0] == told[1]


def test_hot_spots_and_scans_of_protected_counts_are_refused_by_name():
    country, _ = a_protected_country(0.7)

    build_findings(country.release)

    refused = Detection.objects.filter(state="refused", reason="protected_counts")
    assert set(refused.values_list("kind", flat=True)) == {"hot_spot", "scan_window"}
    assert Detection.objects.filter(kind="priority", state="nothing_found").exists()


def test_areas_whose_people_are_rounded_too_coarsely_are_not_asked_about():
    people = np.where(np.arange(AREAS) % 2, 195.0, 400.0)
    events = np.random.default_rng(6).binomial(people.astype(int), 0.7).astype(float)
    country = a_country({"all": Part(hes(events), people)}, policy=BOTH)

    build_findings(country.release)

    assert set(Estimate.objects.values_list("area_id", flat=True)) == {area.pk for area in country.areas[::2]}


def test_areas_that_are_low_are_found_with_rounded_people_and_limits_that_hold_the_exact_share():
    random = np.random.default_rng(5)
    people = random.integers(380, 421, AREAS).astype(float)
    chance = np.full(AREAS, 0.7)
    chance[:12] = 0.45
    true = random.binomial(people.astype(int), chance).astype(float)
    country = a_country({"all": Part(hes(true), np.floor(people / 5 + 0.5) * 5)}, policy=BOTH)

    build_findings(country.release)

    told = {one.area_id: one for one in Finding.objects.filter(detection__kind="priority", detection__adjustment="none")}
    place = {area.pk: at for at, area in enumerate(country.areas)}
    assert {area.pk for area in country.areas[:12]} <= set(told)
    assert len(told) <= 14
    assert all(one.lower < true[place[area]] / people[place[area]] < one.upper for area, one in told.items())


@pytest.mark.parametrize("published", [10, 100, 250, 395])
def test_intervals_hold_every_share_that_rounded_people_allow(published):
    policy, rounded = Protection.of({"policy": BOTH}), 400
    counts, _ = likely_counts(policy, np.array([float(published)] * 2), people=np.array([400.0, 400.0]), unit="proportion")

    shares = [
        count / people for count in range(published - 2, published + 3) for people in range(rounded - 2, rounded + 3) if count <= people
    ]

    assert counts.least[0] / rounded <= min(shares)
    assert counts.most[0] / rounded >= min(max(shares), 1.0) - NEGLIGIBLE / rounded
    assert min(shares) * rounded - counts.least[0] < 2


def test_counts_that_are_withheld_for_another_reason_are_missing():
    counts = hes(np.where(np.arange(AREAS) % 3 == 0, 3.0, 40.0))
    country = a_country({"all": Part(counts, np.full(AREAS, 400.0))}, policy=BOTH)
    Observation.objects.filter(area=country.areas[0]).update(reason=Reason.WITHHELD)

    (part,) = list_slices(country.release)
    areas = read_areas(country.release, part)

    assert country.areas[0].pk not in areas.ids
    assert country.areas[3].pk in areas.ids


@pytest.mark.parametrize("rule", RULES)
def test_twenty_protected_countries_without_differences_are_silent(rule):
    told = 0
    for seed in range(20):
        with transaction.atomic():
            country, _ = a_protected_country(0.08, rule=rule, seed=200 + seed, areas=60)
            build_findings(country.release)
            told += Finding.objects.count()
            transaction.set_rollback(True)

    assert told <= 2


def test_a_gap_between_groups_is_found_where_it_is_larger_than_rounding_allows_and_not_where_it_is_less():
    random = np.random.default_rng(7)
    people = np.full(AREAS, 60.0)

    def groups(chance):
        drawn = {slug: random.binomial(60, share, AREAS).astype(float) for slug, share in chance.items()}
        parts = {slug: Part(hes(count), people, "sex") for slug, count in drawn.items()}
        return {"all": Part(hes(sum(drawn.values())), 2 * people), **parts}

    for low, is_found in ((0.3, True), (0.46, False)):
        with transaction.atomic():
            country = a_country(groups({"female": low, "male": 0.5}), policy=HES)
            build_findings(country.release)
            gap = Finding.objects.filter(dimension="sex", detection__adjustment="none")
            assert gap.exists() == is_found
            if is_found:
                odds = low / (1 - low) / 1.0
                assert gap.get().effect_lower < odds < gap.get().effect_upper
            transaction.set_rollback(True)


def test_suppressed_cells_of_groups_are_likely_counts_and_not_missing():
    random = np.random.default_rng(8)
    people = np.full(AREAS, 100.0)
    drawn = {"female": random.binomial(100, 0.04, AREAS).astype(float), "male": random.binomial(100, 0.5, AREAS).astype(float)}
    parts = {slug: Part(hes(count), people, "sex") for slug, count in drawn.items()}
    country = a_country({"all": Part(hes(sum(drawn.values())), 2 * people), **parts}, policy=HES)

    build_findings(country.release)

    gap = Finding.objects.get(dimension="sex", detection__adjustment="none")
    assert gap.value == pytest.approx(0.04, abs=0.006)
    assert "Missing" not in {step["label"] for step in gap.why}


@pytest.mark.parametrize("rate", [0.008, 0.02, 0.03])
def test_likely_counts_are_the_mean_of_what_may_be_hidden(rate):
    true = np.random.default_rng(9).binomial(400, rate, 2_000).astype(float)

    _, likely = likely_counts(Protection(Rule.HES), hes(true), people=np.full(2_000, 400.0), unit="proportion")

    hidden, every = np.isnan(hes(true)), np.arange(1, 8)
    weight = binom.pmf(every, 400, rate)
    assert likely[hidden] == pytest.approx(np.full(hidden.sum(), (weight @ every) / weight.sum()), rel=0.05)
    assert np.array_equal(likely[~hidden], hes(true)[~hidden])


def test_p_of_an_interval_is_at_least_that_of_each_count_in_it():
    least = np.arange(0, 60, dtype=float)
    for width in (0, 2, 5):
        shares, events = (
            _binomial(least, least + width, np.full(60, 80.0), np.full(60, 0.3)),
            _poisson(least, least + width, np.full(60, 22.0)),
        )
        for one in range(width + 1):
            assert np.all(shares >= _binomial(least + one, least + one, np.full(60, 80.0), np.full(60, 0.3)) - 1e-12)
            assert np.all(events >= _poisson(least + one, least + one, np.full(60, 22.0)) - 1e-12)


def test_limits_are_those_of_the_ends_of_the_interval():
    country, true = a_protected_country(0.04)
    Observation.objects.update(is_reliable=True)
    part = list_slices(country.release)[0]

    areas = protect(part, read_areas(country.release, part))

    shown = ~areas.is_suppressed & (areas.numerator > 0)
    published, people = hes(true)[shown], np.full(shown.sum(), 400.0)
    assert areas.lower[shown] == pytest.approx(wilson_limits(published - 2, people).lower)
    assert areas.upper[shown] == pytest.approx(wilson_limits(published + 2, people).upper)
    assert areas.upper[areas.is_suppressed] == pytest.approx(wilson_limits([7.0], [400.0]).upper[0])
    assert not areas.is_reliable[areas.is_suppressed].any()


def test_open_counts_are_left_as_they_are():
    country = a_country({"all": Part(np.full(AREAS, 7.0), np.full(AREAS, 10.0))})
    part = list_slices(country.release)[0]
    areas = read_areas(country.release, part)

    assert protect(part, areas) is areas
    assert areas.counts is None
