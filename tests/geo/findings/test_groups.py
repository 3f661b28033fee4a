"""Inequalities between groups of persons: planted ones found, confounded ones gone once adjusted, silence without any, refusals by name."""

import numpy as np
import pytest
from django.db import transaction
from scipy.special import expit

from geo.findings.build import build_findings
from geo.findings.cells import siblings
from geo.findings.groups import People, contrast_people
from geo.findings.slices import list_slices, read_areas
from geo.findings.standing_out import tell_inequalities
from geo.models import Detection, Finding, Observation
from geo.statuses import Basis
from tests.country import SIDE, Part, a_country
from tests.oracles.insights import cluster_robust

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE
ETHNICITY = {"white-british": 0.0, "asian": 0.0, "black": 0.0}


def a_country_of_groups(effects, *, dimension, ages=None, seed=1, unknown=None, **definition):
    """Areas that differ, whose people are of the groups with these effects (on the logit), and of ages that may go with the group.

    ages: age -> (effect, share of each group that is of that age); then strata are crossed, of age and the dimension.
    unknown: (people in each area, chance) of those whose group is not known.
    """
    random = np.random.default_rng(seed)
    own = random.normal(0, 0.15, AREAS)
    parts = {}
    for group, effect in effects.items():
        for age, (by_age, shares) in (ages or {"": (0.0, dict.fromkeys(effects, 1.0))}).items():
            people = random.poisson(120 * shares[group], AREAS) + 1.0
            events = random.binomial(people.astype(int), expit(0.6 + own + effect + by_age)).astype(float)
            slug, kind = (f"{age}_{group}", f"age_{dimension}") if age else (group, dimension)
            parts[slug] = Part(events, people, kind)
    if unknown:
        people = np.full(AREAS, float(unknown[0]))
        parts["not-known"] = Part(random.binomial(unknown[0], unknown[1], AREAS).astype(float), people, dimension)
    whole = Part(sum(part.events for part in parts.values()), sum(part.people for part in parts.values()))
    return a_country({"all": whole, **parts}, **definition)


def found(dimension, adjustment="none"):
    return Finding.objects.filter(dimension=dimension, detection__dimension=dimension, detection__adjustment=adjustment)


def test_a_planted_gap_between_ethnic_groups_is_found_against_the_named_reference_with_the_people_behind_it():
    country = a_country_of_groups({**ETHNICITY, "black": -0.4}, dimension="ethnicity")

    build_findings(country.release)

    gap = found("ethnicity").get()
    assert (gap.group, gap.direction, gap.is_worse) == ("Black", "low", True)
    assert gap.effect_lower < np.exp(-0.4) < gap.effect_upper
    assert gap.people_lower < gap.people < gap.people_upper
    # What the group lacks at the other's level: about its people times the distance of the two shares.
    assert gap.people == pytest.approx((gap.expected - gap.value) * AREAS * 121, rel=0.05)
    assert gap.sentence.startswith("Black (ethnic group): ")
    assert "for White british" in gap.sentence
    assert "fewer people counted" in gap.sentence
    assert "(not adjusted)" in gap.sentence
    detection = gap.detection
    assert detection.parameters["reference"] == ["White british"]
    assert "against White british" in detection.method
    assert detection.tested == 2
    behind = next(step["words"] for step in gap.why if step["label"] == "Behind it")
    assert "144 areas" in behind


def test_a_planted_gap_between_the_sexes_is_found_of_women_against_men():
    country = a_country_of_groups({"female": 0.3, "male": 0.0}, dimension="sex")

    build_findings(country.release)

    gap = found("sex").get()
    assert (gap.group, gap.direction, gap.is_worse) == ("Female", "high", False)
    assert gap.effect_lower < np.exp(0.3) < gap.effect_upper


def test_a_planted_gap_of_one_age_is_found_against_everybody_else():
    country = a_country_of_groups({"18-39": -0.5, "40-64": 0.0, "65-plus": 0.0}, dimension="age")

    build_findings(country.release)

    lowest = found("age").get(group="18 39")
    assert lowest.direction == "low"
    assert "for everybody else" in lowest.sentence


