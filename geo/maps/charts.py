"""What all charts share: one Vega-Lite specification each, a plain dict, drawn in the page by Vega and as SVG for reports.

A specification holds its data, its own words and the release it is of; it names no font file, picture or address, so drawing it
asks nothing of anybody. Numbers come in the unit that readers see (58.2, not 0.582). Colours are those of geo.maps.scales and
differ in lightness too; what matters differs in shape or dash besides, so that a copy in greyscale keeps its meaning.
"""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geo.maps.scales import DIVERGING

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

# Ink for figures, quiet for helping lines; the two ends of the diverging scale tell two things apart.
INK = "#212b32"
QUIET = "#5f6f7a"
PALE = "#d8dde0"
FIRST, SECOND = DIVERGING.colours[0], DIVERGING.colours[-1]

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
# A column of a report; the page gives its own width.
WIDTH, HEIGHT = 640, 300
# Letters of a title that fit into WIDTH at its size, also in the wider letters of a machine that has none of the fonts.
TITLE_LETTERS = 70
# More digits than anybody's figures have; fewer would move points.
DIGITS = 6
# Share of an axis left free at either end.
MARGIN = 0.06
# Fields of a row that the axis of figures must hold.
AMOUNTS = ("value", "lower", "upper", "fitted", "bound_lower", "bound_upper", "centre", "limit_lower", "limit_upper")

# The row on which the reader stands with the keyboard; -1 is none. The page sets it.
HERE = "here"


@dataclass(frozen=True)
class Frame:
    """What stands around a chart. summary: one sentence on what it shows, read out in its place.

    unit: what the value axis measures, in words ("per cent"). note: under the title (release, basis).
    """

    title: str
    summary: str
    unit: str
    note: str = ""
    is_synthetic: bool = False


@dataclass(frozen=True)
class Point:
    """One row of a chart: what it is called, its figure with limits (None where absent), and the words of its tooltip."""

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    words: str = ""


def chart(frame: Frame, rows: Iterable[Mapping[str, Any]], layers: list[Spec], *, height: int = HEIGHT) -> Spec:
    """A whole specification of these rows and layers; a synthetic release is written across it."""
    return {
        "$schema": SCHEMA,
        "description": frame.summary,
        "title": _title(frame),
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 8,
        "background": "white",
        "params": [{"name": HERE, "value": -1}],
        "data": {"name": "rows", "values": [_rounded(row) for row in rows]},
        "layer": [*layers, *([_watermark()] if frame.is_synthetic else [])],
        "config": _config(),
    }


def row_of(order: int, point: Point) -> dict[str, Any]:
    """A point as a row of data; `order` is its place among the rows, for the keyboard. Limits that are absent are left out."""
    limits = {"lower": point.lower, "upper": point.upper}
    known = {name: limit for name, limit in limits.items() if limit is not None}
    return {"order": order, "label": point.label, "value": point.value, **known, "words": point.words or point.label}


def value_axis(title: str, rows: Iterable[Mapping[str, Any]], *, also: Iterable[float] = ()) -> Spec:
    """The axis of figures: as long as they, their limits and what is `also` drawn need, with room for a mark at both ends.

    It does not start at zero: here a figure is a place, not a length.
    """
    known = [row[name] for row in rows for name in AMOUNTS if row.get(name) is not None]
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False, "domain": span([*known, *also])},
        "axis": {"title": title, "format": ",.3~f", "tickCount": 5},
    }


def span(amounts: list[float]) -> list[float]:
    """The least and the largest of some amounts, with a margin."""
    low, high = min(amounts, default=0.0), max(amounts, default=1.0)
    margin = (high - low) * MARGIN or abs(high) * MARGIN or 1.0
    return [round(low - margin, DIGITS), round(high + margin, DIGITS)]


