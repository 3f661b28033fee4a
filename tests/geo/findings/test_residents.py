"""Expectation of linked records from Census ages and the world's rates by age: a plain second version, and what is refused."""

import numpy as np
import pytest

from geo.findings.build import build_findings
from geo.findings.expected import expect
from geo.findings.protection import protect
from geo.findings.residents import band_weights, standard_of
from geo.findings.slices import list_slices, read_areas
from geo.models import Area, AreaAges, AreaLink, Detection, Estimate, Finding
from geo.statuses import Reason, Status
from tests import builders
from tests.country import SIDE, Part, a_country
from tests.oracles.expected import by_census

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE
BOTH = {"numerator": "hes", "denominator": "hes"}
# Events of one person in a year, by ages.
ALL_AGES = {(0, 4): 0.02, (5, 18): 0.01, (19, 44): 0.01, (45, 64): 0.02, (65, 74): 0.05, (75, 84): 0.1, (85, None): 0.2}
UNDER_19 = {(0, 4): 0.08, (5, 18): 0.03}


def slug_of(ages):
    first, last = ages
    return f"{first}-plus" if last is None else f"{first}-{last}"


def hes(counts):
    return np.where((counts >= 1) & (counts <= 7), np.nan, np.floor(counts / 5 + 0.5) * 5)


def residents_of(size):
    """Residents by five-year band, (areas, 18): some areas old, some young, by turns."""
    random = np.random.default_rng(3)
    slope = np.where(np.arange(AREAS) % 3 == 0, 0.12, -0.08)
    share = np.exp(slope[:, np.newaxis] * np.arange(18))
    return np.rint(random.integers(size, 2 * size, AREAS)[:, np.newaxis] * share / share.sum(axis=1, keepdims=True))


def a_world(bands, *, geography="lsoa21", risk=1.0, hidden=(), **definition):
    """Protected events of people whose ages are those of the Census, less one in twenty; the world's rows by age with it.

    hidden: ages whose events are withheld in the world. Gives the country, residents (areas, 18), and what the oracle takes of the world.
    """
    random, residents = np.random.default_rng(3), residents_of(4_000)
    weights = band_weights([slug_of(ages) for ages in bands])
    people = np.rint(residents @ weights * 0.95)
    events = random.poisson(people * np.array(list(bands.values())) * np.broadcast_to(risk, AREAS)[:, np.newaxis])
    told = {"unit": "per_100k", "polarity": "low_is_good", "sources": ["linked-records"], "policy": BOTH, **definition}
    country = a_country({"all": Part(hes(events.sum(1)), hes(people.sum(1)))}, geography=geography, **told)
    england = builders.an_area("E92000001", geography="ctry23")
    world = {None: _row(country, england, "all", events.sum(), people.sum())}
    for at, ages in enumerate(bands):
        builders.a_stratum(slug_of(ages), dimension="age")
        world[ages] = _row(country, england, slug_of(ages), None if ages in hidden else events[:, at].sum(), people[:, at].sum())
    neighbourhoods(country, residents)
    return country, residents, world


def _row(country, england, stratum, events, people):
    events, people = (count if count is None else float(hes(np.array(float(count)))) for count in (events, people))
    rate = None if events is None else events / people * 1e5
    found = {"numerator": events, "denominator": people, "value": rate, "lower": rate, "upper": rate, "stratum": stratum}
    if events is None:
        found |= {"status": Status.SUPPRESSED, "reason": Reason.WITHHELD}
    builders.an_observation(england, release=country.release, indicator=country.indicator, **found)
    if events is not None:  # What has no figure anywhere is offered nowhere.
        builders.an_availability(release=country.release, indicator=country.indicator, geography="ctry23", stratum=stratum)
    return events, people


