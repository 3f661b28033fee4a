"""The charts of one area: where it stands in the funnel of its peers, and its figures through time on a control chart."""

from dataclasses import dataclass
from typing import Any

from geo.maps.charts import (
    FIRST,
    INK,
    PALE,
    QUIET,
    SECOND,
    Frame,
    Point,
    Spec,
    chart,
    label_axis,
    level,
    points,
    ring,
    row_of,
    span,
    value_axis,
)

# Peers of which each is drawn so small that thousands can be told from a cloud.
MANY_PEERS = 400


@dataclass(frozen=True)
class FunnelPoint(Point):
    """One area in a funnel. people: its denominator. is_outside: beyond the 99.8 % limits. is_here: the area of the page."""

    people: float = 0.0
    is_outside: bool = False
    is_here: bool = False


@dataclass(frozen=True)
class FunnelLine:
    """The limits at one size: around the average, 95 % and 99.8 %, lower and upper."""

    people: float
    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float


@dataclass(frozen=True)
class ControlPoint(Point):
    """One period on a control chart. signal: the rule that it breaks, or empty. is_pandemic: when routine work was interrupted."""

    centre: float | None = None
    limit_lower: float | None = None
    limit_upper: float | None = None
    signal: str = ""
    is_pandemic: bool = False


def funnel_chart(areas: list[FunnelPoint], lines: list[FunnelLine], frame: Frame, *, average: float, people: str) -> Spec:
    """Figure against size with funnel limits; the area of the page is a large square, those outside are diamonds.

    areas: with a value; the area of the page last, so that it lies on top. people: what the size counts, in words.
    """
    is_many = len(areas) > MANY_PEERS
    rows: list[dict[str, Any]] = [
        {
            **row_of(order, area),
            "people": area.people,
            "kind": "this area" if area.is_here else "outside 99.8 %" if area.is_outside else "within 99.8 %",
        }
        for order, area in enumerate(areas)
    ]
    for row in rows:
        del row["label"]  # No name is written in the chart: the words tell it.
    low, high = span([*(area.people for area in areas), *(line.people for line in lines)])
    x = {
        "field": "people",
        "type": "quantitative",
        # Many are small and few are large: the root gives both their room.
        "scale": {"type": "sqrt", "zero": False, "nice": False, "domain": [max(low, 0.0), high]},
        "axis": {"title": people, "format": ",d", "tickCount": 6, "labelOverlap": "greedy", "labelFlush": False},
    }
    drawn = [edge for line in lines for edge in (line.lower_998, line.upper_998)]
    y = value_axis(frame.unit, rows, also=[*drawn, average])
    kinds = ["within 99.8 %", "outside 99.8 %", "this area"]

    def by_kind(*choices: Any) -> Spec:
        return {"field": "kind", "type": "nominal", "title": None, "scale": {"domain": kinds, "range": list(choices)}}

    marks = points(x, y)
    marks["encoding"] |= {
        "color": by_kind("#8796a0", FIRST, SECOND),
        "shape": by_kind("circle", "diamond", "square"),
        "size": {"condition": {"test": "datum.kind === 'this area'", "value": 190}, "value": 16 if is_many else 50},
    }
    return chart(frame, rows, [marks, *level(average, "average"), *_funnel_lines(lines), _own(x, y), ring(x, y)], height=340)


def control_chart(periods: list[ControlPoint], frame: Frame) -> Spec:
    """Figures through time with centre line and limits; a period that breaks a rule is a diamond and says which rule."""
    rows = [
        {
            **row_of(order, period),
            "centre": period.centre,
            "limit_lower": period.limit_lower,
            "limit_upper": period.limit_upper,
            "kind": "signal" if period.signal else "usual variation",
            "pandemic": period.is_pandemic,
        }
        for order, period in enumerate(periods)
    ]
    x, y = label_axis(rows), value_axis(frame.unit, rows)
    kinds = ["usual variation", "signal"]
    colour = {"field": "kind", "type": "nominal", "title": None, "scale": {"domain": kinds, "range": [INK, FIRST]}}
    shape = {"field": "kind", "type": "nominal", "title": None, "scale": {"domain": kinds, "range": ["circle", "diamond"]}}
    size = {"condition": {"test": "datum.kind === 'signal'", "value": 130}, "value": 60}
    marks = points(x, y)
    marks["encoding"] |= {"color": colour, "shape": shape, "size": size}
    layers: list[Spec] = []
    if any(period.is_pandemic for period in periods):
        layers += _pandemic(x)
    layers += [
        {"mark": {"type": "line", "color": QUIET, "strokeWidth": 1.5, "aria": False}, "encoding": {"x": x, "y": y}},
        _stroke(x, y, "centre", colour=INK, dash=[1, 0]),
        _stroke(x, y, "limit_lower", colour=SECOND, dash=[6, 4]),
        _stroke(x, y, "limit_upper", colour=SECOND, dash=[6, 4]),
        marks,
        ring(x, y),
    ]
    return chart(frame, rows, layers)


def _stroke(x: Spec, y: Spec, field: str, *, colour: str, dash: list[int]) -> Spec:
    mark = {"type": "line", "color": colour, "strokeWidth": 1.5, "strokeDash": dash, "aria": False}
    return {"mark": mark, "encoding": {"x": x, "y": {**y, "field": field}}}


def _own(x: Spec, y: Spec) -> Spec:
    """The area of the page once more, above all lines, with a white edge."""
    return {
        "transform": [{"filter": "datum.kind === 'this area'"}],
        "mark": {"type": "point", "shape": "square", "filled": True, "size": 190, "color": SECOND, "stroke": "white", "aria": False},
        "encoding": {"x": x, "y": y, "tooltip": {"field": "words"}},
    }


def _pandemic(x: Spec) -> list[Spec]:
    """A pale band behind the periods of the pandemic, with the word."""
    chosen = [{"filter": "datum.pandemic"}]
    return [
        {
            "transform": chosen,
            "mark": {"type": "bar", "color": PALE, "opacity": 0.7, "width": 26, "aria": False},
            "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": {"expr": "height"}}},
        },
        {
            "transform": [*chosen, {"window": [{"op": "row_number", "as": "nth"}]}, {"filter": "datum.nth === 1"}],
            "mark": {"type": "text", "align": "left", "baseline": "top", "dx": -12, "dy": 3, "color": INK, "fontSize": 11, "aria": False},
            "encoding": {"x": x, "y": {"value": 0}, "text": {"value": "pandemic"}},
        },
    ]


def _funnel_lines(lines: list[FunnelLine]) -> list[Spec]:
    fields = {"lower_95": [4, 3], "upper_95": [4, 3], "lower_998": [1, 0], "upper_998": [1, 0]}
    values = [{"people": round(line.people, 1), **{field: round(getattr(line, field), 6) for field in fields}} for line in lines]
    return [
        {
            "data": {"values": values},
            "mark": {"type": "line", "color": INK, "strokeWidth": 1.25, "strokeDash": dash, "aria": False},
            "encoding": {"x": {"field": "people", "type": "quantitative"}, "y": {"field": field, "type": "quantitative"}},
        }
        for field, dash in fields.items()
    ]