def label_axis(rows: Iterable[Mapping[str, Any]], *, title: str | None = None) -> Spec:
    """Periods or deciles in the order of the rows; labels that would overlap are left out."""
    labels = list(dict.fromkeys(row["label"] for row in rows))
    return {
        "field": "label",
        "type": "ordinal",
        "scale": {"type": "point", "padding": 0.5, "domain": labels},
        "axis": {"title": title, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6},
    }


def intervals(x: Spec, y: Spec, *, colour: str = INK) -> Spec:
    """Upright lines from the lower to the upper limit, where there are limits."""
    return {
        "transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}],
        "mark": {"type": "rule", "strokeWidth": 2, "color": colour, "aria": False},
        "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}},
    }


def points(x: Spec, y: Spec, **mark: Any) -> Spec:
    """The figures with their words as tooltip."""
    look = {"type": "point", "filled": True, "size": 70, "color": INK, "opacity": 1, **mark}
    return {
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": look,
        "encoding": {"x": x, "y": y, "tooltip": {"field": "words"}, "description": {"field": "words"}},
    }


def ring(x: Spec, y: Spec) -> Spec:
    """A ring around the row on which the reader stands with the keyboard."""
    return {
        "transform": [{"filter": f"datum.order === {HERE} && isValid(datum.value)"}],
        "mark": {"type": "point", "size": 360, "color": INK, "strokeWidth": 2.5, "filled": False, "aria": False},
        "encoding": {"x": x, "y": y},
    }


def level(value: float, words: str, *, dash: tuple[int, int] = (5, 3), colour: str = QUIET) -> list[Spec]:
    """A line across at a value, with its name at the right end."""
    data = {"values": [{"level": round(value, DIGITS), "name": words}]}
    y = {"field": "level", "type": "quantitative"}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "strokeDash": list(dash), "color": colour, "strokeWidth": 1.5, "aria": False},
            "encoding": {"y": y},
        },
        {
            "data": data,
            "mark": {"type": "text", "align": "right", "baseline": "bottom", "dy": -3, "color": INK, "fontSize": 12, "aria": False},
            "encoding": {"y": y, "x": {"value": {"expr": "width - 2"}}, "text": {"field": "name"}},
        },
    ]


def _title(frame: Frame) -> Spec:
    under = [*textwrap.wrap(frame.note, TITLE_LETTERS + 22)]
    if frame.is_synthetic:
        under.append("Synthetic figures: nothing here may be quoted about a real place.")
    return {"text": textwrap.wrap(frame.title, TITLE_LETTERS), "subtitle": under, "anchor": "start", "frame": "bounds"}


def _watermark() -> Spec:
    return {
        "data": {"values": [{"words": "SYNTHETIC"}]},
        "mark": {
            "type": "text",
            # Whole on a phone, where a chart is half as wide or low; nine bold letters are six and a half times their size long.
            "fontSize": {"expr": "min(64, width / 6.8, height < 120 ? height * 0.6 : height / 2.8)"},
            "fontWeight": "bold",
            "angle": {"expr": "height < 120 ? 0 : -16"},
            "color": QUIET,
            "opacity": 0.22,
            "aria": False,
        },
        "encoding": {"text": {"field": "words"}, "x": {"value": {"expr": "width / 2"}}, "y": {"value": {"expr": "height / 2"}}},
    }


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, DIGITS) if isinstance(value, float) else value for key, value in row.items()}


def _config() -> Spec:
    return {
        "font": FONT,
        "title": {"fontSize": 15, "subtitleFontSize": 12, "color": INK, "subtitleColor": QUIET, "subtitlePadding": 4, "offset": 10},
        "axis": {
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": PALE,
            "domainColor": QUIET,
            "tickColor": QUIET,
            "titlePadding": 8,
        },
        "axisX": {"grid": False},
        "legend": {
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "orient": "top",
            "direction": "horizontal",
            "labelLimit": 320,
            "columnPadding": 18,
            "offset": 6,
        },
        "view": {"stroke": None},
    }
