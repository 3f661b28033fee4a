"""A plan's page says what the plan says, and across all of it that people are made up."""

from geo.maps.plan_sheets import draw_plan_sheet
from geo.planning.requests import PlanRequest
from tests.geo.desk.makers import a_plan


def plan(**changes):
    made = a_plan(PlanRequest.from_json({"programme": "breast", "area": "E09000014", "stops": 1, "release": "made-up"})).to_json()
    return {**made, **changes}


def test_the_page_has_stops_gain_as_a_range_mode_and_notes():
    page = draw_plan_sheet(plan(), key="abc")

    for words in ("Breast screening: 1 stops in E09000014", "Field", "4 to 12", "made-up drive", "area of search", "Made up."):
        assert words in page, words
    assert "SYNTHETIC" not in page


def test_a_synthetic_plan_is_marked_across_the_page():
    assert draw_plan_sheet(plan(is_synthetic=True), key="abc").count("SYNTHETIC") == 3


def test_what_a_name_holds_is_text():
    site = {**plan()["sites"][0], "name": "<script>alert(1)</script>", "gain": None}

    page = draw_plan_sheet(plan(sites=[site]), key="abc")

    assert "<script>" not in page
    assert "cannot be told" in page


def test_more_stops_than_fit_are_counted():
    site = plan()["sites"][0]

    page = draw_plan_sheet(plan(sites=[{**site, "id": f"given:{number}"} for number in range(30)], allocation=[]), key="abc")

    assert "6 more stops are in the CSV." in page
