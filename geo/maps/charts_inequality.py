"""The charts of the page of inequality: the gradient, its slope through time, groups, and two indexes side by side."""

from dataclasses import dataclass
from typing import Any

from geo.maps.charts import (
    FIRST,
    INK,
    QUIET,
    SECOND,
    Frame,
    Point,
    Spec,
    chart,
    intervals,
    label_axis,
    level,
    points,
    ring,
    row_of,
    value_axis,
)

DECILES = "Decile of deprivation: 1 most deprived, 10 least"
# Room for one line of the chart of groups, in pixels.
LINE_HEIGHT = 34
# A curve of shares against shares wants to be nearly square.
CURVE_HEIGHT = 420


@dataclass(frozen=True)
class GroupPoint(Point):
    """A group of people. bound_lower, bound_upper: what its figure could be, whoever those are whose group is not known."""

    bound_lower: float | None = None
    bound_upper: float | None = None


@dataclass(frozen=True)
class StepPoint(Point):
    """A step of a concentration curve. people: share of the people down to here, per cent; lower, upper: of what is counted by chance."""

    people: float = 0.0


def gradient_chart(deciles: list[Point], frame: Frame, *, fitted: list[float] | None = None, total: float | None = None) -> Spec:
    """Ten deciles, 1 = most deprived, with limits; `fitted`: the slope's figure of each decile, where a slope may be drawn.

    total: the figure of everybody together, None where there is none.
    """
    rows = [row_of(order, point) for order, point in enumerate(deciles)]
    for row, value in zip(rows, fitted or (), strict=fitted is not None):
        row["fitted"] = value
    x, y = label_axis(rows, title=DECILES), value_axis(frame.unit, rows, also=() if total is None else (total,))
    layers = [] if total is None else level(total, "everybody")
    if fitted is not None:
        layers.append(
            {
                "mark": {"type": "line", "color": FIRST, "strokeWidth": 2.5, "aria": False},
                "encoding": {"x": x, "y": {**y, "field": "fitted"}},
            }
        )
    return chart(frame, rows, [*layers, intervals(x, y), points(x, y), ring(x, y)])


def index_chart(periods: list[Point], frame: Frame, *, equal: float, equal_words: str) -> Spec:
    """A slope or relative index through time, with limits; `equal` is its value where nothing differs (0, or 1)."""
    rows = [row_of(order, point) for order, point in enumerate(periods)]
    x, y = label_axis(rows), value_axis(frame.unit, rows, also=(equal,))
    line = {"mark": {"type": "line", "color": QUIET, "strokeWidth": 1.5, "aria": False}, "encoding": {"x": x, "y": y}}
    return chart(frame, rows, [*level(equal, equal_words), line, intervals(x, y), points(x, y), ring(x, y)], height=240)


def groups_chart(groups: list[GroupPoint], frame: Frame, *, total: float | None = None) -> Spec:
    """One line for each group: its figure with limits, and behind it as a grey bar what it could be at most and least."""
    rows = [
        {**row_of(order, group), "bound_lower": group.bound_lower, "bound_upper": group.bound_upper} for order, group in enumerate(groups)
    ]
    names = [group.label for group in groups]
    y = {
        "field": "label",
        "type": "nominal",
        "scale": {"type": "point", "padding": 0.5, "domain": names},
        "axis": {"title": None, "labelLimit": 220, "ticks": False, "grid": False},
    }
    x = value_axis(frame.unit, rows, also=() if total is None else (total,))
    x["axis"] = {**x["axis"], "grid": True}
    layers: list[Spec] = [
        {
            "transform": [{"filter": "isValid(datum.bound_lower) && isValid(datum.bound_upper)"}],
            "mark": {"type": "rule", "strokeWidth": 14, "color": "#c9d0d5", "aria": False},
            "encoding": {"y": y, "x": {**x, "field": "bound_lower"}, "x2": {"field": "bound_upper"}},
        },
        {
            "transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}],
            "mark": {"type": "rule", "strokeWidth": 2, "color": INK, "aria": False},
            "encoding": {"y": y, "x": {**x, "field": "lower"}, "x2": {"field": "upper"}},
        },
        points(x, y),
        ring(x, y),
    ]
    if total is not None:
        mark = {"type": "rule", "strokeDash": [5, 3], "color": QUIET, "strokeWidth": 1.5, "aria": False}
        everybody = {"field": "level", "type": "quantitative"}
        layers.insert(0, {"data": {"values": [{"level": round(total, 6)}]}, "mark": mark, "encoding": {"x": everybody}})
    return chart(frame, rows, layers, height=LINE_HEIGHT * len(groups))


def concentration_chart(steps: list[StepPoint], frame: Frame, *, across: str) -> Spec:
    """A concentration curve: shares of what is counted (upwards) against shares of the people (`across`), the most deprived first.

    The line of equal shares goes across, with what chance alone would give as a band about it. Shares are per cent.
    """
    rows = [{**row_of(order, step), "people": step.people} for order, step in enumerate(steps)]
    ends = {"people": 0.0, "value": 0.0, "lower": 0.0, "upper": 0.0}
    scale = {"domain": [0, 100], "nice": False}
    x: Spec = {"field": "people", "type": "quantitative", "scale": scale, "axis": {"title": across, "tickCount": 5}}
    y: Spec = {"field": "value", "type": "quantitative", "scale": scale, "axis": {"title": frame.unit, "tickCount": 5}}
    whole = {"values": [ends, *({name: row[name] for name in ends} for row in rows)]}
    equal = {"values": [{"people": 0, "value": 0}, {"people": 100, "value": 100}]}
    layers: list[Spec] = [
        {
            "data": whole,
            "mark": {"type": "area", "color": "#c9d0d5", "opacity": 1, "aria": False},
            "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}},
        },
        {
            "data": equal,
            "mark": {"type": "line", "strokeDash": [5, 3], "color": QUIET, "strokeWidth": 1.5, "aria": False},
            "encoding": {"x": x, "y": y},
        },
        {"data": whole, "mark": {"type": "line", "strokeWidth": 2.5, "color": FIRST, "aria": False}, "encoding": {"x": x, "y": y}},
        points(x, y),
        ring(x, y),
    ]
    return chart(frame, rows, layers, height=CURVE_HEIGHT)


def indexes_chart(series: dict[str, list[Point]], frame: Frame) -> Spec:
    """The same figures by decile of two indexes (IMD 2019 and 2025): told apart by colour, shape and dash."""
    names = list(series)
    rows: list[dict[str, Any]] = []
    for name, deciles in series.items():
        rows += [{**row_of(len(rows) + at, point), "index": name} for at, point in enumerate(deciles)]
    x, y = label_axis(rows, title=DECILES), value_axis(frame.unit, rows)
    colour = {"field": "index", "type": "nominal", "title": None, "scale": {"domain": names, "range": [FIRST, SECOND][: len(names)]}}
    shape = {"field": "index", "type": "nominal", "title": None, "scale": {"domain": names, "range": ["circle", "square"][: len(names)]}}
    lines: list[Spec] = [
        {
            "transform": [{"filter": {"field": "index", "equal": name}}],
            "mark": {"type": "line", "strokeWidth": 2, "color": ink, "strokeDash": dash, "aria": False},
            "encoding": {"x": x, "y": y},
        }
        for name, ink, dash in zip(names, (FIRST, SECOND), ([1, 0], [5, 3]), strict=False)
    ]
    marks = points(x, y)
    marks["encoding"] |= {"color": colour, "shape": shape}
    return chart(frame, rows, [*lines, marks, ring(x, y)])
