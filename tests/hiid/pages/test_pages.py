import pytest
from django.test import Client

from geo.codes import geography
from geo.queries.areas import get_area
from geo.queries.catalogue import find_current_release, list_indicators
from geo.queries.gazetteer import list_labels, list_names
from geo.queries.profile import get_profile
from geo.statuses import Basis, Comparison, Reason, Status
from hiid.pages.presenters.area import MOST_OPEN, profile_groups
from hiid.pages.presenters.catalogue import explorer_settings
from hiid.pages.presenters.charts import spark_of, spine_of
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


@pytest.fixture
def release():
    return builders.a_current_release(tilesets={"lad24": "abc", "lsoa21": "not_available"})


def test_every_page_opens_before_the_first_release(client):
    for address in ("/", "/about/"):
        assert client.get(address).status_code == 200


def test_a_synthetic_release_marks_every_page(client):
    builders.a_current_release("made-up-synthetic", is_synthetic=True)
    area = builders.an_area(geography="lad24")

    for address in ("/", "/about/", f"/areas/{area.code}/"):
        assert "Synthetic figures." in client.get(address).content.decode()


def test_a_real_release_has_no_mark(client, release):
    assert "Synthetic figures." not in client.get("/").content.decode()


def test_an_unknown_area_is_a_page_that_says_so(client):
    answer = client.get("/areas/E09999999/")

    assert answer.status_code == 404
    assert "No area has this code." in answer.content.decode()


@pytest.mark.parametrize("year", ["soon", "20211", "²⁰²¹", "1999"])
def test_a_vintage_that_is_none_is_answered_in_words(client, year):
    area = builders.an_area(geography="lad24")

    assert client.get(f"/areas/{area.code}/", {"vintage": year}).status_code == 404


def test_the_map_offers_only_what_the_release_holds_and_has_shapes_for(release):
    indicator = builders.an_indicator()
    builders.an_availability(release=release, indicator=indicator, geography="lad24")
    builders.an_availability(release=release, indicator=indicator, geography="lsoa21")
    builders.an_availability(release=release, indicator=indicator, geography="ctry23", median=0.68)
    current = find_current_release()

    settings = explorer_settings(current, list_indicators(current))

    (offered,) = settings["indicators"]
    assert list(offered["available"]) == ["lad24"]
    assert offered["englandValues"] == {"2021-22": {"all": 0.68}}
    assert settings["careAreas"] == {"cancer": "Early cancer diagnosis"}


def test_the_map_page_is_told_no_more_of_a_slice_than_it_draws_with(release):
    for slug, basis in (("counted", Basis.OBSERVED), ("estimated", Basis.MODELLED)):
        builders.an_availability(release=release, indicator=builders.an_indicator(slug), geography="lad24", basis=basis)
    current = find_current_release()

    counted, estimated = explorer_settings(current, list_indicators(current))["indicators"]

    assert set(counted["available"]["lad24"]["2021-22"]["all"]) == {"breaks", "areas", "values"}
    assert estimated["available"]["lad24"]["2021-22"]["all"]["basis"] == "modelled"


def test_periods_are_offered_oldest_first(release):
    indicator = builders.an_indicator()
    for period in ("2021-22", "2019-20", "2020-21"):
        builders.an_availability(release=release, indicator=indicator, geography="lad24", period=period)
    current = find_current_release()

    (offered,) = explorer_settings(current, list_indicators(current))["indicators"]

    assert offered["periods"] == ["2019-20", "2020-21", "2021-22"]


def test_the_map_page_is_told_of_which_indicators_quarters_share_people(release):
    for slug, family in (("checks", "smi"), ("vaccination", "cover")):
        builders.an_availability(release=release, indicator=builders.an_indicator(slug, family=family), geography="lad24")
    current = find_current_release()

    offered = {one["slug"]: one["windowsOverlap"] for one in explorer_settings(current, list_indicators(current))["indicators"]}

    assert offered == {"checks": True, "vaccination": False}


def rows_of(area, release):
    detail = get_area(area.code)
    return profile_groups(get_profile(detail.area, find_current_release()), detail.area)[0].rows


def test_a_modelled_value_is_about_and_a_suppressed_one_never_zero(release):
    area = builders.an_area(geography="lad24")
    screening, other = builders.an_indicator(), builders.an_indicator("another", short_title="Another")
    for indicator in (screening, other):
        builders.an_availability(release=release, indicator=indicator, geography="lad24", minimum=0.5, maximum=0.9)
    builders.an_observation(area, release=release, indicator=screening, basis=Basis.MODELLED, reason=Reason.ALLOCATION_ERROR_UNKNOWN)
    builders.a_missing_observation(area, release=release, indicator=other, status=Status.SUPPRESSED, reason=Reason.SMALL_NUMBERS)

    rows = {row.title: row for row in rows_of(area, release)}

    assert rows["Made-up coverage"].value == "about 70.0\N{NO-BREAK SPACE}%"
    assert rows["Another"].value == "cannot be shown (small numbers)"
    assert rows["Another"].spine is None
    assert not rows["Another"].has_value


