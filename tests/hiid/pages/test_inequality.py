"""The page of an indicator's inequality: what it says, what it refuses in words, and its charts as SVG."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.test import Client

from geo.queries.catalogue import find_current_release, get_indicator
from geo.queries.inequality import get_inequality
from geo.queries.slopes import Ranged
from geo.statuses import Basis, Reason
from hiid.pages.presenters import inequality as present
from hiid.pages.presenters import steepness
from tests import builders
from tests.deciles import a_protected_release

pytestmark = pytest.mark.django_db

SLUG = "cervical-coverage-25-49"
PAGE = f"/inequality/{SLUG}/"


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


@pytest.fixture
def indicator(release):
    """Ten neighbourhoods, one in each decile, whose coverage rises from 61 % to 70 %; England beside them."""
    made = builders.an_indicator()
    country = builders.an_area("E92000001", geography="ctry23", name="England")
    for decile in range(1, 11):
        area = builders.an_area(population=2000)
        builders.a_link(area, country)
        builders.a_deprivation(area, decile=decile)
        builders.an_observation(area, release=release, indicator=made, numerator=600.0 + 10 * decile, denominator=1000.0)
    builders.an_availability(release=release, indicator=made)
    return made


def text(answer):
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_page_says_the_gradient_in_a_sentence_a_table_and_a_chart(client, indicator):
    page = text(client.get(PAGE))

    assert "The most deprived tenth of neighbourhoods has 61.0 %, 9.0 percentage points below the least deprived (70.0 %)." in page
    assert '<th scope="row">1</th><td class="number">61.0 %</td>' in page
    assert "vega-lite/v6.json" in page
    assert f'href="{PAGE}gradient.svg"' in page


def test_scripts_that_draw_are_asked_for_by_pages_with_charts_alone(client, indicator):
    assert "js/inequality.js" in text(client.get(PAGE))
    assert "vega" not in text(client.get("/"))
    assert "js/inequality.js" not in text(client.get("/about/"))


def test_each_chart_is_svg_the_same_twice_and_not_sent_again_to_whoever_holds_it(client, indicator):
    first, second = client.get(f"{PAGE}gradient.svg"), client.get(f"{PAGE}gradient.svg")

    assert first["Content-Type"] == "image/svg+xml"
    assert first.content == second.content
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert b"Made-up coverage by decile of IMD 2025, England" in first.content
    assert b"made-up-release" in first.content
    assert client.get(f"{PAGE}gradient.svg", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get(f"{PAGE}gradient.svg?period=2021-22").headers["ETag"] != first["ETag"]


def test_a_synthetic_release_marks_page_and_picture(client):
    release = builders.a_current_release("made-up-synthetic", is_synthetic=True)
    made = builders.an_indicator()
    builders.an_area("E92000001", geography="ctry23", name="England")
    area = builders.an_area(population=10)
    builders.a_deprivation(area, decile=1)
    builders.an_observation(area, release=release, indicator=made)
    builders.an_availability(release=release, indicator=made)

    assert "Synthetic figures." in text(client.get(PAGE))
    assert "SYNTHETIC" in text(client.get(f"{PAGE}gradient.svg"))


def test_an_index_alone_on_its_boundaries_is_words_and_no_chart(client, indicator):
    page = text(client.get(PAGE))

    assert "IMD 2025 alone reaches these areas" in page
    assert client.get(f"{PAGE}indexes.svg").status_code == 404


def test_an_index_of_deprivation_is_not_put_against_itself(client, release, indicator):
    index = builders.an_indicator("imd-2025", kind="ratio_only", unit="score", polarity="none")
    builders.an_availability(release=release, indicator=index)

    answer = client.get("/inequality/imd-2025/")

    assert answer.status_code == 200
    assert "Put against deprivation it would be put against itself." in text(answer)


def test_modelled_figures_are_about_and_say_that_they_have_no_limits(client, release):
    made = builders.an_indicator()
    builders.an_area("E92000001", geography="ctry23", name="England")
    for decile in (1, 10):
        area = builders.an_area(population=100)
        builders.a_deprivation(area, decile=decile)
        builders.an_observation(
            area, release=release, indicator=made, basis=Basis.MODELLED, reason=Reason.ALLOCATION_ERROR_UNKNOWN, lower=None, upper=None
        )
    builders.an_availability(release=release, indicator=made, basis=Basis.MODELLED)

    page = text(client.get(PAGE))

    assert "has about 70.0 %, level with the least deprived (about 70.0 %)" in page
    assert "the error of the estimate is not known" in page


def test_a_missing_decile_is_named_and_not_compared(release, indicator):
    current = find_current_release()
    found = get_inequality(current, get_indicator(SLUG, current))
    asked = present.Asked(current, get_indicator(SLUG, current), "England", "2021/22")
    without = replace(found, groups=(replace(found.groups[0], value=None, status="suppressed"), *found.groups[1:]))

    chart = present.gradient(asked, without)

    assert chart.summary == (
        "Only some deciles have a figure here (2, 3, 4, 5, 6, 7, 8, 9, 10), so most and least deprived are not set against each other."
    )
    assert chart.table.rows[0][1] == "cannot be shown (small numbers)"


@pytest.mark.parametrize("address", ["/inequality/no-such-thing/", "/inequality/%3Cscript%3E/", "/inequality/a%00b/", f"{PAGE}nothing.svg"])
def test_what_there_is_not_is_a_page_that_says_so(client, indicator, address):
    answer = client.get(address)

    assert answer.status_code == 404
    assert "There is nothing at this address" in text(answer)
    assert "<script>" not in text(answer).split("<main")[1]


@pytest.mark.parametrize(
    "query",
    [
        {"area": "'; DROP TABLE geo_area; --"},
        {"area": "E09999999"},
        {"period": "<script>alert(1)</script>"},
        {"period": "a\x00b"},
        {"deprivation": "imd1066"},
        {"stratum": "../../etc/passwd"},
        {"nonsense": "1"},
        {"period": ["2021-22", "2020-21"]},
        {"area": "E" * 5000},
    ],
)
@pytest.mark.parametrize("ending", ["", "gradient.svg"])
def test_a_hostile_query_is_answered_in_words(client, indicator, query, ending):
    answer = client.get(PAGE + ending, query)

    assert answer.status_code == 404
    assert "<script>alert" not in text(answer)


def test_the_choices_lead_to_the_indicator_and_leave_out_what_it_has_not(client, indicator):
    answer = client.get(
        "/inequality/", {"indicator": SLUG, "area": "E92000001", "period": "1999", "deprivation": "imd2025", "stratum": "all"}
    )

    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?deprivation=imd2025"


@pytest.mark.parametrize("query", [{}, {"indicator": "//evil.example"}, {"area": "//evil.example"}])
def test_the_start_leads_nowhere_else(client, indicator, query):
    assert client.get("/inequality/", query)["Location"] == PAGE


def test_before_the_first_release_the_page_says_so(client):
    for address in ("/inequality/", PAGE, f"{PAGE}gradient.svg"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "No release has been published yet." in text(answer)


def test_the_slope_is_told_with_limits_direction_and_people(client, indicator):
    page = text(client.get(PAGE))

    assert "Slope index (SII)" in page
    assert "The line is lower at the most deprived end." in page
    # By hand: tenths of 1,000 miss the 700 of the least deprived by 90, 80 … 0.
    assert '<dt>To reach the least deprived</dt><dd class="amount">about 450 people</dd>' in page
    assert "There is one period only with a slope: nothing can be said of change." in page


def test_a_modelled_neighbourhood_has_no_slope_and_the_page_says_why(client, release):
    made = builders.an_indicator()
    builders.an_area("E92000001", geography="ctry23", name="England")
    area = builders.an_area(population=100)
    builders.a_deprivation(area, decile=1)
    builders.an_observation(area, release=release, indicator=made, basis=Basis.MODELLED, reason=Reason.ALLOCATION_ERROR_UNKNOWN)
    builders.an_availability(release=release, indicator=made, basis=Basis.MODELLED)

    page = text(client.get(PAGE))

    assert "Ask for practices or primary care networks." in page
    assert "Slope index" not in page


def a_bent_gradient(release):
    """Ten neighbourhoods of 100,000: five at 60 %, five at 80 %."""
    made = builders.an_indicator()
    builders.an_area("E92000001", geography="ctry23", name="England")
    for decile in range(1, 11):
        area = builders.an_area(population=100_000)
        builders.a_deprivation(area, decile=decile)
        share = 0.6 if decile <= 5 else 0.8
        builders.an_observation(area, release=release, indicator=made, numerator=share * 100_000, denominator=100_000.0)
    builders.an_availability(release=release, indicator=made)


def test_a_line_that_misses_half_of_the_groups_says_so_beside_the_slope_and_in_rest(client, release):
    a_bent_gradient(release)

    page = text(client.get(PAGE))
    told = client.get(f"/api/v1/inequality?indicator={SLUG}").json()["steepness"]

    assert told["off_line"] == 10
    assert "10 of 10 groups lie off it by more than chance" in page
    assert "The groups do not lie on it: the interval tells of chance alone." in page


def test_a_line_that_holds_its_groups_says_no_more_than_that_it_is_one(client, indicator):
    page = text(client.get(PAGE))

    assert client.get(f"/api/v1/inequality?indicator={SLUG}").json()["steepness"]["off_line"] == 0
    assert "The line is the fitted slope.</p>" in page
    assert "do not lie on it" not in page


@pytest.mark.parametrize(
    ("limits", "told"), [((-0.5, 0.7), "cannot be told from a level one"), ((0.05, 0.7), "is lower at the most deprived end")]
)
def test_a_slope_whose_limits_hold_zero_leans_to_no_end(limits, told):
    assert told in steepness._direction(Ranged(0.1, *limits))


@pytest.mark.parametrize(("period", "words"), [("2017--2019", " in the 3 years together, not in one"), ("2021-22", ""), ("2023-24-q4", "")])
def test_people_of_several_years_say_so(period, words):
    made = present.Asked(None, SimpleNamespace(definition={"unit": "proportion", "polarity": "high_is_good"}), "England", "")

    assert steepness._miss(made, "this level", period).startswith(f"More people in the numerator{words} if every group")


def test_modelled_figures_lead_to_the_period_in_which_the_same_areas_were_counted(client, release):
    made = builders.an_indicator()
    builders.an_area("E92000001", geography="ctry23", name="England")
    for decile in (1, 10):
        area = builders.an_area(population=100)
        builders.a_deprivation(area, decile=decile)
        builders.an_observation(area, release=release, indicator=made, basis=Basis.MODELLED, period="2021-22")
        builders.an_observation(area, release=release, indicator=made, period="2020-21")
    builders.an_availability(release=release, indicator=made, basis=Basis.MODELLED, period="2021-22")
    builders.an_availability(release=release, indicator=made, period="2020-21")

    assert "These areas were counted in 2020/21: choose that period." in text(client.get(PAGE))
    assert "choose that period" not in text(client.get(PAGE, {"period": "2020-21"}))


def test_an_area_without_such_neighbourhoods_is_words_and_choices(client, indicator):
    ward = builders.an_area(geography="lad24", name="Made-up Borough")

    answer = client.get(PAGE, {"area": ward.code})

    assert answer.status_code == 200
    assert f"lie in {ward.code}: choose a larger area." in text(answer)
    assert f'<option value="{ward.code}" selected>Made-up Borough</option>' in text(answer)


def test_concentration_by_deprivation_and_among_areas_are_told_apart(client, indicator):
    page = text(client.get(PAGE))

    # By hand: of 1,000 in each tenth 390, 380 … 300 miss it, 3,450 in all; the first two tenths have 770 of them.
    assert "The most deprived 20.0 % of the people have 22.3 % of those who miss it." in page
    # The sum of shares times twice their middle less 1: -165 / 3,450.
    assert "By deprivation: concentration index \N{MINUS SIGN}0.048" in page
    # The tenth of the people where it is most frequent is the first neighbourhood: 390 of 3,450.
    assert "Among 10 neighbourhoods, whatever their deprivation" in page
    assert "has 11.3 % of those who miss it" in page
    assert "The curve crosses that line" not in page
    assert client.get(f"{PAGE}concentration.svg").status_code == 200


def test_concentration_of_modelled_neighbourhoods_is_refused_by_name(client, release):
    made = builders.an_indicator()
    builders.an_area("E92000001", geography="ctry23", name="England")
    for decile in range(1, 11):
        area = builders.an_area(population=100)
        builders.a_deprivation(area, decile=decile)
        builders.an_observation(area, release=release, indicator=made, basis=Basis.MODELLED, reason=Reason.ALLOCATION_ERROR_UNKNOWN)
    builders.an_availability(release=release, indicator=made, basis=Basis.MODELLED)

    answer = client.get(f"/api/v1/inequality?indicator={SLUG}").json()["concentration"]

    assert (answer["reason"], answer["index"], answer["curve"]) == ("modelled_neighbourhoods", None, [])
    assert "a concentration curve or index would find the method and not the people" in text(client.get(PAGE))


def test_figures_of_everybody_alone_say_that_no_gap_between_groups_can_be_told(client, indicator):
    assert "not by ethnic group, sex or age: no gap between groups can be told" in text(client.get(PAGE))


def test_protected_counts_are_told_by_the_people_of_each_decile_and_keep_their_map(client):
    a_protected_release()

    page = text(client.get("/inequality/made-up-linked/"))

    assert "by decile of IMD 2025, England (all made-up people), 2021/22" in page
    assert "The most deprived tenth of neighbourhoods has 32.0 %, 18.0 percentage points below the least deprived (50.0 %)." in page
    assert "limits hold for every count that a rounded one may stand for" in page
    assert "IMD 2025, people of each decile" in page
    assert "By sex" in page
    assert '<option value="2021-22-q4"' not in page
    assert 'name="area_type"' not in page
    assert 'name="stratum"' not in page
    assert "/?indicator=made-up-linked" in page


def test_a_part_of_the_people_or_kind_of_areas_asked_for_before_is_left_out(client):
    a_protected_release()

    answer = client.get("/inequality/?indicator=made-up-linked&stratum=female&period=2021-22")

    assert answer.headers["Location"] == "/inequality/made-up-linked/?period=2021-22"


def test_where_no_decile_may_be_shown_the_page_says_so(client):
    a_protected_release(without=range(1, 11))

    assert "none of the people of a decile of deprivation may be shown" in text(client.get("/inequality/made-up-linked/"))
