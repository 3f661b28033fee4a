"""Expectation from an indicator's own ages and sexes: a plain second version, what it takes away, what it leaves, what it refuses."""

import numpy as np
import pytest

from geo.findings.build import build_findings
from geo.findings.cells import age_sex_strata, read_cells
from geo.findings.expected import expect
from geo.findings.slices import list_slices, read_areas
from geo.models import Detection, Estimate, Finding
from tests.country import SIDE, Part, a_country
from tests.oracles.expected import by_bands

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE
BANDS = {"0-64_female": 0.01, "0-64_male": 0.015, "65-plus_female": 0.08, "65-plus_male": 0.1}


def a_country_of_ages(*, risk=1.0, missing=0.0, nobody=0.0, seed=3):
    """Events of people whose share of 65 and over differs much between areas, and whose risk is that of their band times `risk`.

    missing, nobody: shares of cells whose events, or whose people as well, are not known.
    """
    random = np.random.default_rng(seed)
    old, size = np.linspace(0.1, 0.5, AREAS), random.integers(2_000, 6_000, AREAS)
    parts, whole = {}, [np.zeros(AREAS), np.zeros(AREAS)]
    for slug, chance in BANDS.items():
        people = np.rint(size * (old if slug.startswith("65") else 1 - old) / 2)
        events = random.poisson(people * chance * risk).astype(float)
        whole[0], whole[1] = whole[0] + events, whole[1] + people
        shown = np.where(random.random(AREAS) < missing, np.nan, events)
        gone = random.random(AREAS) < nobody
        parts[slug] = Part(np.where(gone, np.nan, shown), np.where(gone, np.nan, people), "age_sex")
    return a_country({"all": Part(*whole), **parts}, unit="per_100k", polarity="low_is_good")


def the_slice(country):
    slices = list_slices(country.release)
    part = next(one for one in slices if one.stratum == "all")
    areas = read_areas(country.release, part)
    return part, areas, read_cells(country.release, part, areas, age_sex_strata(part, slices))


@pytest.mark.parametrize(("missing", "nobody"), [(0.0, 0.0), (0.1, 0.0), (0.05, 0.05)])
def test_it_equals_a_plain_sum_over_areas_and_bands(missing, nobody):
    part, areas, bands = the_slice(a_country_of_ages(missing=missing, nobody=nobody))

    found = expect(part, areas, "age_sex", bands)

    def known(number):
        return None if np.isnan(number) else float(number)

    cells = [
        {one.stratum: (known(bands.events[at, of]), known(bands.people[at, of])) for of, one in enumerate(bands.strata)}
        for at in range(len(areas))
    ]
    plain = by_bands(cells, list(zip(areas.numerator, areas.denominator, strict=True)))
    assert found.numerator == pytest.approx(plain, rel=1e-12)
    assert found.numerator.sum() == pytest.approx(areas.numerator.sum())
    assert found.adjusted == "adjusted for age and sex"
    assert "indirect standardisation" in found.words
    assert ("of their cells have no figure" in found.words) == (missing + nobody > 0)


def test_what_differs_by_age_alone_is_no_priority_and_every_map_has_its_estimates():
    country = a_country_of_ages()

    build_findings(country.release)

    assert Finding.objects.filter(detection__kind="priority", detection__adjustment="age_sex").count() <= 2
    asked = Detection.objects.get(kind="priority", adjustment="age_sex")
    assert "by age and sex (indirect standardisation)" in asked.method
    assert asked.parameters["taken_account_of"] == ["age", "sex"]
    assert set(Detection.objects.filter(adjustment="none", dimension="").values_list("reason", flat=True)) == {"age_matters"}
    assert Estimate.objects.filter(stratum__slug="all").count() == AREAS


def test_areas_of_higher_risk_at_the_same_ages_are_priorities():
    risk = np.ones(AREAS)
    risk[:10] = 2.0
    country = a_country_of_ages(risk=risk)

    build_findings(country.release)

    told = Finding.objects.filter(detection__kind="priority", detection__adjustment="age_sex").values_list("area_id", flat=True)
    planted = {area.pk for area in country.areas[:10]}
    assert planted <= set(told)
    assert len(told) <= 13


def test_rates_of_a_difference_are_standardised_as_the_difference_is_and_told_as_counted_too():
    deprived = np.arange(AREAS) % 10 < 2
    country = a_country_of_ages(risk=np.where(deprived, 1.5, 1.0))

    build_findings(country.release)

    (told,) = Finding.objects.filter(detection__adjustment="age_sex", dimension="deprivation", detection__dimension="")
    assert told.value / told.expected == pytest.approx(told.effect, rel=0.02)
    assert told.effect == pytest.approx(1.5, rel=0.1)
    assert "Standardised" in [step["label"] for step in told.why]


def test_ages_of_which_too_many_are_suppressed_are_refused_by_name():
    country = a_country_of_ages(missing=0.3)

    build_findings(country.release)

    assert set(Detection.objects.filter(adjustment="age_sex", dimension="").values_list("reason", flat=True)) == {"too_much_missing"}
