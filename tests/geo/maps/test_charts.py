"""Every chart is one valid Vega-Lite specification that asks nothing of anybody, and draws the same SVG twice."""

import json
import math
import re

import altair
import jsonschema
import pytest

from geo.maps import drawing
from geo.maps.charts import HERE, Frame, Point
from geo.maps.charts_areas import ControlPoint, FunnelLine, FunnelPoint, control_chart, funnel_chart
from geo.maps.charts_inequality import GroupPoint, gradient_chart, groups_chart, index_chart, indexes_chart
from geo.maps.colours import VIEWS, contrast, difference, luminance
from geo.maps.drawing import draw_svg
from geo.maps.scales import DIVERGING

FRAME = Frame("Made-up coverage by decile of deprivation, England, 2025", "It falls.", "per cent", note="Release made-up")
SYNTHETIC = Frame("Made-up coverage", "It falls.", "per cent", is_synthetic=True)


def deciles(frame=FRAME, **more):
    points = [Point(str(n), 60.0 + n, 59.0 + n, 61.0 + n, f"Decile {n}: {60 + n} %") for n in range(1, 11)]
    points[3] = Point("4", None, words="Decile 4: no figure")
    return gradient_chart(points, frame, **more)


def groups(frame=FRAME):
    return groups_chart(
        [
            GroupPoint("Asian & Asian British", 58.0, 55.0, 61.0, "Asian: 58 %", bound_lower=50.0, bound_upper=66.0),
            GroupPoint("<b>White</b>", 70.0),
        ],
        frame,
        total=66.0,
    )


def funnel(frame=FRAME, peers=5):
    areas = [FunnelPoint(f"Area {n}", 60.0 + n % 7, words="x", people=1000.0 + n, is_outside=n % 3 == 0) for n in range(peers)]
    here = FunnelPoint("Borough A", 59.0, words="here", people=1500.0, is_here=True)
    lines = [FunnelLine(people, 58.0, 64.0, 55.0, 67.0) for people in (1000.0, 2000.0)]
    return funnel_chart([*areas, here], lines, frame, average=61.0, people="People due")


def control(frame=FRAME):
    periods = [
        ControlPoint(f"20{n}/{n + 1}", 50.0 + n % 3, centre=51.0, limit_lower=47.0, limit_upper=55.0, is_pandemic=n in (20, 21))
        for n in range(15, 25)
    ]
    periods[-1] = ControlPoint("2024/25", 60.0, centre=51.0, limit_lower=47.0, limit_upper=55.0, signal="outside the limits")
    return control_chart(periods, frame)


def index(frame=FRAME):
    return index_chart([Point("2023", -3.0, -4.0, -2.0), Point("2024", -2.5)], frame, equal=0.0, equal_words="no inequality")


def indexes(frame=FRAME):
    return indexes_chart(
        {year: [Point(str(n), 60.0 + n, words=f"{year}, decile {n}") for n in range(1, 11)] for year in ("IMD 2019", "IMD 2025")}, frame
    )


ALL = [deciles, groups, funnel, control, index, indexes]
every_chart = pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)


@pytest.fixture(scope="module")
def grammar():
    """Altair carries the schema of the grammar's version that its SCHEMA_VERSION names."""
    schema = altair.load_schema()
    return jsonschema.Draft7Validator(schema)


@every_chart
def test_a_chart_is_a_valid_specification(grammar, make):
    assert [error.message[:200] for error in grammar.iter_errors(make())] == []
    assert list(grammar.iter_errors({**make(), "layer": [{"mark": "no such mark"}]}))


@every_chart
def test_a_chart_holds_its_data_and_names_no_address(make):
    spec = make()

    assert spec["data"]["values"]
    assert re.findall(r"https?://[^\"]+", json.dumps(spec)) == [spec["$schema"]]
    assert '"url"' not in json.dumps(spec)


@every_chart
def test_the_same_specification_draws_the_same_svg_with_its_words(make):
    first = draw_svg(make())
    drawing._drawn.cache_clear()

    assert draw_svg(make()) == first
    assert "Made-up coverage by decile of deprivation, England, 2025" in first
    assert "Release made-up" in first
    assert "It falls." in first
    assert "NaN" not in first
    assert "undefined" not in first


@every_chart
def test_a_synthetic_chart_says_so_across_it_and_under_its_title(make):
    drawn, real = draw_svg(make(SYNTHETIC)), draw_svg(make())

    assert "SYNTHETIC" in drawn
    assert "nothing here may be quoted" in drawn
    assert "SYNTHETIC" not in real


@pytest.mark.parametrize(("width", "height"), [(212, 270), (150, 60), (330, 130), (600, 320)])
def test_the_mark_of_a_synthetic_chart_is_whole_on_a_phone(width, height):
    mark = deciles(SYNTHETIC)["layer"][-1]["mark"]
    angle = math.radians(0 if height < 120 else 16)
    size = min(64, width / 6.8, height * 0.6 if height < 120 else height / 2.8)

    assert mark["angle"]["expr"] == "height < 120 ? 0 : -16"
    assert mark["fontSize"]["expr"] == "min(64, width / 6.8, height < 120 ? height * 0.6 : height / 2.8)"
    # Nine bold letters are about six and a half times as long as they are high.
    assert size * (6.5 * math.cos(angle) + 0.7 * math.sin(angle)) <= width * 1.01
    assert size * (6.5 * math.sin(angle) + 0.7 * math.cos(angle)) <= height


@every_chart
def test_each_row_can_be_stood_on_by_the_keyboard(make):
    spec = make()

    assert spec["params"] == [{"name": HERE, "value": -1}]
    assert [row["order"] for row in spec["data"]["values"]] == list(range(len(spec["data"]["values"])))
    here = {**spec, "params": [{"name": HERE, "value": 0}]}
    assert draw_svg(here) != draw_svg(spec)


def test_names_of_groups_are_text_and_never_markup():
    drawn = draw_svg(groups())

    assert "<b>" not in drawn
    assert "&lt;b&gt;White" in drawn


def test_a_missing_figure_leaves_a_gap_and_is_not_drawn_at_zero():
    values = [row["value"] for row in deciles()["data"]["values"]]

    assert values[3] is None
    assert len(re.findall(r'aria-label="Decile \d+: \d+ %"', draw_svg(deciles()))) == 9


def test_the_fitted_line_is_drawn_only_where_there_is_one():
    fitted = [61.0 + n for n in range(10)]

    assert "fitted" not in json.dumps(deciles()["data"])
    assert [row["fitted"] for row in deciles(fitted=fitted)["data"]["values"]] == fitted


def test_the_area_of_a_funnel_and_signals_differ_in_shape_not_only_in_colour():
    for spec in (funnel(), control()):
        shapes = [layer["encoding"]["shape"]["scale"]["range"] for layer in spec["layer"] if "shape" in layer.get("encoding", {})]
        assert shapes
        assert len(set(shapes[0])) == len(shapes[0])


def test_the_two_inks_are_told_apart_by_everyone_and_in_greyscale():
    first, second = DIVERGING.colours[0], DIVERGING.colours[-1]

    assert min(contrast(first, "#ffffff"), contrast(second, "#ffffff")) >= 4.5
    assert min(difference(first, second, view=view) for view in VIEWS) >= 20
    assert abs(luminance(first) - luminance(second)) >= 0.05
