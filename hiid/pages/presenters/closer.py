"""One indicator of one area looked at closer, in ready words: its place in the funnel of its peers, and its figures through time."""

from geo.maps.charts import Frame
from geo.maps.charts_areas import ControlPoint, FunnelLine, FunnelPoint, control_chart, funnel_chart
from geo.queries.areas import AreaInfo
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.funnel import FunnelInfo
from geo.queries.funnel import FunnelPoint as Peer
from geo.queries.trends import TrendInfo, TrendPoint
from hiid.pages.presenters import words
from hiid.pages.presenters.figures import Chart, Table, refused

FUNNEL, CONTROL = "Among its peers", "Through time"
# Peers furthest out that the table names; all of them are in the chart and in the API.
NAMED_PEERS = 20
FEWEST_VALUES = 2

FUNNEL_KEY = "Dashed: 95 % limits; solid: 99.8 % limits."
CONTROL_KEY = "Solid: mean; dashed: limits of usual variation."

PLACE_WORDS = {
    "above_99_8": "above the 99.8 % limits",
    "above_95": "above the 95 % limits, within the 99.8 % limits",
    "within": "within the 95 % limits",
    "below_95": "below the 95 % limits, within the 99.8 % limits",
    "below_99_8": "below the 99.8 % limits",
}
SIGNAL_WORDS = {
    "outside": "outside the limits",
    "shift": "in a run on one side of the centre",
    "trend": "in a run up or down",
    "near": "one of two in three near a limit",
}
MARKER_WORDS = {
    "increasing": "is rising",
    "decreasing": "is falling",
    "no_significant_change": "shows no significant change",
    "cannot_be_calculated": "has too few periods with limits for a trend marker",
}


def _frame(release: ReleaseInfo, title: str, summary: str, indicator: IndicatorInfo, *, key: str) -> Frame:
    unit = words.unit_of(indicator.definition).title
    return Frame(title, summary, unit, note=f"{key} Release {release.slug}", is_synthetic=release.is_synthetic)


def funnel(release: ReleaseInfo, indicator: IndicatorInfo, area: AreaInfo, found: FunnelInfo) -> Chart:
    """The area in the funnel of its peers; words where it is not among those with counts of their own."""
    definition, times = indicator.definition, words.unit_of(indicator.definition).times
    here = next((point for point in found.points if point.area_code == area.code), None)
    if here is None or found.centre is None:
        said = f"{area.name} has no counts of its own here, so it has no place among its peers."
        if found.geography.vintage != area.geography.vintage:
            said = (
                f"The funnel is of {found.geography.title}, and {area.name} is none of them in the boundaries of {area.geography.vintage}."
            )
        return refused("funnel", FUNNEL, said)
    title = f"{_short(indicator)}: {area.name} among {found.geography.title}, {found.part.period_label}"
    outside = [point for point in found.points if point.place.endswith("99_8")]
    summary = (
        f"{area.name} has {words.with_unit(here.value, definition)} of {here.size:,.0f}, {PLACE_WORDS[here.place]}"
        f" around the average of {words.with_unit(found.centre, definition)};"
        f" {len(outside):,} of {len(found.points):,} areas lie beyond the 99.8 % limits, {_expected(found.expected_outside)}."
    )
    peers = [_point(point, definition, times) for point in found.points if point is not here]
    spec = funnel_chart(
        [*peers, _point(here, definition, times, is_here=True)],
        [
            FunnelLine(line.size, line.lower_95 * times, line.upper_95 * times, line.lower_99_8 * times, line.upper_99_8 * times)
            for line in found.lines
        ],
        _frame(release, title, summary, indicator, key=FUNNEL_KEY),
        average=found.centre * times,
        people="Number in the denominator",
    )
    furthest = sorted(outside, key=lambda point: -abs(point.z))[:NAMED_PEERS]
    rows = [here, *(point for point in furthest if point is not here)]
    table = Table(
        f"{area.name}, and the {len(furthest)} areas furthest outside",
        ("Area", "Value", "Size", "Place"),
        tuple((one.area_name, words.with_unit(one.value, definition), f"{one.size:,.0f}", PLACE_WORDS[one.place]) for one in rows),
    )
    return Chart("funnel", FUNNEL, title, summary, spec, table=table, notes=(f"{FUNNEL_KEY} {found.method}", *_spread(found)))


