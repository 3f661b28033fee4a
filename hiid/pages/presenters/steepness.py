"""How steep the gradient is, in ready words: slope and relative index now and through time, the gap, and the people behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.maps.charts import Point
from geo.maps.charts_inequality import index_chart
from geo.periods import parse_period
from geo.queries.gradients import InequalityInfo
from geo.queries.like_periods import windows_overlap
from geo.queries.slopes import Ranged
from hiid.pages.presenters import asking, words
from hiid.pages.presenters.figures import Chart, Table, refused
from hiid.pages.presenters.inequality import BADLY_FITTED, Asked, kinds_of

# Relative indexes are known to two digits after the point at best.
RATIO_DECIMALS = 2
# Counts above this are told to three figures: nobody knows them to the last person.
ROUNDED_FROM = 1_000
_LIKE_QUARTERS = "Only like quarters are set side by side: each quarter looks back a year, so neighbours share most of their people."
DAYS_OF_A_YEAR = 365.25
# One period says nothing of change.
FEWEST_PERIODS = 2


@dataclass(frozen=True)
class Fact:
    """One number of the page. name: what it is called. amount: with its unit. interval: its limits. told: what it means."""

    name: str
    amount: str
    interval: str
    told: str


def facts(asked: Asked, found: InequalityInfo) -> tuple[Fact, ...]:
    """Slope, relative index, gap, share and people; none of what the figures cannot bear."""
    steep = found.steepness
    ends = f"of {kinds_of(found)}" + ("" if steep.groups == 10 else f" (in {steep.groups} groups, for tenths are small)")
    bent = " The groups do not lie on it: the interval tells of chance alone." if (steep.off_line or 0) >= BADLY_FITTED else ""
    made = (
        _fact("Slope index (SII)", steep.sii, asked, f"{_direction(steep.sii)} Fitted through deciles {ends}.{bent}"),
        _ratio("Relative index (RII)", steep.rii, "The least deprived end of the line over the most deprived; 1 is equal."),
        _fact("Gap between the groups", steep.gap, asked, "The least deprived group minus the most deprived, as counted."),
        _people("To reach the least deprived", steep.to_reach, asked, _miss(asked, "the level of the least deprived group", found.period)),
        _people("To reach the average", steep.to_reach_whole, asked, _miss(asked, "the level of all groups together", found.period)),
        _share("Share behind the gap", steep.attributable, "Of all that is to be avoided, the part above the level of the least deprived."),
    )
    return tuple(one for one in made if one is not None)


def through_time(asked: Asked, series: Sequence[InequalityInfo]) -> tuple[Chart, ...]:
    """Slope and relative index of every like period; words for a single one, nothing where the page says already why there is no slope."""
    if all(info.steepness.sii is None for info in series):
        return ()
    if sum(info.steepness.sii is not None for info in series) < FEWEST_PERIODS:
        return (refused("time", "Through time", "There is one period only with a slope: nothing can be said of change."),)
    return (
        _index(asked, series, "sii", "Slope index through time", equal=0.0),
        _index(asked, series, "rii", "Relative index through time", equal=1.0),
    )


def _index(asked: Asked, series: Sequence[InequalityInfo], slug: str, heading: str, *, equal: float) -> Chart:
    found = [(info, getattr(info.steepness, slug)) for info in series]
    if all(index is None for _, index in found):
        return refused(slug, heading, "The line reaches zero, so no ratio of its ends is known.")
    is_ratio = slug == "rii"
    labels = [asking.period_label(asked.indicator, info.period) for info, _ in found]
    told = [_index_words(index, asked, is_ratio=is_ratio) for _, index in found]
    points = [_point(label, index, asked, told, is_ratio=is_ratio) for label, (_, index), told in zip(labels, found, told, strict=True)]
    title = f"{heading.split(' through')[0]} of {asked.short} through time, {asked.area_name}"
    known = [at for at, (_, index) in enumerate(found) if index is not None]
    first, last = known[0], known[-1]
    summary = f"From {told[first]} in {labels[first]} to {told[last]} in {labels[last]}."
    unit = "ratio of the ends" if is_ratio else ("percentage points" if asked.definition.get("unit") == "proportion" else "")
    spec = index_chart(points, asked.frame(title, summary, unit=unit), equal=equal, equal_words="no difference by deprivation")
    rows = tuple((label, text) for label, text in zip(labels, told, strict=True))
    notes = (_LIKE_QUARTERS,) if windows_overlap(asked.definition) else ()
    return Chart(slug, heading, title, summary, spec, table=Table(title, ("Period", heading.split(" through")[0]), rows), notes=notes)


def _point(label: str, index: Ranged | None, asked: Asked, told: str, *, is_ratio: bool) -> Point:
    times = 1 if is_ratio else words.unit_of(asked.definition).times

    def scaled(number: float | None) -> float | None:
        return None if number is None else number * times

    if index is None:
        return Point(label, None, words=f"{label}: {told}")
    return Point(label, scaled(index.value), scaled(index.lower), scaled(index.upper), f"{label}: {told}")


def _index_words(index: Ranged | None, asked: Asked, *, is_ratio: bool) -> str:
    if index is None:
        return "not known"
    if is_ratio:
        return f"{index.value:.{RATIO_DECIMALS}f}{_limits(index, lambda number: f'{number:.{RATIO_DECIMALS}f}')}"
    return f"{words.difference(index.value, asked.definition)}{_limits(index, lambda number: words.bare(number, asked.definition))}"


def _direction(sii: Ranged | None) -> str:
    if sii is None or sii.value == 0:
        return "The line is level."
    if sii.lower is not None and sii.upper is not None and sii.lower <= 0 <= sii.upper:
        return "The line cannot be told from a level one."
    return f"The line is {'lower' if sii.value > 0 else 'higher'} at the most deprived end."


def _limits(ranged: Ranged, told: Callable[[float], str]) -> str:
    if ranged.lower is None or ranged.upper is None:
        return ""
    return f" ({told(ranged.lower)} to {told(ranged.upper)})"


def _fact(name: str, ranged: Ranged | None, asked: Asked, told: str) -> Fact | None:
    if ranged is None:
        return None
    limits = "" if ranged.lower is None or ranged.upper is None else f"{words.bare(ranged.lower, asked.definition)} to "
    interval = f"{limits}{words.bare(ranged.upper, asked.definition)}" if limits and ranged.upper is not None else ""
    return Fact(name, words.difference(ranged.value, asked.definition), interval, told)


def _ratio(name: str, ranged: Ranged | None, told: str) -> Fact | None:
    if ranged is None:
        return None
    interval = "" if ranged.lower is None else f"{ranged.lower:.{RATIO_DECIMALS}f} to {ranged.upper:.{RATIO_DECIMALS}f}"
    return Fact(name, f"{ranged.value:.{RATIO_DECIMALS}f}", interval, told)


def _share(name: str, ranged: Ranged | None, told: str) -> Fact | None:
    if ranged is None:
        return None
    limits = "" if ranged.lower is None or ranged.upper is None else f"{ranged.lower * 100:.0f} to {ranged.upper * 100:.0f} %"
    return Fact(name, words.minus(f"{ranged.value * 100:.0f} %"), words.minus(limits), told)


def _people(name: str, ranged: Ranged | None, asked: Asked, told: str) -> Fact | None:
    if ranged is None:
        return None
    interval = "" if ranged.lower is None or ranged.upper is None else f"{people(ranged.lower)} to {people(ranged.upper)}"
    return Fact(name, f"about {people(ranged.value)} {_counted(asked)}", interval, told)


def people(count: float) -> str:
    """A count of people as far as it is known: 12,300"""
    if abs(count) < ROUNDED_FROM:
        return words.minus(f"{count:,.0f}")
    step = 10 ** (len(str(int(abs(count)))) - 3)
    return words.minus(f"{round(count / step) * step:,.0f}")


def _miss(asked: Asked, level: str, period: str) -> str:
    more = asked.definition.get("polarity") == "high_is_good"
    years = _years(period)
    together = f" in the {years} years together, not in one" if years > 1 else ""
    missed = f"{'More' if more else 'Fewer'} {_counted(asked)}"
    return f"{missed} in the numerator{together} if every group that is worse off had {level}. No forecast."


def _counted(asked: Asked) -> str:
    return "people" if asked.definition.get("unit") == "proportion" else "events"


def _years(period: str) -> int:
    """How many years a period counts together: 3 of 2017--2019."""
    found = parse_period(period)
    return round((found.end - found.start).days / DAYS_OF_A_YEAR)
