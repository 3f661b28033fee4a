"""One indicator of one area through time: OHID's trend marker, and a control chart by the rules of Making Data Count."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.codes import Geography
from geo.disclosure.claims import Claim
from geo.errors import InputError, StatisticsError
from geo.periods import parse_period
from geo.queries.areas import AreaInfo, find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice
from geo.queries.like_periods import like_periods, windows_overlap
from geo.queries.observations import EVERYBODY
from geo.queries.reading import read
from geo.queries.slices import refuse_slice
from geo.statistics.control_charts import ChosenChart, ControlChart, choose_chart
from geo.statistics.trends import NOT_ENOUGH, WORDS, trend_marker
from geo.statuses import Basis

# A period that ends within is marked: services stopped and came back, and nothing else about it should be read into a signal.
PANDEMIC = (date(2020, 3, 1), date(2022, 3, 31))

# Why a chart was chosen, in words; {} is how many times the spread is that of chance.
_WHY = {
    "chance": (
        "p chart: counts and people of every period are known, and the share moves from period to period no more than chance gives for so"
        " many people ({:.1f} times), so its limits are 3 standard errors and follow the number of people."
    ),
    "spread": (
        "XmR chart: the share moves from period to period {:.1f} times as much as chance gives for so many people, so limits from chance"
        " alone would be too narrow; they are 2.66 mean moving ranges."
    ),
    "few_events": (
        "XmR chart: fewer than five events (or people without one) are expected in a period, too few for limits from chance alone; they are"
        " 2.66 mean moving ranges."
    ),
    "no_counts": "XmR chart: not every period has counts of a share, so its limits are 2.66 mean moving ranges.",
}

# What a marker means for people, by whether more is better.
_GETTING = {("high_is_good", 1): "better", ("high_is_good", -1): "worse", ("low_is_good", 1): "worse", ("low_is_good", -1): "better"}


@dataclass(frozen=True)
class TrendPoint:
    """One period. value, lower, upper: in the indicator's unit, None where there is none. signal: names of the rules that it breaks.

    centre, limit_lower, limit_upper: of the control chart, None where there is none.
    """

    period: str
    period_label: str
    value: float | None
    lower: float | None
    upper: float | None
    centre: float | None
    limit_lower: float | None
    limit_upper: float | None
    signal: tuple[str, ...]
    is_pandemic: bool


@dataclass(frozen=True)
class TrendInfo:
    """The periods that may be compared, the oldest first. marker: increasing, decreasing, no_significant_change, cannot_be_calculated.

    getting: better or worse, None without a direction or change. chart: p or xmr, None where there is none; method says why that one.
    reason, explanation: why there is no chart, else None. left_out: periods that are not like the newest and so are not compared.
    """

    area: AreaInfo
    geography: Geography
    stratum: str
    points: tuple[TrendPoint, ...]
    marker: str
    getting: str | None
    slope: float | None
    chi_squared: float | None
    chart: str | None
    method: str
    left_out: tuple[str, ...]
    reason: str | None
    explanation: str | None


def get_trends(release: ReleaseInfo, indicator: IndicatorInfo, *, area: str, stratum: str | None = None) -> TrendInfo:
    """The trend of one area, in the vintage that has most periods.

    Raises UnknownArea, InputError where the area has no such indicator, RefusedClaim for a single period.
    """
    wanted = stratum or EVERYBODY
    found = find_areas(area, parameter="area")
    slices = {place.id: _slices_of(indicator, place.geography, wanted) for place in found}
    place = max(found, key=lambda one: (len(slices[one.id]), one.geography.vintage))
    parts = slices[place.id]
    if not parts:
        raise InputError(f"{place.name} has no such figure.", parameter="indicator", found=indicator.slug)
    refuse_slice(Claim.TREND, indicator, parts[0], has_observed=True)
    rows = read("queries/observations_of_areas", {"release": release.id, "areas": [place.id], "indicator": indicator.id})
    held = {row["period_id"]: row for row in rows if row["stratum_id"] == parts[0].stratum_id}
    by_slug = {part.period: part for part in parts}
    alike = [by_slug[slug] for slug in like_periods(tuple(by_slug), is_overlapping=windows_overlap(indicator.definition))]
    figures = [held.get(part.period_id, {}) for part in alike]
    return _told(indicator, place, alike, figures, tuple(sorted(set(by_slug) - {part.period for part in alike})))


def _told(
    indicator: IndicatorInfo, place: AreaInfo, parts: list[Slice], figures: list[dict[str, float | None]], left_out: tuple[str, ...]
) -> TrendInfo:
    columns = np.array([[_number(row.get(name)) for row in figures] for name in ("value", "lower", "upper")])
    trend = trend_marker(columns[0], lower=columns[1], upper=columns[2])
    marker = int(trend.marker[0])
    chosen, explanation = _chart(indicator, columns[0], figures)
    chart = chosen.chart if chosen else None
    known = np.flatnonzero(~np.isnan(columns[0]))
    at = {int(position): number for number, position in enumerate(known)}
    quarters = " Only like quarters are compared, for quarters count a year back." if windows_overlap(indicator.definition) else ""
    why = f" {_WHY[chosen.why].format(chosen.spread)}" if chosen else ""
    return TrendInfo(
        area=place,
        geography=place.geography,
        stratum=parts[0].stratum,
        points=tuple(_point(part, row, chart, at.get(number)) for number, (part, row) in enumerate(zip(parts, figures, strict=True))),
        marker=WORDS[marker],
        getting=_GETTING.get((str(indicator.definition.get("polarity")), marker)),
        slope=None if marker == NOT_ENOUGH else float(trend.slope[0]),
        chi_squared=None if marker == NOT_ENOUGH else float(trend.chi_squared[0]),
        chart=chosen.kind if chosen else None,
        method=(
            "Trend marker of OHID: weighted slope of the last five points, 99.8 %."
            f"{why} Signals by the rules of NHS England's Making Data Count; the pandemic is marked.{quarters}"
        ),
        left_out=left_out,
        reason=None if chart else "too_few_points",
        explanation=explanation,
    )


def _chart(indicator: IndicatorInfo, values: np.ndarray, figures: list[dict[str, float | None]]) -> tuple[ChosenChart | None, str | None]:
    """The chart of the periods that have a figure, or why there is none. Only shares that were counted can have a p chart."""
    known = [row for row in figures if row.get("value") is not None]
    counts = [(row.get("numerator"), row.get("denominator")) for row in known]
    is_counted = str(indicator.definition.get("unit")) == "proportion" and all(
        row.get("basis") == int(Basis.OBSERVED) and None not in pair for row, pair in zip(known, counts, strict=True)
    )
    events, people = ([_number(pair[side]) for pair in counts] for side in (0, 1))
    try:
        found = choose_chart(
            values[~np.isnan(values)], numerator=events if is_counted else None, denominator=people if is_counted else None
        )
    except StatisticsError as error:
        return None, str(error)
    return found, None


def _point(part: Slice, row: dict[str, float | None], chart: ControlChart | None, at: int | None) -> TrendPoint:
    end = parse_period(part.period).end
    on_chart = chart is not None and at is not None
    return TrendPoint(
        period=part.period,
        period_label=part.period_label,
        value=row.get("value"),
        lower=row.get("lower"),
        upper=row.get("upper"),
        centre=float(chart.centre[at]) if chart and on_chart else None,
        limit_lower=float(chart.lower[at]) if chart and on_chart else None,
        limit_upper=float(chart.upper[at]) if chart and on_chart else None,
        signal=tuple(rule for rule in ("outside", "shift", "trend", "near") if getattr(chart, rule)[at]) if chart and on_chart else (),
        is_pandemic=PANDEMIC[0] <= end <= PANDEMIC[1],
    )


def _slices_of(indicator: IndicatorInfo, geography: Geography, stratum: str) -> list[Slice]:
    return [part for part in indicator.slices if part.geography == geography and part.stratum == stratum]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