def control(release: ReleaseInfo, indicator: IndicatorInfo, area: AreaInfo, found: TrendInfo) -> Chart:
    """The area through time with limits of usual variation; without them where the periods are too few."""
    definition, times = indicator.definition, words.unit_of(indicator.definition).times
    known = [point for point in found.points if point.value is not None]
    if len(known) < FEWEST_VALUES:
        return refused("control", CONTROL, "Fewer than two periods have a figure: nothing can be said of change.")
    first, last = known[0], known[-1]
    title = f"{_short(indicator)} through time, {area.name}"
    signals = [point for point in found.points if point.signal]
    verb = "stands out" if len(signals) == 1 else "stand out"
    signalled = f"{_list([point.period_label for point in signals])} {verb}" if signals else "no period stands out"
    limited = found.reason is None
    summary = (
        f"{_value(first, definition)} in {first.period_label}, {_value(last, definition)} in {last.period_label};"
        f" the figure {MARKER_WORDS[found.marker]}{f' ({found.getting})' if found.getting else ''}"
        + (f", and {signalled} from usual variation." if limited else ".")
    )
    frame = _frame(release, title, summary, indicator, key=CONTROL_KEY)
    spec = control_chart([_period(point, definition, times) for point in found.points], frame)
    table = Table(
        title,
        ("Period", "Value", "95 % interval", "Limits of usual variation", "Signal"),
        tuple(
            (
                point.period_label + (" (pandemic)" if point.is_pandemic else ""),
                _value(point, definition),
                words.interval(point.lower, point.upper, definition) or "–",
                words.interval(point.limit_lower, point.limit_upper, definition) or "–",
                _signal(point) or "–",
            )
            for point in found.points
        ),
    )
    too_few = (f"No limits of usual variation: {found.explanation}",) if found.explanation else ()
    return Chart("control", CONTROL, title, summary, spec, table=table, notes=(*too_few, f"{CONTROL_KEY} {found.method}"))


def _point(point: Peer, definition: dict, times: int, *, is_here: bool = False) -> FunnelPoint:
    told = f"{point.area_name}: {words.with_unit(point.value, definition)} of {point.size:,.0f}"
    if is_here or point.place != "within":  # Thousands of peers lie within: their words stay short.
        told += f", {PLACE_WORDS[point.place]}"
    return FunnelPoint(
        point.area_name, point.value * times, words=told, people=point.size, is_outside=point.place.endswith("99_8"), is_here=is_here
    )


def _period(point: TrendPoint, definition: dict, times: int) -> ControlPoint:
    def scaled(number: float | None) -> float | None:
        return None if number is None else number * times

    signal = _signal(point)
    return ControlPoint(
        point.period_label,
        scaled(point.value),
        words=f"{point.period_label}: {_value(point, definition)}{f', {signal}' if signal else ''}",
        centre=scaled(point.centre),
        limit_lower=scaled(point.limit_lower),
        limit_upper=scaled(point.limit_upper),
        signal=signal,
        is_pandemic=point.is_pandemic,
    )


def _spread(found: FunnelInfo) -> tuple[str, ...]:
    if found.dispersion <= 1:
        return ()
    said = (
        f"The variance between these areas is {found.dispersion:,.1f} times what chance alone would give (overdispersion), so the"
        " limits are widened: outside means further from the average than these areas usually are."
    )
    return (said,)


def _expected(count: float) -> str:
    return "fewer than 1 expected" if count < 1 else f"about {count:,.0f} expected"


def _value(point: TrendPoint, definition: dict) -> str:
    return "no figure" if point.value is None else words.with_unit(point.value, definition)


def _signal(point: TrendPoint) -> str:
    return ", ".join(SIGNAL_WORDS[rule] for rule in point.signal)


def _short(indicator: IndicatorInfo) -> str:
    return str(indicator.definition.get("short_title", indicator.title))


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