def test_groups_of_deprivation_are_of_people_and_apart_from_those_of_areas():
    effects = {f"fifth-{place}": 0.1 * place for place in range(1, 6)}
    country = a_country_of_groups(effects, dimension="deprivation")

    build_findings(country.release)

    gap = found("deprivation").get()
    assert (gap.group, gap.direction) == ("Fifth 1", "low")
    assert "for Fifth 5" in gap.sentence
    assert "not of areas" in gap.why[-1]["words"]
    assert not Finding.objects.filter(dimension="deprivation", detection__dimension="").exists()
    assert set(Detection.objects.filter(dimension="deprivation").values_list("adjustment", "state", "reason")) == {
        ("none", "found", ""), ("age_sex", "refused", "no_age_breakdown"),
    }  # fmt: skip


def test_a_gap_that_is_of_age_alone_vanishes_once_age_is_taken_account_of_and_a_true_one_stays():
    ages = {"18-49": (-0.8, {"white": 0.3, "asian": 0.7, "black": 0.3}), "50-plus": (0.0, {"white": 0.7, "asian": 0.3, "black": 0.7})}
    country = a_country_of_groups({"white": 0.0, "asian": 0.0, "black": -0.4}, dimension="ethnicity", ages=ages)

    build_findings(country.release)

    assert set(found("ethnicity").values_list("group", flat=True)) == {"Asian", "Black"}
    left = found("ethnicity", "age_sex").get()
    assert left.group == "Black"
    assert "(adjusted for age)" in left.sentence
    assert left.detection.parameters["taken_account_of"] == ["age"]
    assert left.effect_lower < np.exp(-0.4) < left.effect_upper


def test_an_adjusted_gap_is_told_by_figures_that_differ_as_it_does_though_those_counted_differ_the_other_way():
    ages = {"18-49": (-1.2, {"white": 0.7, "black": 0.1}), "50-plus": (0.0, {"white": 0.3, "black": 0.9})}
    country = a_country_of_groups({"white": 0.0, "black": -0.3}, dimension="ethnicity", ages=ages)

    build_findings(country.release)

    counted, adjusted = found("ethnicity").get(), found("ethnicity", "age_sex").get()
    assert (counted.direction, adjusted.direction) == ("high", "low")
    assert counted.value > counted.expected
    assert adjusted.value == counted.value
    assert adjusted.value < adjusted.expected
    people = sum(row.denominator for row in Observation.objects.filter(stratum__slug__endswith="black"))
    assert adjusted.people == pytest.approx((adjusted.expected - adjusted.value) * people)
    told = next(step["words"] for step in adjusted.why if step["label"] == "Standardised")
    assert f"As counted: {100 * counted.value:.1f} % against {100 * counted.expected:.1f} %." in told


