"""Groups of people on the page of inequality and in REST: gaps, what could be made of them, and how completely groups are recorded."""

import pytest
from django.test import Client

from geo.models import Availability, Observation
from geo.statuses import Reason, Status
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "cervical-coverage-25-49"
PAGE = f"/inequality/{SLUG}/"


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


def text(answer):
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def with_groups(release, dimension, groups, **definition):
    """An indicator of one area whose strata have these (slug, title, numerator, denominator)."""
    made = builders.an_indicator(**definition)
    country = builders.an_area("E92000001", geography="ctry23", name="England")
    area = builders.an_area(population=100)
    builders.a_deprivation(area, decile=1)
    for slug, title, numerator, denominator in (("all", "Everybody", 600.0, 1000.0), *groups):
        if slug != "all":
            builders.a_stratum(slug, title=title, dimension=dimension)
        for place in (country, area):
            builders.an_observation(
                place, release=release, indicator=made, stratum=slug, numerator=numerator, denominator=denominator,
                value=numerator / denominator, lower=numerator / denominator - 0.02, upper=numerator / denominator + 0.02,
            )  # fmt: skip
        for geography in ("lsoa21", "ctry23"):
            builders.an_availability(release=release, indicator=made, geography=geography, stratum=slug)


def test_groups_are_drawn_with_what_they_could_be_where_some_are_unknown(client, release):
    with_groups(
        release,
        "ethnicity",
        [
            ("ethnicity-asian", "Asian", 200.0, 400.0),
            ("ethnicity-white", "White", 390.0, 590.0),
            ("ethnicity-unknown", "Not known", 5.0, 10.0),
        ],
    )

    page = text(client.get(PAGE))

    assert "By ethnic group" in page
    assert "From 50.0 % (Asian) to 66.1 % (White): 16.1 percentage points apart (95 % interval 13.3 to 18.9)." in page
    assert "Of 1,000 people 99.0 % have a code and 99.0 % a known group." in page
    # By hand: 200 / (400 + 10 - 5) and 205 / 405; 390 / 595 and 395 / 595, so at least .6555 - .5062 and at most .6639 - .4938.
    assert "49.4 to 50.6 % (1.2 percentage points wide)" in page
    assert "the highest lies between 14.9 and 17.0 percentage points above the lowest" in page
    assert client.get(f"{PAGE}ethnicity.svg").status_code == 200


def test_bounds_more_than_ten_points_apart_are_words_and_no_bar(client, release):
    with_groups(
        release,
        "ethnicity",
        [("ethnicity-asian", "Asian", 20.0, 40.0), ("ethnicity-unknown", "Not known", 300.0, 600.0)],
    )

    page = text(client.get(PAGE))

    assert "10 points apart or more" in page
    assert "For Asian no bar is drawn: so many people have no known group" in page


def test_rest_tells_groups_with_bounds_and_how_completely_they_were_recorded(client, release):
    with_groups(
        release,
        "ethnicity",
        [
            ("ethnicity-asian", "Asian", 200.0, 400.0),
            ("ethnicity-black", "Black", 20.0, 40.0),
            ("ethnicity-white", "White", 2730.0, 3900.0),
            ("ethnicity-not-stated", "Not stated", 8.0, 20.0),
            ("ethnicity-conflicting", "Records disagree", 2.0, 10.0),
            ("ethnicity-unknown", "No code", 5.0, 30.0),
        ],
    )

    found = client.get(f"/api/v1/inequality?indicator={SLUG}").json()["people_groups"][0]

    asian, black, white = found["groups"]
    # By hand: 60 people of no known group, 15 of them with the event.
    assert (found["people"], found["recorded"], found["known"], found["usable"]) == (4400, 4370 / 4400, 4350 / 4400, 4340 / 4400)
    assert asian["bound_lower"] == pytest.approx(200 / 445)
    assert asian["bound_upper"] == pytest.approx(215 / 415)
    assert asian["bound_width"] == pytest.approx(215 / 415 - 200 / 445)
    assert (black["bound_lower"], black["bound_upper"], black["bound_reason"]) == (None, None, "too_wide")
    assert black["bound_width"] == pytest.approx(35 / 55 - 20 / 85)
    assert white["bound_reason"] is None
    assert [one["stratum"] for one in found["without_group"]] == ["ethnicity-not-stated", "ethnicity-conflicting", "ethnicity-unknown"]
    assert found["everybody"]["value"] == 0.6
    # The lowest group is bounded, so what the gap could be is told: 2,730 / 3,945 less 215 / 415, and 2,745 / 3,915 less 200 / 445.
    assert found["gap"]["value"] == pytest.approx(0.2)
    assert found["gap_least"] == pytest.approx(2730 / 3945 - 215 / 415)
    assert found["gap_most"] == pytest.approx(2745 / 3915 - 200 / 445)


