"""The command writes each kind of map, and names what is wrong with what it is given."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from geo.planning.requests import PlanRequest
from tests.cells import forget
from tests.geo.desk.makers import a_plan
from tests.world import a_world

pytestmark = pytest.mark.django_db
SLUG = "cervical-coverage-25-49"


@pytest.fixture(autouse=True)
def world():
    """The small England."""
    forget()
    yield a_world()
    forget()


def export(tmp_path, *options):
    """What was said, and the file."""
    said, out = StringIO(), tmp_path / "map.html"
    call_command("export_map", *options, f"--out={out}", stdout=said)
    return said.getvalue(), out.read_text(encoding="utf-8")


def test_areas_and_cells_are_written(tmp_path):
    said, page = export(tmp_path, f"--indicator={SLUG}", "--within=E09000001")
    assert "release 2026-01-made-up" in said
    assert "E01000002" in page
    assert '"id":"surface"' in export(tmp_path, f"--indicator={SLUG}", "--cells")[1]


def test_two_ways_a_benchmark_and_what_the_engine_thinks_are_written(tmp_path):
    assert "around England: 100.0" in export(tmp_path, "--indicator=made-up-ratio")[1]
    said, page = export(tmp_path, f"--indicator={SLUG}", "--show=exceedance")
    assert "1 of 12 areas were tested" in said
    assert "very likely worse: probability of being worse 99 %" in page


def test_a_plans_file_and_a_shapes_file_are_written(tmp_path, world):
    request = PlanRequest.from_json({"programme": "breast", "area": "E09000001", "stops": 1, "release": world.release.slug})
    kept, shape = tmp_path / "plan.json", tmp_path / "patch.geojson"
    kept.write_text(a_plan(request).write(), encoding="utf-8")
    ring = [[-1.43, 51.69], [-1.3, 51.69], [-1.3, 51.71], [-1.43, 51.71], [-1.43, 51.69]]
    shape.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")

    assert "Breast screening: 1 stops in Made-up Haven" in export(tmp_path, f"--plan={kept}")[1]
    assert "patch" in export(tmp_path, f"--catchment={shape}")[0]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--indicator=nonsense",), "indicator: found nonsense"),
        ((f"--indicator={SLUG}", "--period=1999"), "period: found 1999"),
        ((f"--indicator={SLUG}", "--within=E09999999"), "within: found E09999999"),
        ((f"--indicator={SLUG}", "--release=nonsense"), "release: found nonsense"),
        ((f"--indicator={SLUG}", "--show=windows", "--two-way"), "classes of their own"),
        ((f"--indicator={SLUG}", "--area-type=lad", "--show=spots"), "No estimates here: "),
        (("--indicator=acute-morbidity", "--show=exceedance"), "a modelled part of the index of deprivation"),
        ((f"--indicator={SLUG}", "--two-way"), "no decile of deprivation"),
        ((f"--indicator={SLUG}", "--cells", "--show=spots"), "estimates are made of areas"),
        ((f"--indicator={SLUG}", "--cells", "--two-way"), "no decile of deprivation"),
        ((f"--indicator={SLUG}", "--cells", "--core20"), "no decile of deprivation"),
        (("--plan=nonsense",), "found nonsense"),
        (("--catchment=nonsense",), "catchment: found nonsense"),
    ],
)
def test_what_is_not_there_is_named(tmp_path, options, named):
    with pytest.raises(CommandError, match=named):
        export(tmp_path, *options)

    assert not (tmp_path / "map.html").exists()


def test_a_broken_file_is_named_with_its_place(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text('{"version": 1, "sites": [', encoding="utf-8")

    with pytest.raises(CommandError, match="a plan file, which is JSON"):
        export(tmp_path, f"--plan={broken}")
    with pytest.raises(CommandError, match=r"no GeoJSON.*line 1 column"):
        export(tmp_path, f"--catchment={broken}")
