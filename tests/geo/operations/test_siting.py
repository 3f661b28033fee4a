"""A plan end to end over a made-up district: who is served, what is told, and that it replays."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from geo.errors import InputError, PlanningError
from geo.operations.siting import make_plan, what_if
from geo.planning.plans import read_plan
from geo.planning.requests import PlanRequest
from tests.builders import a_postcode, an_area
from tests.cells import make_cells
from tests.screened_district import a_screened_district

pytestmark = pytest.mark.django_db
# Three places in the made-up row, from west to east, in degrees.
PLACES = [
    {"name": "West", "latitude": 51.699, "longitude": -1.4},
    {"name": "Middle", "latitude": 51.699, "longitude": -1.335},
    {"name": "East", "latitude": 51.699, "longitude": -1.265},
]


def a_request(**fields):
    """One stop of three places."""
    given = {"kind": "given", "given": PLACES}
    return PlanRequest.from_json({"programme": "breast", "area": "E09000014", "stops": 1, "candidates": given, **fields})


def plan_of(**fields):
    """Its plan, with nobody told how far it is."""
    return make_plan(a_request(**fields), lambda share, words: None)


def test_everybody_goes_somewhere_and_need_is_told_with_the_proof():
    a_screened_district()

    plan = plan_of(stops=2)

    assert len(plan.allocation) == 12
    assert {visit.site for visit in plan.allocation} == {site.id for site in plan.sites}
    assert plan.bound <= plan.objective
    assert plan.gap == 0.0
    assert sum(site.need for site in plan.sites) == pytest.approx(plan.totals["need"]["value"], abs=3)
    assert plan.gain.low < plan.gain.high
    assert plan.is_synthetic


def test_the_one_stop_goes_where_need_is_and_equity_draws_it_further():
    a_screened_district()

    plan = plan_of(equity=16)

    assert [site.id for site in plan.sites] == ["given:3"]
    assert plan.minutes["most_deprived"] <= plan.minutes["mean"]


def test_the_file_replays_to_the_same_plan(tmp_path):
    a_screened_district()
    asked, kept, out = tmp_path / "request.json", tmp_path / "plan.json", StringIO()
    asked.write_text(json.dumps(a_request().to_json()))

    call_command("plan_sites", request=asked, out=kept, stdout=out, stderr=StringIO())
    call_command("plan_sites", replay=kept, stdout=out, stderr=StringIO())

    assert "The same plan." in out.getvalue()
    assert read_plan(kept.read_bytes()).request.release == "made-up-synthetic"


def test_a_changed_file_is_not_the_same(tmp_path):
    a_screened_district()
    kept = tmp_path / "plan.json"
    kept.write_text(plan_of().write().replace('"seed": 0', '"seed": 0', 1).replace('"objective": ', '"objective": 1', 1))

    with pytest.raises(CommandError):
        call_command("plan_sites", replay=kept, stdout=StringIO(), stderr=StringIO())


def test_a_moved_stop_is_told_without_planning_anew():
    a_screened_district()
    plan = plan_of()

    same = what_if(plan.request, [{"id": plan.sites[0].id}])
    more = what_if(plan.request, [{"id": plan.sites[0].id}, {"latitude": 51.699, "longitude": -1.4}])

    assert same["objective"] == pytest.approx(plan.objective)
    assert more["objective"] < plan.objective
    assert more["sites"][1]["id"] == "moved:1"
    assert more["sites"][1]["is_area_of_search"]


@pytest.mark.parametrize("sites", [[], [{"id": "practice:none"}], [{"latitude": 10, "longitude": 0}]])
def test_a_stop_that_is_nowhere_is_refused(sites):
    a_screened_district()

    with pytest.raises(InputError):
        what_if(a_request(), sites)


@pytest.mark.parametrize(
    ("fields", "field"), [({"stops": 4}, "stops"), ({"forced": ["given:9"]}, "forced"), ({"provider": "teleport"}, "provider")]
)
def test_what_does_not_exist_is_named(fields, field):
    a_screened_district()

    with pytest.raises(InputError) as caught:
        plan_of(**fields)

    assert caught.value.parameter == field


def test_a_stop_that_few_people_use_tells_no_figure():
    a_screened_district()

    plan = plan_of(stops=3, objective="centre")
    shares = {site.id: sum(visit.site == site.id for visit in plan.allocation) for site in plan.sites}

    for site in plan.sites:
        assert (site.need is None) == (shares[site.id] * 1500 < 5000)
        assert (site.refused is None) == (site.need is not None)
        assert (site.gain is None) == (site.need is None)


def test_limits_are_kept_or_said_to_be_impossible():
    a_screened_district()

    plan = plan_of(stops=2, most_workload=300, objective="median")

    assert max(site.workload or 0 for site in plan.sites) <= 301
    with pytest.raises(PlanningError, match="stops of at most 100 see"):
        plan_of(stops=2, most_workload=100)


def test_a_stop_has_weeks_in_the_schedule_and_what_exists_has_none():
    a_screened_district()

    schedule = plan_of(stops=2, existing=["given:1"], starts="2027-01-06").schedule

    assert schedule["rows"][0]["starts"] == "2027-01-04"
    assert {row["site"] for row in schedule["rows"]} == {"given:2", "given:3"}
    assert any("needs its due date" in note for note in schedule["notes"])


@pytest.mark.parametrize(
    ("due", "words"), [("2027-12-31", "All 1 practices with a due date"), ("2026-12-01", "1 of 1 practices are seen after 36")]
)
def test_a_practice_is_seen_at_its_stop_in_time_or_told_to_be_late(due, words):
    a_screened_district()
    practice = {"name": "Surgery", "latitude": 51.699, "longitude": -1.27, "people": 300, "due": due}

    schedule = plan_of(stops=2, practices=[practice], starts="2027-01-04").schedule

    assert schedule["practices"][0]["site"] == "given:3"
    assert any(words in note for note in schedule["notes"])


def test_who_lives_outside_the_service_is_not_planned_for():
    a_screened_district()
    east = [[-1.36, 51.6], [-1.2, 51.6], [-1.2, 51.8], [-1.36, 51.8], [-1.36, 51.6]]

    plan = plan_of(boundary={"type": "Polygon", "coordinates": [east]})

    assert 0 < len(plan.allocation) < 12
    assert {site.id for site in plan.sites} <= {"given:2", "given:3"}
    with pytest.raises(InputError, match="Nobody of the area lives inside"):
        plan_of(boundary={"type": "Polygon", "coordinates": [[[0, 51], [0.1, 51], [0.1, 51.1], [0, 51]]]})


def test_vehicles_hold_a_plan_that_says_whom_they_cannot_carry():
    a_screened_district()
    fields = {"stops": 2, "weeks": 4, "capacity": 35, "equity": 3}

    free, plan = plan_of(**fields), plan_of(**fields, hold_vehicles=True)
    held = plan.totals["vehicles"]
    left = {one["area"] for one in held["not_served"]["areas"]}

    assert sum(site.weeks for site in plan.sites) == held["weeks_used"] <= held["weeks_there"] == 4
    assert all(site.workload is None or site.workload <= site.weeks * 35 for site in plan.sites)
    assert plan.schedule["weeks"] <= 4
    assert left
    assert left.isdisjoint(visit.area for visit in plan.allocation)
    assert len(left) + len(plan.allocation) == len(free.allocation) == 12
    assert [row["group"] for row in held["not_served"]["by_deprivation"]] == ["Most deprived fifth", "Fourth fifth"]
    assert sum(row["not_served"] for row in held["not_served"]["by_deprivation"]) == len(left) * 1_500
    assert any("residents are not served (" in note and "of the most deprived fifth" in note for note in plan.notes)
    assert plan.gain.high < free.gain.high
    assert "vehicles" not in free.totals
    assert "hold_vehicles" not in free.to_json()["request"]


def test_what_few_areas_leave_out_is_told_in_residents_alone():
    a_screened_district()

    plan = plan_of(stops=2, weeks=10, capacity=23, hold_vehicles=True)
    left = plan.totals["vehicles"]["not_served"]

    assert 0 < len(left["areas"]) < 3
    assert left["workload"] is None
    assert left["need"]["value"] is None
    assert "needs at least 3" in left["refused"]
    assert any("needs at least 3" in note for note in plan.notes)


def test_a_plan_with_vehicles_replays_and_a_moved_stop_is_held_to_them_too():
    a_screened_district()
    plan = plan_of(stops=2, weeks=4, capacity=35, hold_vehicles=True)

    again = make_plan(read_plan(plan.write()).request, lambda share, words: None)
    moved = what_if(plan.request, [{"id": site.id} for site in plan.sites])

    assert again.is_same(plan)
    assert moved["objective"] >= plan.objective * (1 - 1e-6)
    assert moved["totals"]["vehicles"]["weeks_used"] <= 4


def test_where_vehicles_are_enough_the_plan_is_that_without_them():
    a_screened_district()

    free, held = plan_of(stops=2), plan_of(stops=2, hold_vehicles=True)

    assert held.sites == free.sites
    assert held.totals["vehicles"]["not_served"]["areas"] == []
    assert "Everybody can be seen in these weeks." in held.notes


@pytest.mark.parametrize("objective", ["centre", "cover_all"])
def test_an_objective_that_leaves_nobody_out_is_not_held_to_vehicles(objective):
    with pytest.raises(InputError, match="hold_vehicles: found true"):
        a_request(objective=objective, hold_vehicles=True)


def test_whether_vehicles_hold_is_yes_or_no():
    with pytest.raises(InputError, match="expected true or false"):
        a_request(hold_vehicles="yes")


def test_cells_are_areas_of_search_in_the_plan_too():
    district = a_screened_district()
    for number, lsoa in enumerate(district.lsoas):
        middle = lsoa.centroid_27700
        fields = {"easting": int(middle.x), "northing": int(middle.y)}
        a_postcode(f"AA1{number}AA"[-7:], lsoa11=an_area(geography="lsoa11"), lsoa21=lsoa, **fields)
    make_cells()

    plan = plan_of(candidates={"kind": "search_cells"}, stops=2)

    assert all(site.is_area_of_search and site.id.startswith("cell:") for site in plan.sites)
    assert all(site.name.startswith("Area of search in Made-up Haven, cell ") for site in plan.sites)
    assert any("areas of search: nobody looked there" in note for note in plan.notes)
