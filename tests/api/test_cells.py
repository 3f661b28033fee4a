"""Figures by cell over HTTP: what is told of each, paging, files, and what is refused."""

import csv
import io
import json

import pytest

from geo.codes import CELLS
from geo.models import CellSlice, Indicator, Observation, Release, Tileset, ValueFile
from geo.operations.cells import build_cell_files
from geo.releases.publish import missing_files
from geo.statuses import Reason, Status
from geo.tiles.geometry_plane import current_version
from geo.tiles.layers import SliceName, find_slice
from geo.tiles.value_files import find_value_file, value_document
from tests.builders import a_link, an_area, an_observation
from tests.cells import forget

pytestmark = pytest.mark.django_db

INDICATOR = "cervical-coverage-25-49"
ASKED = f"/api/v1/cells?indicator={INDICATOR}"


@pytest.fixture(autouse=True)
def fresh():
    """Worlds of other tests are not remembered."""
    forget()
    find_slice.cache_clear()


def test_every_cell_is_modelled_and_totals_are_those_of_the_neighbourhoods(api, world):
    told = api.get(f"{ASKED}&limit=1000").json()

    assert (told["release"], told["is_synthetic"], told["period"], told["stratum"], told["unit"]) == (
        world.release.slug, False, "2021-22", "all", "proportion",
    )  # fmt: skip
    assert (told["area_type"], told["vintage"], told["resolution"]) == ("lsoa", 2021, "adaptive")
    assert told["count"] == len(told["results"]) > 1
    assert {cell["basis"] for cell in told["results"]} == {"modelled"}
    known = [cell for cell in told["results"] if cell["value"] is not None]
    # The fourth neighbourhood has no figure; 50 to 61 of 100 in the others, none in the fifth.
    counted = Observation.objects.filter(release=world.release, indicator=world.coverage, geography__slug="lsoa21", period__slug="2021-22")
    expected = sum(each.numerator for each in counted if each.numerator is not None)
    assert sum(cell["numerator"] for cell in known) == pytest.approx(expected, rel=1e-9)
    for cell in known:
        assert cell["value"] == pytest.approx(cell["numerator"] / cell["denominator"])
        assert cell["reason"] == "allocation_error_unknown"


@pytest.mark.parametrize("resolution", ["6", "7", "8", "9"])
def test_each_resolution_holds_the_same_people(api, world, resolution):
    cells = api.get(f"/api/v1/cells?indicator=made-up-ratio&resolution={resolution}&limit=1000").json()["results"]

    assert {cell["resolution"] for cell in cells} == {int(resolution)}
    assert sum(cell["people"] for cell in cells) == pytest.approx(12 * 1_500, abs=0.1 * len(cells))


def test_pages_and_files_hold_the_same_cells(api, world):
    whole = api.get(f"{ASKED}&limit=1000").json()["results"]
    first, second = (api.get(f"{ASKED}&limit=2&offset={offset}").json() for offset in (0, 2))
    rows = list(csv.DictReader(io.StringIO(b"".join(api.get(f"{ASKED}&format=csv").streaming_content).decode())))
    shapes = json.loads(b"".join(api.get(f"{ASKED}&format=geojson").streaming_content))

    assert first["results"] + second["results"] == whole[:4]
    assert first["next"].endswith("offset=2")
    assert [row["cell"] for row in rows] == [cell["cell"] for cell in whole]
    assert {(row["release"], row["is_synthetic"], row["moved_from"]) for row in rows} == {(world.release.slug, "false", "lsoa21")}
    assert [feature["id"] for feature in shapes["features"]] == [cell["cell"] for cell in whole]
    assert {len(feature["geometry"]["coordinates"][0]) for feature in shapes["features"]} <= {6, 7}
    assert shapes["features"][0]["properties"]["figure_of"] == whole[0]["figure_of"]


def test_an_area_has_the_cells_that_hold_its_people_and_a_cell_can_be_asked_for(api, world):
    everywhere = {cell["cell"] for cell in api.get(f"{ASKED}&resolution=9&limit=1000").json()["results"]}
    inside = [api.get(f"{ASKED}&resolution=9&area={code}&limit=1000").json() for code in ("E09000001", "E09000002")]
    parts = [{cell["cell"] for cell in told["results"]} for told in inside]
    (one,) = api.get(f"{ASKED}&resolution=9&cell={sorted(everywhere)[0]}").json()["results"]

    assert parts[0] | parts[1] == everywhere
    assert parts[0] - parts[1]
    assert one["cell"] == sorted(everywhere)[0]
    assert api.get(f"{ASKED}&area=E92000001&resolution=9&limit=1").json()["count"] == len(everywhere)


def test_a_ratio_is_the_mean_of_the_people_and_says_so(api, world):
    told = api.get("/api/v1/cells?indicator=made-up-ratio&limit=1000").json()

    assert "mean" in told["method"]
    assert {(cell["numerator"], cell["denominator"], cell["reason"]) for cell in told["results"]} == {(None, None, "not_published")}
    assert all(80 <= cell["value"] <= 91 for cell in told["results"])


