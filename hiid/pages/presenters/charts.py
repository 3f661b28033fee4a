"""Places of marks in the small charts of the area page, as numbers for an SVG with a fixed view box."""

from dataclasses import dataclass

from geo.queries.catalogue import Slice
from geo.queries.profile import ProfileRow, TrendPoint

SPINE_WIDTH = 220
SPINE_MIDDLE = 12
SPARK_WIDTH = 120
SPARK_HEIGHT = 28
# Room for the mark itself at either end.
EDGE = 6


@dataclass(frozen=True)
class Spine:
    """Where a value stands between the lowest and the highest of its kind of areas; x in units of the view box, None where absent."""

    value: float | None
    lower: float | None
    upper: float | None
    england: float | None
    comparison: str


@dataclass(frozen=True)
class Spark:
    """The trend as line pieces (`points` of a polyline), with the last point; `words` for those who do not see it."""

    lines: tuple[str, ...]
    last_x: float | None
    last_y: float | None
    words: str


def spine_of(row: ProfileRow) -> Spine | None:
    """The spine of one row; None where there is no value, or the areas do not differ."""
    part = _slice(row)
    value = row.latest.value
    if part is None or value is None or part.minimum is None or part.maximum is None or part.maximum <= part.minimum:
        return None
    low, high = part.minimum, part.maximum

    def place(number: float | None) -> float | None:
        if number is None:
            return None
        share = min(max((number - low) / (high - low), 0.0), 1.0)
        return round(EDGE + share * (SPINE_WIDTH - 2 * EDGE), 1)

    latest = row.latest
    return Spine(place(value), place(latest.lower), place(latest.upper), place(row.england), latest.comparison)


def spark_of(trend: tuple[TrendPoint, ...]) -> Spark | None:
    """The trend of a row; None for fewer than two values: a single period is never shown as moving."""
    values = [point.observation.value for point in trend]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = (SPARK_WIDTH - 2 * EDGE) / (len(values) - 1)
    places = [
        None if value is None else (round(EDGE + at * step, 1), round(EDGE + (1 - (value - low) / spread) * (SPARK_HEIGHT - 2 * EDGE), 1))
        for at, value in enumerate(values)
    ]
    last = places[-1]
    words = f"{len(known)} periods from {trend[0].period_label} to {trend[-1].period_label}"
    return Spark(_pieces(places), last[0] if last else None, last[1] if last else None, words)


def _slice(row: ProfileRow) -> Slice | None:
    latest = row.latest
    wanted = (latest.geography, latest.period, latest.stratum)
    return next((part for part in row.indicator.slices if (part.geography, part.period, part.stratum) == wanted), None)


def _pieces(places: list[tuple[float, float] | None]) -> tuple[str, ...]:
    """A line is broken where a period has no value."""
    pieces: list[list[str]] = [[]]
    for place in places:
        if place is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{place[0]},{place[1]}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)