def test_an_adjusted_contrast_equals_a_plain_sandwich_over_cells():
    ages = {"18-49": (-0.8, {"white": 0.3, "black": 0.6}), "50-plus": (0.0, {"white": 0.7, "black": 0.4})}
    country = a_country_of_groups({"white": 0.0, "black": -0.4}, dimension="ethnicity", ages=ages)

    build_findings(country.release)

    gap = found("ethnicity", "age_sex_deprivation").get()

    rows = Observation.objects.exclude(stratum__slug="all").values_list("area_id", "stratum__slug", "numerator", "denominator")
    fifth = {area.pk: (1 + at % 10 + 1) // 2 for at, area in enumerate(country.areas)}
    design = [[1, slug.endswith("black"), slug.startswith("50"), *(fifth[area] == one for one in range(2, 6))] for area, slug, *_ in rows]
    events, people = ([row[at] for row in rows] for at in (2, 3))
    beta, error = cluster_robust(events, people, design, [row[0] for row in rows], kind="proportion")
    assert gap.effect == pytest.approx(np.exp(beta[1]), rel=1e-6)
    assert np.log(gap.effect_upper / gap.effect_lower) / 2 == pytest.approx(1.9767 * error[1], rel=1e-3)


def test_twenty_countries_without_gaps_are_silent():
    told = sum(contrasts_found(seed) for seed in range(100, 120))

    assert told <= 2


def contrasts_found(seed):
    """How many contrasts between groups stand in a country without gaps; nothing is kept."""
    with transaction.atomic():
        country = a_country_of_groups(ETHNICITY, dimension="ethnicity", seed=seed)
        slices = list_slices(country.release)
        whole = next(part for part in slices if part.stratum == "all")
        areas = read_areas(country.release, whole)
        _, fitted = contrast_people(People(country.release, whole, areas, siblings(whole, slices)))
        transaction.set_rollback(True)
    assert sum(len(one.told) for one in fitted) == 4
    return sum(len(draft.findings) for draft in tell_inequalities(fitted))


def test_people_of_unknown_group_are_no_group_and_are_told_with_what_they_could_do():
    country = a_country_of_groups({**ETHNICITY, "black": -0.5}, dimension="ethnicity", unknown=(4, 0.5))

    build_findings(country.release)

    gap = found("ethnicity").get()
    assert gap.group == "Black"
    said = next(step["words"] for step in gap.why if step["label"] == "Not known")
    assert said.startswith("The group of 1.1% of the people is not known")
    assert "keeps its sign whoever they are" in said


def test_many_people_of_unknown_group_could_turn_a_contrast_round_and_it_says_so():
    country = a_country_of_groups({**ETHNICITY, "black": -0.4}, dimension="ethnicity", unknown=(100, 0.5))

    build_findings(country.release)

    said = next(step["words"] for step in found("ethnicity").get().why if step["label"] == "Not known")
    assert "could vanish or turn round" in said


def hidden(part, share):
    """The same with the counts of a share of the areas suppressed."""
    events = part.events.copy()
    events[: round(share * AREAS)] = np.nan
    return Part(events, part.people, part.dimension)


def a_country_with_suppression(share):
    random = np.random.default_rng(5)
    people = np.full(AREAS, 200.0)
    parts = {
        slug: Part(random.binomial(200, chance, AREAS).astype(float), people, "sex") for slug, chance in (("female", 0.5), ("male", 0.7))
    }
    whole = Part(parts["female"].events + parts["male"].events, 2 * people)
    return a_country({"all": whole, "male": parts["male"], "female": hidden(parts["female"], share)})


def test_suppressed_cells_leave_with_their_people_and_their_share_is_told():
    build_findings(a_country_with_suppression(0.1).release)

    gap = found("sex").get()
    assert gap.value == pytest.approx(0.5, abs=0.02)
    said = next(step["words"] for step in gap.why if step["label"] == "Missing")
    assert said == "9.7% of the group and 0.0% of what it is compared with have no figure and are left out."


def test_a_group_with_too_much_suppressed_is_refused_by_name():
    build_findings(a_country_with_suppression(0.3).release)

    refused = Detection.objects.get(dimension="sex", adjustment="none")
    assert (refused.state, refused.reason) == ("refused", "too_much_missing")
    assert "of the people of Female are missing or suppressed" in refused.explanation
    assert not found("sex").exists()


def test_groups_of_events_are_not_compared_without_their_ages():
    country = a_country_of_groups({"female": 0.5, "male": 0.0}, dimension="sex", unit="per_100k", polarity="low_is_good")

    build_findings(country.release)

    assert set(Detection.objects.filter(dimension="sex").values_list("adjustment", "reason")) == {
        ("none", "age_matters"), ("deprivation", "age_matters"),
        ("age_sex", "no_age_breakdown"), ("age_sex_deprivation", "no_age_breakdown"),
    }  # fmt: skip


def test_groups_of_modelled_figures_are_refused():
    country = a_country_of_groups(ETHNICITY, dimension="ethnicity", basis=Basis.MODELLED, geography="lsoa21")

    build_findings(country.release)

    assert set(Detection.objects.filter(dimension="ethnicity").values_list("state", "reason")) == {("refused", "modelled_neighbourhoods")}


def test_a_breakdown_with_one_known_group_has_nothing_to_compare():
    country = a_country_of_groups({"white": 0.0}, dimension="ethnicity", unknown=(10, 0.6))

    build_findings(country.release)

    assert Detection.objects.get(dimension="ethnicity", adjustment="none").reason == "no_groups"