@pytest.mark.parametrize(
    ("question", "parameter", "valid"),
    [
        (f"indicator={INDICATOR}&period=2020-21", "period", ["2021-22"]),
        (f"indicator={INDICATOR}&stratum=women", "stratum", ["all"]),
        (f"indicator={INDICATOR}&cell=861870997ffffff", "cell", None),
        (f"indicator={INDICATOR}&cell=nonsense", "cell", None),
        (f"indicator={INDICATOR}&resolution=5", "resolution", None),
        (f"indicator={INDICATOR}&area=E99999999", "area", None),
        (f"indicator={INDICATOR}&format=csv&limit=3", "limit", None),
        ("indicator=nothing-at-all", "indicator", None),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(api, world, question, parameter, valid):
    answer = api.get(f"/api/v1/cells?{question}")

    assert 400 <= answer.status_code < 500
    (error,) = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert valid is None or error["valid"] == valid


def test_tenths_are_not_averaged(api, world):
    Indicator.objects.filter(pk=world.ratio.pk).update(definition={**world.ratio.definition, "unit": "decile"})

    answer = api.get("/api/v1/cells?indicator=made-up-ratio")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["found"] == "decile"


def protect(world):
    """Counts of made-up records by the HES rule: the first six neighbourhoods are withheld, the others rounded; nobody had none."""
    definition = {**world.coverage.definition, "policy": {"numerator": "hes", "denominator": "hes"}, "sources": ["linked-records"]}
    Indicator.objects.filter(pk=world.coverage.pk).update(definition=definition)
    for at in range(4):
        wider = an_area(geography="msoa21", population=4_500)
        inside = world.lsoas[3 * at : 3 * at + 3]
        for area in (world.districts[0 if at < 3 else 1], world.england):
            a_link(wider, area)
        for area in inside:
            a_link(area, wider)
        an_observation(
            wider,
            release=world.release,
            indicator=world.coverage,
            period="2021-22",
            numerator=150.0,
            denominator=300.0,
            value=0.5,
            lower=0.4,
            upper=0.6,
        )
    counts = Observation.objects.filter(release=world.release, indicator=world.coverage, geography__slug="lsoa21")
    counts.update(numerator=50.0, denominator=100.0, value=0.5, lower=0.4, upper=0.6, status=Status.VALUE, reason=Reason.NONE)
    withheld = [area.pk for area in world.lsoas[:6]]
    counts.filter(area_id__in=withheld).update(
        numerator=None, value=None, lower=None, upper=None, status=Status.SUPPRESSED, reason=Reason.SMALL_NUMBERS
    )


@pytest.mark.parametrize("resolution", ["adaptive", "6", "7", "8", "9"])
def test_of_protected_counts_no_cell_stands_on_few_people_few_areas_or_fill(api, world, resolution):
    protect(world)

    cells = api.get(f"{ASKED}&resolution={resolution}&limit=1000").json()["results"]

    assert cells
    for cell in cells:
        if cell["value"] is not None:
            assert cell["filled"] <= 0.5
        else:
            assert cell["numerator"] is None
            assert (cell["status"], cell["reason"] in ("mostly_estimated", "few_areas", "few_people")) == ("suppressed", True)
    if resolution in ("8", "9"):
        assert {cell["status"] for cell in cells} == {"suppressed"}
    shown = {cell["figure_of"] for cell in cells if cell["value"] is not None}
    assert shown or resolution != "6"
    wide = {cell["cell"]: cell for size in (6, 7, 8) for cell in api.get(f"{ASKED}&resolution={size}&limit=1000").json()["results"]}
    assert all(wide[cell]["people"] >= 5_000 for cell in shown)


def test_files_of_cells_say_what_the_api_says_and_a_missing_one_is_noticed(api, world):
    Tileset.objects.create(geography_id=CELLS.id, version=current_version(CELLS.slug), is_complete=True)
    release = Release.objects.get(pk=world.release.pk)

    files = build_cell_files(release)

    assert files == 2 * CellSlice.objects.count() == ValueFile.objects.filter(geography_id=CELLS.id).count()
    name = SliceName(CELLS.slug, INDICATOR, "2021-22", "all")
    document = value_document(find_value_file(release.slug, name, kind="main"), kind="main")
    cells = {cell["cell"]: cell for cell in api.get(f"{ASKED}&limit=1000").json()["results"]}
    assert document["tileset_version"] == release.tilesets[CELLS.slug]
    assert [value is not None for value in document["value"]] == [cells.get(code, {}).get("value") is not None for code in _codes(api)]
    shown = [round(cells[code]["value"], 3) for code in _codes(api) if cells.get(code, {}).get("value") is not None]
    assert [value for value in document["value"] if value is not None] == pytest.approx(shown, abs=1e-3)
    assert set(document["basis"]) == {"modelled"}
    assert build_cell_files(release) == files
    ValueFile.objects.filter(geography_id=CELLS.id, kind="main").first().delete()
    assert any(lacking.startswith("h3/") for lacking in missing_files(release))


def _codes(api):
    names = api.get("/names/h3.json").json()
    assert set(names["districts"]) == {"Made-up Haven"}
    return names["codes"]
