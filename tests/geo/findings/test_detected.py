"""What left the secure side is told as findings without a number, instead of the refusal of protected counts."""

import numpy as np
import pytest

from geo.disclosure.labels import NONE, TOO_SMALL
from geo.findings.build import build_findings
from geo.models import Availability, Detection, Estimate, Finding, Observation, Release
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.findings import FindingFilter, list_detections, list_findings
from geo.queries.hotspots import list_hotspots
from tests.country import SIDE, Part, a_country

pytestmark = pytest.mark.django_db

AREAS = SIDE * SIDE
NUMBERS = (
    "people",
    "people_lower",
    "people_upper",
    "value",
    "lower",
    "upper",
    "expected",
    "effect",
    "effect_lower",
    "effect_upper",
    "p",
    "q",
)
LOW, HIGH = [0, 1, SIDE, SIDE + 1], [100, 101, 102]


def a_linked_country(*questions):
    """A share of 400 people in neighbourhoods of which some are withheld, with labels from the secure side."""
    true = np.random.default_rng(1).binomial(400, 0.05, AREAS).astype(float)
    shown = np.where((true >= 1) & (true <= 12), np.nan, np.floor(true / 5 + 0.5) * 5)
    country = a_country(
        {"all": Part(shown, np.full(AREAS, 400.0))},
        geography="lsoa21",
        policy={"numerator": "hes", "denominator": "open"},
        family="linked",
        measure={"indicator": "uptake"},
    )
    country.release.quality = {"linked": {"detections": {**NONE, "detections": [label(country, **one) for one in questions]}}}
    country.release.save()
    return country


def label(country, kind, sets=(), state="found", reason="", indicator="uptake"):
    period = Availability.objects.get().period.slug
    named = {
        "indicator": indicator,
        "geography": "lsoa21",
        "since": period,
        "period": period,
        "kind": kind,
        "state": state,
        "reason": reason,
    }
    told = [{"direction": direction, "areas": [country.areas[at].code for at in places]} for direction, places in sets]
    return {**named, "adjustment": "age_sex_deprivation", "taken_account_of": ["age", "ethnic group", "deprivation"], "sets": told}


WINDOW = {"kind": "scan_window", "sets": [("low", LOW), ("high", HIGH)]}
SPOT = {"kind": "hot_spot", "state": "nothing_found"}


def published(country):
    """The release as readers see it."""
    Release.objects.update(state=Release.State.PUBLISHED, is_current=True)
    release = get_release(country.release.slug)
    return release, get_indicator(country.indicator.slug, release)


def test_labels_stand_instead_of_the_refusal_without_any_number():
    country = a_linked_country(WINDOW, SPOT)

    build_findings(country.release)

    window, spot = (Detection.objects.get(kind=kind) for kind in ("scan_window", "hot_spot"))
    assert (window.state, spot.state) == ("found", "nothing_found")
    assert not Detection.objects.filter(reason="protected_counts").exists()
    assert "on the secure side" in window.method
    assert "is all that leaves" in window.method
    low, high = Finding.objects.filter(detection=window).order_by("direction").reverse()
    assert (low.direction, low.is_worse, high.direction, high.is_worse) == ("low", True, "high", False)
    assert {member.area_id for member in low.members.all()} == {country.areas[at].pk for at in LOW}
    assert all(getattr(one, name) is None for one in (low, high) for name in NUMBERS)
    assert window.expected_by_chance is None
    assert low.area_id in {country.areas[at].pk for at in LOW}


def test_the_map_marks_windows_of_what_is_worse_and_tells_nought_only_where_it_was_looked():
    country = a_linked_country(WINDOW, SPOT)

    build_findings(country.release)

    rows = {one.area_id: one for one in Estimate.objects.filter(release=country.release)}
    assert len(rows) == Observation.objects.filter(release=country.release).count() == AREAS
    assert {pk for pk, one in rows.items() if one.in_window} == {country.areas[at].pk for at in LOW}
    assert {one.spot for one in rows.values()} == {0}
    assert {(one.z, one.p, one.q) for one in rows.values()} == {(None, None, None)}


def test_spots_are_high_and_low():
    country = a_linked_country({"kind": "hot_spot", "sets": [("low", LOW), ("high", HIGH)]})

    build_findings(country.release)

    spots = dict(Estimate.objects.values_list("area_id", "spot"))
    assert {pk for pk, spot in spots.items() if spot == -1} == {country.areas[at].pk for at in LOW}
    assert {pk for pk, spot in spots.items() if spot == 1} == {country.areas[at].pk for at in HIGH}
    assert Estimate.objects.filter(in_window__isnull=False).count() == 0
    assert Detection.objects.get(kind="scan_window").reason == "protected_counts"


def test_a_refusal_of_the_secure_side_is_told_in_words_and_leaves_null():
    country = a_linked_country(
        {"kind": "scan_window", "state": "refused", "reason": TOO_SMALL},
        {"kind": "hot_spot", "state": "refused", "reason": "too_few_people"},
    )

    build_findings(country.release)

    told = dict(Detection.objects.filter(kind__in=("scan_window", "hot_spot")).values_list("kind", "explanation"))
    assert "too few neighbourhoods or people to be told" in told["scan_window"]
    assert "Too few people" in told["hot_spot"]
    assert not Estimate.objects.exclude(spot=None, in_window=None).exists()


def test_labels_of_what_the_release_does_not_have_are_left_out():
    country = a_linked_country(WINDOW | {"indicator": "other"})

    build_findings(country.release)

    assert Detection.objects.get(kind="scan_window").reason == "protected_counts"


def test_readers_get_them_without_asking_for_an_adjustment():
    country = a_linked_country(WINDOW, SPOT)
    build_findings(country.release)
    release, indicator = published(country)

    listed = list_findings(release, FindingFilter(indicator=indicator, kind="scan_window"))
    asked = list_detections(release, FindingFilter(indicator=indicator))
    page = list_hotspots(release, indicator)

    assert [one.direction for one in listed.findings] == ["low", "high"]
    assert listed.findings[0].members == tuple(country.areas[at].code for at in LOW)
    assert {(one.kind, one.state) for one in asked} >= {("scan_window", "found"), ("hot_spot", "nothing_found")}
    assert page.count == AREAS
    assert page.adjustment == "age_sex_deprivation"
    assert {one.area_code for one in page.areas if one.in_window} == {country.areas[at].code for at in LOW}
    assert {one.q for one in page.areas} == {None}
