"""The funnel and the control chart of one indicator in one area: drawn, refused in words, or not there."""

import pytest
from django.test import Client

from geo.models import Indicator
from geo.statuses import Basis, Reason
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "cervical-coverage-25-49"


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


def a_series(release, *, periods=6, peers=12, **figures):
    """Districts of different sizes around 70 %, the first far below, in so many years; gives the first."""
    indicator = builders.an_indicator()
    areas = [builders.an_area(geography="lad24", name=f"Made-up Borough {n}") for n in range(peers)]
    for year in range(2018, 2018 + periods):
        period = f"{year}-{(year + 1) % 100:02d}"
        builders.an_availability(
            release=release, indicator=indicator, geography="lad24", period=period, basis=figures.get("basis", Basis.OBSERVED)
        )
        for n, area in enumerate(areas):
            people = 1000.0 + 150 * n
            share = 0.4 if n == 0 else 0.70 + 0.002 * (n % 3)
            builders.an_observation(
                area, release=release, indicator=indicator, period=period, numerator=round(people * share), denominator=people,
                value=round(people * share) / people, **{"lower": share - 0.03, "upper": share + 0.03, **figures},
            )  # fmt: skip
    return areas[0]


def text(answer):
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_page_says_where_the_area_stands_and_how_it_went(client, release):
    area = a_series(release)

    page = text(client.get(f"/areas/{area.code}/{SLUG}/"))

    assert "Made-up Borough 0 has 40.0 % of 1,000, below the 99.8 % limits" in page
    assert "40.0 % in 2018/19, 40.0 % in 2023/24" in page
    assert "Dashed: 95 % limits; solid: 99.8 % limits." in page
    assert '<th scope="row">Made-up Borough 0</th><td class="number">40.0 %</td>' in page
    assert "2019/20 (pandemic)" in page


def test_the_part_for_the_area_page_is_the_charts_alone(client, release):
    area = a_series(release)

    part = text(client.get(f"/areas/{area.code}/{SLUG}/", {"part": "charts"}))

    assert part.startswith("<section")
    assert "<html" not in part
    assert f'href="/areas/{area.code}/{SLUG}/funnel.svg"' in part


def test_the_area_page_offers_the_charts_and_carries_none_of_them(client, release):
    area = a_series(release)

    page = text(client.get(f"/areas/{area.code}/"))

    assert f'data-part="/areas/{area.code}/{SLUG}/?vintage=2024&amp;part=charts"' in page
    assert f'href="/inequality/{SLUG}/?area={area.code}"' in page
    assert "vega-lite" not in page


@pytest.mark.parametrize("chart", ["funnel", "control"])
def test_each_chart_is_svg_the_same_twice(client, release, chart):
    area = a_series(release)
    address = f"/areas/{area.code}/{SLUG}/{chart}.svg"

    first, second = client.get(address), client.get(address)

    assert first["Content-Type"] == "image/svg+xml"
    assert first.content == second.content
    assert "Made-up Borough 0" in text(first)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_one_period_is_no_control_chart_and_few_have_no_limits(client, release):
    area = a_series(release, periods=1)
    assert "There is one period only: nothing can be said of change." in text(client.get(f"/areas/{area.code}/{SLUG}/"))


def test_few_periods_are_drawn_without_limits_of_usual_variation(client, release):
    area = a_series(release, periods=3)

    page = text(client.get(f"/areas/{area.code}/{SLUG}/"))

    assert "No limits of usual variation:" in page
    assert "stand out" not in page


def test_the_control_chart_says_which_it_is_and_why(client, release):
    area = a_series(release)

    page = text(client.get(f"/areas/{area.code}/{SLUG}/"))

    # Shares of 1,000 people that do not move at all.
    assert "p chart: counts and people of every period are known" in page
    assert "(0.0 times)" in page
    assert "Making Data Count" in page


def test_the_funnel_is_of_the_boundaries_of_the_page(client, release):
    area = a_series(release, periods=1)
    indicator = Indicator.objects.get(slug=SLUG)
    old = builders.an_area(area.code, geography="lad21", name="Made-up Borough as it was")
    builders.an_availability(release=release, indicator=indicator, geography="lad21", period="2018-19")
    builders.an_observation(
        old, release=release, indicator=indicator, period="2018-19", numerator=450.0, denominator=500.0, value=0.9, lower=0.87, upper=0.92
    )

    then, now = (text(client.get(f"/areas/{area.code}/{SLUG}/", {"vintage": year})) for year in ("2021", "2024"))

    assert "among Districts (2021)" in then
    assert "90.0 % of 500" in then
    assert "among Districts (2024)" in now


def test_without_a_vintage_the_page_is_of_the_boundaries_that_have_the_figure(client, release):
    area = a_series(release, periods=1)
    upper = builders.an_area("E09999001", geography="utla23", name="Made-up Borough")
    builders.an_area("E09999001", geography="lad24", name="Made-up Borough")
    indicator = builders.an_indicator("mmr2-5y")
    builders.an_availability(release=release, indicator=indicator, geography="utla23", period="2018-19")
    builders.an_observation(
        upper, release=release, indicator=indicator, period="2018-19", numerator=450.0, denominator=500.0, value=0.9, lower=0.87, upper=0.92
    )

    answer = client.get("/areas/E09999001/mmr2-5y/")

    assert answer.status_code == 200
    assert "vintage=2023" in text(answer)
    assert client.get("/areas/E09999001/mmr2-5y/", {"vintage": "2024"}).status_code == 404
    assert "vintage=2024" in text(client.get(f"/areas/{area.code}/{SLUG}/"))


def test_modelled_figures_have_no_funnel_and_the_page_says_why(client, release):
    area = a_series(release, basis=Basis.MODELLED, reason=Reason.ALLOCATION_ERROR_UNKNOWN)

    page = text(client.get(f"/areas/{area.code}/{SLUG}/"))

    assert "a funnel needs counts of the areas themselves" in page
    assert client.get(f"/areas/{area.code}/{SLUG}/funnel.svg").status_code == 404


@pytest.mark.parametrize("address", ["/areas/E09999999/{slug}/", "/areas/{code}/nothing/", "/areas/{code}/{slug}/other.svg"])
def test_what_there_is_not_is_a_page_that_says_so(client, release, address):
    area = a_series(release, periods=1)

    answer = client.get(address.format(code=area.code, slug=SLUG))

    assert answer.status_code == 404
    assert "There is nothing at this address" in text(answer)


@pytest.mark.parametrize(
    "query", [{"vintage": "soon"}, {"part": "<script>"}, {"stratum": "a\x00"}, {"nonsense": "1"}, {"stratum": "nobody"}]
)
def test_a_hostile_query_is_answered_in_words(client, release, query):
    area = a_series(release, periods=1)

    for ending in ("", "funnel.svg"):
        answer = client.get(f"/areas/{area.code}/{SLUG}/{ending}", query)
        assert answer.status_code == 404
        assert "<script>" not in text(answer).split("<main")[1]