def test_one_period_is_never_shown_as_moving(release):
    area = builders.an_area(geography="lad24")
    indicator = builders.an_indicator()
    builders.an_availability(release=release, indicator=indicator, geography="lad24", minimum=0.5, maximum=0.9)
    builders.an_observation(area, release=release, indicator=indicator)
    (row,) = get_profile(get_area(area.code).area, find_current_release())

    assert spark_of(row.trend) is None
    spine = spine_of(row)
    assert spine is not None
    assert spine.lower < spine.value < spine.upper
    assert spine.value == pytest.approx(110.0)


def test_names_come_in_feature_order_with_the_district_around():
    district = builders.an_area(geography="lad24", name="Made-up Borough")
    second = builders.an_area(feature_id=2, name="Second", code="E01990002")
    first = builders.an_area(feature_id=1, name="First", code="E01990001")
    builders.a_link(second, district)

    names = list_names(geography("lsoa21"))

    assert names.names == ["First", "Second"]
    assert names.codes == [first.code, second.code]
    assert [names.districts[at] if at >= 0 else None for at in names.district] == [None, "Made-up Borough"]


def test_names_revalidate(client):
    builders.an_area()
    first = client.get("/names/lsoa21.json")

    assert client.get("/names/lsoa21.json", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/names/nowhere.json").status_code == 404


def test_labels_are_written_in_the_middle_of_their_areas(client):
    builders.an_area(geography="lad24", name="Made-up Borough")

    (label,) = list_labels("far")

    assert (round(label.longitude, 1), round(label.latitude, 1)) == (-1.4, 51.7)
    assert client.get("/labels/far.json").json()["features"][0]["properties"]["kind"] == "district"


def test_the_page_about_the_figures_names_every_indicator_and_source(client, release):
    indicator = builders.an_indicator(caveats=["Nothing of this is real."])
    builders.an_availability(release=release, indicator=indicator, geography="lad24")
    builders.a_source_load("made-up-source", provenance={"title": "A made-up file", "licence": "Open", "attribution": "Contains nothing"})
    release.sources = {"made-up-source": {"sha256": "0" * 64}}
    release.save()

    text = client.get("/about/").content.decode()

    for words in (
        "Made-up coverage, ages 25 to 49",
        "Nothing of this is real.",
        "A made-up file",
        "Contains nothing",
        "None of it is made up",
    ):
        assert words in text
    assert text.count('<details class="definition">') == 1


def test_england_of_linked_records_is_all_people_of_the_world_and_of_published_files_england(client, release):
    country = builders.an_area("E92000001", geography="ctry23", name="England")
    for slug, sources in (("counted", ["linked-records"]), ("published", ["made-up-source"])):
        indicator = builders.an_indicator(slug, sources=sources)
        builders.an_observation(country, release=release, indicator=indicator)
        for set_of_areas in ("ctry23", "lad24"):
            builders.an_availability(release=release, indicator=indicator, geography=set_of_areas)
    current = find_current_release()

    offered = {one["slug"]: one["isLinked"] for one in explorer_settings(current, list_indicators(current))["indicators"]}
    counted, published = (client.get("/quality/", {"indicator": slug}).content.decode() for slug in ("counted", "published"))

    assert offered == {"counted": True, "published": False}
    assert "All people of the world" in counted
    assert "All people of the world" not in published


def test_areas_are_held_against_england_or_all_made_up_people(release):
    country = builders.an_area("E92000001", geography="ctry23", name="England")
    area = builders.an_area(geography="lad24")
    for slug, source in (("counted", "linked-records"), ("published", "made-up-source")):
        indicator = builders.an_indicator(slug, sources=[source], short_title=slug)
        for one, kind in ((country, "ctry23"), (area, "lad24")):
            builders.an_observation(one, release=release, indicator=indicator, comparison=Comparison.WORSE)
            builders.an_availability(release=release, indicator=indicator, geography=kind)

    told = {row.title: (row.peers, row.standing) for row in rows_of(area, release)}

    assert told["counted"] == ("all made-up people", "worse than all made-up people")
    assert told["published"] == ("England", "worse than England")


def test_a_group_of_many_lines_is_folded_and_says_how_they_stand(client, release):
    area = builders.an_area(geography="lad24")
    comparisons = [Comparison.WORSE] * 3 + [Comparison.BETTER] + [Comparison.SIMILAR] * (MOST_OPEN - 3)
    for number, comparison in enumerate(comparisons):
        indicator = builders.an_indicator(f"made-up-{number}", short_title=f"Made-up {number}")
        builders.an_observation(area, release=release, indicator=indicator, comparison=comparison)
        builders.an_availability(release=release, indicator=indicator, geography="lad24")

    page = client.get(f"/areas/{area.code}/").content.decode()

    assert f"{MOST_OPEN + 1} indicators, 3 worse and 1 better than England" in page
    assert page.count('<details class="folded">') == 1
    assert page.count("Each among its peers and through time") == 1


def test_records_given_of_parts_of_the_people_alone_take_one_line(release):
    area = builders.an_area(geography="lad24")
    indicator = builders.an_indicator("counted", sources=["linked-records"], strata=["decile-1", "decile-2"])
    for stratum in ("decile-1", "decile-2"):
        builders.an_observation(area, release=release, indicator=indicator, stratum=stratum)
        builders.an_availability(release=release, indicator=indicator, geography="lad24", stratum=stratum)

    (row,) = rows_of(area, release)

    assert (row.title, row.value, row.standing) == ("Made-up coverage", "given for parts of the people alone", "")
