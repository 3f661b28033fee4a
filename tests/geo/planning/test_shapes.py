"""Shapes as they are sent: mended and told, or refused with the place of the fault, and soon."""

import json
import time

import numpy as np
import pytest
import shapely

from geo.errors import InvalidShape
from geo.planning.shapes import MOST_CORNERS, THINNED_ABOVE, check_geojson

SQUARE = [[-0.12, 51.57], [-0.05, 51.57], [-0.05, 51.61], [-0.12, 51.61], [-0.12, 51.57]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def a_circle(corners, *, radius=0.2, wave=0.0):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = radius * (1 + wave * np.sin(40 * angle))
    ring = np.column_stack([-1.5 + reach * np.cos(angle), 52.5 + reach * np.sin(angle)]).tolist()
    return polygon([*ring, ring[0]])


def test_a_square_is_taken_as_it_is():
    found = check_geojson(polygon(SQUARE))

    assert found.mended == ()
    assert found.shape.is_valid
    # 0.07 degrees of longitude at 51.59 north by 0.04 of latitude.
    assert found.shape.area == pytest.approx(4_850 * 4_450, rel=0.01)


@pytest.mark.parametrize(
    ("wrapped"),
    [
        {"type": "Feature", "properties": {}, "geometry": polygon(SQUARE)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(SQUARE)}]},
        {"type": "GeometryCollection", "geometries": [polygon(SQUARE)]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
    ],
)
def test_every_wrapping_is_the_same_shape(wrapped):
    assert check_geojson(wrapped).shape.equals(check_geojson(polygon(SQUARE)).shape)


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        (polygon(SQUARE[:-1]), "closed"),
        (polygon([[*corner, 12.0] for corner in SQUARE]), "Heights"),
        (polygon([[*corner, 12.0, 3.0] for corner in SQUARE]), "Heights"),
        (polygon([corner[::-1] for corner in SQUARE]), "exchanged"),
        (polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "crosses itself"),
        ({"type": "GeometryCollection", "geometries": [polygon(SQUARE), {"type": "Point", "coordinates": [0, 51]}]}, "left out: Point"),
    ],
)
def test_what_can_be_mended_is_mended_and_told(sent, word):
    found = check_geojson(sent)

    assert found.shape.is_valid
    assert found.shape.area > 0
    assert [words for words in found.mended if word in words]


def test_the_place_where_an_outline_crosses_itself_is_told_in_degrees():
    words = check_geojson(polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]])).mended[0]

    assert "shape.coordinates" in words
    assert "longitude -0.08" in words
    assert "latitude 51.59" in words


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (None, "shape"),
        ([], "shape"),
        ({"type": "Circle"}, "shape.type"),
        ({"type": "Feature", "geometry": None}, "shape.geometry"),
        ({"type": "Point", "coordinates": [0, 51]}, "shape"),
        ({"type": "LineString", "coordinates": SQUARE}, "shape"),
        (polygon(), "shape"),
        ({"type": "FeatureCollection", "features": []}, "shape"),
        ({"type": "MultiPolygon", "coordinates": 7}, "shape.coordinates"),
        (polygon([[0, 51], [1, 51]]), "shape.coordinates[0]"),
        (polygon([[0, 51], [1, "x"], [1, 52]]), "shape.coordinates[0][1]"),
        (polygon([[0, 51], [1], [1, 52]]), "shape.coordinates[0][1]"),
        (polygon([[0, 51], None, [1, 52]]), "shape.coordinates[0][1]"),
        (polygon([[0, 51], [float("nan"), 52], [1, 52]]), "shape.coordinates[0][1]"),
        (polygon([[0, 51], [1, 52], [float("inf"), 52]]), "shape.coordinates[0][2]"),
        (polygon([["1", "2"], ["3", "4"], ["5", "6"]]), "shape.coordinates[0][0]"),
        (polygon([[0, 51], [0, 52], [0, 53]]), "shape"),
        (polygon([[2.3, 48.8], [2.4, 48.8], [2.4, 48.9]]), "shape"),
        (polygon([[530_000, 190_000], [531_000, 190_000], [531_000, 191_000]]), "shape"),
        ({"type": "FeatureCollection", "features": [polygon(SQUARE), {"type": "Feature", "geometry": polygon([[0, 51]])}]},
         "shape.features[1].geometry.coordinates[0]"),
    ],
)  # fmt: skip
def test_what_cannot_be_mended_is_refused_with_its_place(sent, place):
    with pytest.raises(InvalidShape) as refused:
        check_geojson(sent)

    assert refused.value.parameter == place
    assert refused.value.valid


def test_deep_nesting_is_refused():
    sent = polygon(SQUARE)
    for _ in range(6):
        sent = {"type": "GeometryCollection", "geometries": [sent]}

    with pytest.raises(InvalidShape, match="deeply"):
        check_geojson(sent)


def test_a_hundred_thousand_corners_are_answered_within_a_second_and_thinned():
    sent = a_circle(MOST_CORNERS - 1, wave=0.1)

    began = time.process_time()
    found = check_geojson(sent)

    assert time.process_time() - began < 1
    assert shapely.get_num_coordinates(found.shape) <= THINNED_ABOVE
    assert "thinned" in found.mended[0]
    assert found.shape.area == pytest.approx(check_geojson(a_circle(5_000, wave=0.1)).shape.area, rel=1e-3)


def test_more_corners_are_refused():
    with pytest.raises(InvalidShape, match="more than 100,000 corners"):
        check_geojson(a_circle(MOST_CORNERS + 5))


@pytest.mark.parametrize("corners", [400, 5_000, 99_000])
def test_a_tangle_of_lines_is_answered_within_a_second(corners):
    ring = np.random.default_rng(1).uniform([-2, 52], [-1, 53], (corners, 2)).tolist()

    began = time.process_time()
    with pytest.raises(InvalidShape, match="crosses itself"):
        check_geojson(polygon([*ring, ring[0]]))

    assert time.process_time() - began < 1


def test_many_polygons_on_each_other_are_answered_within_a_second():
    random = np.random.default_rng(2)
    parts = [(np.array(SQUARE) + random.uniform(-0.02, 0.02, 2)).tolist() for _ in range(1_000)]
    sent = {"type": "MultiPolygon", "coordinates": [[part] for part in parts]}

    began = time.process_time()
    with pytest.raises(InvalidShape, match="crosses itself"):
        check_geojson(sent)

    assert time.process_time() - began < 1


def test_what_comes_out_goes_in_again():
    sent = json.loads(json.dumps(a_circle(500)))

    assert check_geojson(sent).shape.is_valid
