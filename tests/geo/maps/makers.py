"""A small scene, as the rooms that make maps would make it."""

import shapely

from geo.maps.scenes import Key, Scene, Shape, Table


def a_shape(at=0, **fields):
    """A field of a kilometre, the next to the east of the last."""
    west = -1.0 + at * 0.015
    values = {"geometry": shapely.box(west, 51.5, west + 0.015, 51.51), "fill": "#ffffcc", "words": f"Field {at}\n58.2 %"}
    return Shape(**{**values, **fields})


def a_scene(**fields):
    """Two fields, one of them withheld."""
    values = {
        "title": "Made-up coverage",
        "facts": ("per cent · 2021-22",),
        "summary": "1 of 2 areas has a value.",
        "release": "2026-01-made-up",
        "is_synthetic": False,
        "keys": (Key("up to 60 %", "#ffffcc"), Key("cannot be shown (small numbers) (1)", "#e3e3e3", "diagonal")),
        "tables": (Table("Every area", ("Code", "Value"), (("E01000001", "58.2 %"),)),),
        "notes": ("A note.",),
        "sources": ("Made-up file, Nobody",),
        "shapes": (a_shape(), a_shape(1, fill="#e3e3e3", pattern="diagonal", words="Field 1\ncannot be shown (small numbers)")),
    }
    return Scene(**{**values, **fields})