def neighbourhoods(country, residents):
    """Census ages of the areas: their own where they are neighbourhoods, else of two neighbourhoods in each."""
    kept, rows = country.areas, residents
    if country.areas[0].geography.slug != "lsoa21":
        shape, home = builders.a_square(), builders.a_geography("lsoa21")
        fields = {"geography": home, "vintage": 2021, "geometry_27700": shape, "centroid_27700": shape.centroid}
        kept = Area.objects.bulk_create(
            Area(code=f"E01{at:06d}", name=f"Made-up {at}", feature_id=at + 1, **fields) for at in range(2 * AREAS)
        )
        AreaLink.objects.bulk_create(
            AreaLink(child=area, parent=country.areas[at // 2], kind="within" if at % 4 else "best_fit") for at, area in enumerate(kept)
        )
        rows = np.repeat(residents, 2, axis=0) / 2
        rows[::2], rows[1::2] = np.ceil(rows[::2]), np.floor(rows[1::2])
    AreaAges.objects.bulk_create(AreaAges(area=area, bands=[int(count) for count in bands]) for area, bands in zip(kept, rows, strict=True))


def the_slice(country):
    slices = list_slices(country.release)
    part = next(one for one in slices if one.stratum == "all" and one.geography.slug != "ctry23")
    return part, protect(part, read_areas(country.release, part)), standard_of(country.release, part, slices)


def test_bands_take_their_part_of_each_five_years():
    weights = band_weights([slug_of(ages) for ages in ALL_AGES])

    assert weights.sum(axis=1) == pytest.approx(np.ones(18))
    assert weights[:, 1] == pytest.approx([0, 1, 1, 0.8, *[0] * 14])
    assert weights[:, 2] == pytest.approx([0, 0, 0, 0.2, 1, 1, 1, 1, 1, *[0] * 9])
    assert weights[17].tolist() == [0, 0, 0, 0, 0, 0, 1]
    with pytest.raises(ValueError, match="female"):
        band_weights(["female"])


@pytest.mark.parametrize(
    ("geography", "bands", "hidden"),
    [("lsoa21", ALL_AGES, ()), ("lsoa21", UNDER_19, ()), ("msoa21", ALL_AGES, ((0, 4),)), ("lad24", UNDER_19, ())],
)
def test_it_equals_a_plain_sum_over_areas_and_single_ages(geography, bands, hidden):
    country, residents, world = a_world(bands, geography=geography, hidden=hidden)
    part, areas, standard = the_slice(country)

    found = expect(part, areas, "age_sex", standard)

    counted = list(zip(areas.numerator, areas.denominator, strict=True))
    assert found.numerator == pytest.approx(by_census(residents.tolist(), world, counted), rel=1e-9)
    assert found.numerator.sum() == pytest.approx(areas.numerator.sum())
    assert found.adjusted == "adjusted for age"
    assert "ages of residents in Census 2021" in found.words
    assert ("withheld" in found.words) == bool(hidden)


def test_what_differs_by_age_alone_is_no_priority_and_every_area_has_its_estimate():
    country, _, _ = a_world(ALL_AGES)

    build_findings(country.release)

    assert Finding.objects.filter(detection__kind="priority", detection__adjustment="age_sex").count() <= 2
    assert Estimate.objects.filter(geography__slug="lsoa21", stratum__slug="all").count() == AREAS
    method = Detection.objects.get(kind="priority", adjustment="age_sex").method
    assert "rates of the whole world by age" in method
    assert "indirect standardisation" in method


def test_children_of_higher_risk_at_the_same_ages_are_priorities():
    risk = np.ones(AREAS)
    risk[:10] = 2.5
    country, _, _ = a_world(UNDER_19, risk=risk)

    build_findings(country.release)

    planted = {area.pk for area in country.areas[:10]}
    for adjustment in ("age_sex", "age_sex_deprivation"):
        told = Finding.objects.filter(detection__kind="priority", detection__adjustment=adjustment)
        assert planted <= set(told.values_list("area_id", flat=True))
        assert len(told) <= 13


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"geography": "practice24"}, "of the people of GP practices it has none"),
        ({"hidden": ((0, 4), (5, 18), (19, 44))}, "the world's people told apart by age"),
    ],
)
def test_where_there_are_no_ages_the_question_is_refused_by_name(changed, words):
    country, _, _ = a_world(ALL_AGES, **changed)

    build_findings(country.release)

    refused = Detection.objects.get(kind="priority", adjustment="age_sex", geography__slug=country.areas[0].geography.slug)
    assert refused.state == "refused"
    assert refused.reason == ("no_age_breakdown" if "geography" in changed else "too_much_missing")
    assert words in refused.explanation


def test_without_the_census_at_hand_the_question_is_refused_by_name():
    country, _, _ = a_world(UNDER_19)
    AreaAges.objects.all().delete()

    build_findings(country.release)

    refused = Detection.objects.get(kind="priority", adjustment="age_sex")
    assert (refused.reason, refused.explanation) == ("no_age_breakdown", "The ages of some areas' residents are not at hand.")


def test_other_indicators_and_parts_of_the_people_have_no_such_standard():
    country, _, _ = a_world(UNDER_19, sources=["made-up-source"])
    slices = list_slices(country.release)

    assert standard_of(country.release, next(one for one in slices if one.geography.slug == "lsoa21"), slices) is None
    country.indicator.definition["sources"] = ["linked-records"]
    country.indicator.save()
    slices = list_slices(country.release)
    assert standard_of(country.release, next(one for one in slices if one.stratum == "5-18"), slices) is None
