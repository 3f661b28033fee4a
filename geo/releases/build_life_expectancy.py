"""Life expectancy at birth by decile of deprivation, from a file that a site supplied."""

from collections.abc import Iterator

import numpy as np

from geo.codes import ENGLAND
from geo.releases.context import Context, of_family
from geo.releases.definitions import Definition
from geo.releases.figures import Key, Numbers, Sheet
from geo.releases.staging import has_table
from geo.statistics.intervals import normal_quantile
from geo.statistics.life_expectancy import BANDS, life_expectancy
from geo.statuses import Basis, Comparison, Reason, Status

# Deaths by age are counted through a life table here; the other file has been computed by its publisher.
DEATHS, PUBLISHED = "deaths_by_decile", "life_expectancy_by_decile"
GEOGRAPHY = "ctry23"
_DECILES = range(1, 11)
_CONFIDENCE = 0.95


def build_life_expectancy(context: Context, definitions: dict[str, Definition]) -> Iterator[Sheet]:
    """England's ten deciles of each sex and period. Where both files have a period, it is that of the deaths."""
    at = context.frame.places(GEOGRAPHY, np.array([ENGLAND], dtype=object))
    if not (at >= 0).all():
        return
    for definition in of_family(definitions, "life_expectancy"):
        periods: dict[str, tuple[Numbers, ...]] = {}
        for table, read in ((PUBLISHED, _published), (DEATHS, _counted)):
            periods |= read(context, definition.measure["sex"]) if has_table(table) else {}
        for period, columns in sorted(periods.items()):
            for decile in _DECILES:
                key = Key(definition.slug, GEOGRAPHY, period, f"decile-{decile}")
                yield _sheet(key, *(float(column[decile - 1]) for column in columns))


def _counted(context: Context, sex: str) -> dict[str, tuple[Numbers, ...]]:
    """Period -> deaths, population, expectancy at birth and its limits, by decile, through the abridged life table."""
    names = ("period", "sex", "decile", "age", "deaths", "population")
    rows = context.read(DEATHS, {name: name for name in names})
    rows = rows[rows["sex"] == sex].sort_values(["period", "decile", "age"])
    found: dict[str, tuple[Numbers, ...]] = {}
    for period, here in rows.groupby("period"):
        deaths, people = (here[name].to_numpy(dtype=float).reshape(len(_DECILES), len(BANDS)) for name in ("deaths", "population"))
        table = life_expectancy(deaths, populations=people, confidence=_CONFIDENCE)
        known = ~np.isnan(table.value[:, 0])
        limits = (np.where(known, limit[:, 0], np.nan) for limit in (table.lower, table.upper))
        found[str(period)] = (deaths.sum(axis=1), people.sum(axis=1), table.value[:, 0], *limits)
    return found


def _published(context: Context, sex: str) -> dict[str, tuple[Numbers, ...]]:
    """The same as published: limits are the normal ones of the standard error."""
    names = ("period", "sex", "decile", "deaths", "population", "life_expectancy", "standard_error")
    rows = context.read(PUBLISHED, {name: name for name in names})
    rows = rows[rows["sex"] == sex].sort_values(["period", "decile"])
    found: dict[str, tuple[Numbers, ...]] = {}
    for period, here in rows.groupby("period"):
        deaths, people, value, error = (here[name].to_numpy(dtype=float) for name in names[3:])
        half = normal_quantile(_CONFIDENCE) * error
        found[str(period)] = (deaths, people, value, value - half, value + half)
    return found


def _sheet(key: Key, deaths: float, people: float, value: float, lower: float, upper: float) -> Sheet:
    """One decile of England. A life table that its deaths and people do not bear is withheld for small numbers."""
    known = not np.isnan(value)
    reason = Reason.NONE if known else Reason.SMALL_NUMBERS

    def word(member: int) -> np.ndarray:
        return np.array([member], dtype=np.int16)

    return Sheet(
        key=key,
        numerator=np.array([deaths if known else np.nan]),
        denominator=np.array([people if known else np.nan]),
        value=np.array([value]),
        lower=np.array([lower]),
        upper=np.array([upper]),
        coverage=np.array([np.nan]),
        status=word(Status.VALUE if known else Status.SUPPRESSED),
        basis=word(Basis.OBSERVED),
        comparison=word(Comparison.NOT_COMPARED),
        reason=word(reason),
        is_reliable=np.array([known]),
        is_omitted=np.array([False]),
    )