def test_ages_stand_from_the_youngest_whichever_was_first_in_the_database(client, release):
    ages = ("60-64", "65-69", "70-plus", "50-59", "5-18")
    with_groups(release, "age", [(age, f"Aged {age}", 100.0 + number, 200.0) for number, age in enumerate(ages)])

    (found,) = client.get(f"/api/v1/inequality?indicator={SLUG}").json()["people_groups"]

    assert [one["stratum"] for one in found["groups"]] == ["5-18", "50-59", "60-64", "65-69", "70-plus"]


def test_groups_that_everybody_is_in_have_no_bounds_and_say_so(client, release):
    with_groups(release, "sex", [("sex-female", "Women", 200.0, 400.0), ("sex-male", "Men", 390.0, 590.0)])

    found = client.get(f"/api/v1/inequality?indicator={SLUG}").json()["people_groups"][0]

    assert [one["bound_reason"] for one in found["groups"]] == ["none_unknown"] * 2
    assert (found["people"], found["known"], found["gap_least"]) == (None, None, None)
    assert "Could be, whoever" not in text(client.get(PAGE))


def test_groups_without_counts_of_the_unknown_are_not_bounded(client, release):
    with_groups(release, "ethnicity", [("ethnicity-asian", "Asian", 200.0, 400.0), ("ethnicity-unknown", "No code", 5.0, 10.0)])
    Observation.objects.filter(stratum__slug="ethnicity-unknown").update(numerator=None, denominator=None)

    found = client.get(f"/api/v1/inequality?indicator={SLUG}").json()["people_groups"][0]

    assert found["groups"][0]["bound_reason"] == "no_counts"
    assert "nobody can say how far these could move it" in text(client.get(PAGE))


def test_published_deciles_appear_as_a_gradient_of_their_own(client, release):
    with_groups(release, "deprivation", [(f"decile-{n}", str(n), 500.0 + n, 1000.0) for n in range(1, 11)])

    page = text(client.get(PAGE))

    assert "By decile of deprivation, as published" in page
    assert b"1 most deprived, 10 least" in client.get(f"{PAGE}deprivation.svg").content


def test_a_part_of_the_people_is_named_with_its_figures(client, release):
    with_groups(release, "age", [("age-0-15", "Aged 0 to 15", 300.0, 400.0)])

    page = text(client.get(PAGE, {"stratum": "age-0-15"}))

    assert "How it differs by deprivation: Aged 0 to 15, England" in page
    assert "Made-up coverage: Aged 0 to 15 by decile" in page


def test_rates_of_events_have_no_bounds_for_one_person_may_have_several(client, release):
    groups = [
        ("ethnicity-asian", "Asian", 20.0, 4000.0),
        ("ethnicity-white", "White", 39.0, 5900.0),
        ("ethnicity-unknown", "Not known", 1.0, 100.0),
    ]
    with_groups(release, "ethnicity", groups, unit="per_100k", polarity="low_is_good")

    answer = client.get("/api/v1/inequality/", {"indicator": SLUG}).json()

    (found,) = answer["people_groups"]
    assert [(one["bound_lower"], one["bound_upper"], one["bound_reason"]) for one in found["groups"]] == [(None, None, "not_a_share")] * 2
    assert (found["gap_least"], found["gap_most"]) == (None, None)


def test_groups_that_are_withheld_everywhere_stand_in_the_table_and_the_unknown_are_not_taken_for_nobody(client, release):
    with_groups(
        release,
        "ethnicity",
        [
            ("ethnicity-asian", "Asian", 200.0, 400.0),
            ("ethnicity-mixed", "Mixed", 10.0, 20.0),
            ("ethnicity-white", "White", 390.0, 560.0),
            ("ethnicity-unknown", "Not known", 5.0, 20.0),
        ],
    )
    hidden = ("ethnicity-mixed", "ethnicity-unknown")
    none = dict.fromkeys(("numerator", "value", "lower", "upper"))
    words = {"status": Status.SUPPRESSED, "reason": Reason.SMALL_NUMBERS}
    Observation.objects.filter(stratum__slug__in=hidden).update(**none, **words)
    Availability.objects.filter(stratum__slug__in=hidden).delete()

    page = text(client.get(PAGE))

    assert "From 50.0 % (Asian) to 69.6 % (White)." in page
    assert "Withheld: Mixed; the highest or the lowest may be one of these." in page
    assert '<th scope="row">Mixed</th>' in page
    assert '<th scope="row">Not known</th>' in page
    assert "Of 1,000 people 98.0 % have a code and 98.0 % a known group." in page
    assert "nobody can say how far these could move it" in page
