"""What one map shows of each area: its published value, or what the engine thinks of it, and the look of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from geo.errors import InputError, RefusedClaim
from geo.maps.estimates import CLASSED, ESTIMATED_VALUES, SHOW_TITLES, Paint, are_labels, as_filed, paint_of, shown_of
from geo.maps.looks import BENCHMARKS, Look, look_of
from geo.maps.scenes import status_key
from geo.maps.words import as_told
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice, find_indicators
from geo.queries.estimates import ANOTHER_PERIOD, NOT_ASKED, REFUSAL_WORDS, Estimates, list_estimates
from geo.queries.findings import FindingFilter, FindingInfo, list_findings
from geo.queries.hotspots import EstimateInfo, estimates_of
from geo.queries.observations import ObservationInfo, Question, select, stream_observations
from geo.statuses import Status, word

# Older areas have the deciles of the older index, where the release has them.
_DECILES, _OLD = ("imd-2025-decile", "imd-2019-decile"), ("lsoa11", "msoa11", "lad21")
# Deciles of the most deprived fifth.
MOST_DEPRIVED = (1, 2)
_SHOWN_STATUSES = ("value", "zero")


@dataclass(frozen=True)
class View:
    """How a map is asked for, as in the address of the explorer. show: of SHOW_TITLES. benchmark: of BENCHMARKS.

    is_two_way: with deprivation. is_core20: the most deprived fifth is outlined, and the rest recedes.
    """

    show: str = "value"
    benchmark: str = BENCHMARKS[0]
    is_two_way: bool = False
    is_core20: bool = False


@dataclass(frozen=True)
class Picture:
    """All that a map of areas needs beside the observations. look: None where the map shows classes of its own.

    estimates, deciles (0 = unknown): by code, of the whole slice, empty where the map does without. index: of the deciles, for people.
    """

    indicator: IndicatorInfo
    view: View
    look: Look | None
    estimates: Mapping[str, EstimateInfo] = field(default_factory=dict)
    deciles: Mapping[str, int] = field(default_factory=dict)
    index: str = ""
    windows: tuple[FindingInfo, ...] = ()

    @property
    def is_labels(self) -> bool:
        """Whether spots and windows are labels without numbers."""
        return are_labels(self.estimates.values())

    def value_of(self, one: ObservationInfo) -> float | None:
        """What is painted: with the digits that people are told; None where there is nothing to paint."""
        if self.view.show != "value":
            return shown_of(self.view.show, self.estimates.get(one.area_code))
        has_value = one.status in _SHOWN_STATUSES and one.value is not None
        return as_told(one.value, self.indicator.definition) if has_value and one.value is not None else None

    def status_of(self, one: ObservationInfo) -> str:
        """Its status on this map: who has a figure and no estimate was not tested."""
        if self.view.show == "value":
            return word(Status.MISSING) if one.status == "value" and one.value is None else one.status
        if self.value_of(one) is not None:
            return word(Status.VALUE)
        return "not_tested" if one.status in _SHOWN_STATUSES else one.status

    def is_similar(self, one: ObservationInfo) -> bool:
        """Whether it cannot be told apart from what it is held against: by the release, or, of a target, by its limits."""
        if self.look is None or self.look.benchmark is None or self.look.benchmark.name != "target":
            return one.comparison == "similar"
        estimate = self.estimates.get(one.area_code)
        limits: tuple[float | None, float | None] = (one.lower, one.upper)
        if self.view.show != "value":
            limits = (estimate.shrunken_lower, estimate.shrunken_upper) if estimate and self.view.show == "shrunken" else (None, None)
        lower, upper = limits
        if lower is None or upper is None:
            return False
        return as_told(lower, self.indicator.definition) <= self.look.benchmark.value <= as_told(upper, self.indicator.definition)

    def paint(self, one: ObservationInfo) -> tuple[Paint, str]:
        """The look of an area, and its line."""
        paint, line = self._classed(one)
        if not self.view.is_core20:
            return paint, line
        is_most = self.deciles.get(one.area_code, 0) in MOST_DEPRIVED
        return replace(paint, is_outlined=paint.is_outlined or is_most, is_faint=not is_most), line

    def _classed(self, one: ObservationInfo) -> tuple[Paint, str]:
        status, value = self.status_of(one), self.value_of(one)
        is_two_way = self.look is not None and self.look.mode == "bivariate"
        if value is None or not (status == "value" or (status == "zero" and is_two_way)):
            key = status_key(status, "")
            return Paint(key.fill, key.pattern), key.line
        if self.look is None:
            return paint_of(self.view.show, value, self.indicator), "#6b7780"
        fill = self.look.fill(value, self.deciles.get(one.area_code, 0))
        return Paint(fill, "cross" if self.is_similar(one) else "none"), "#6b7780"

    def window_of(self, one: ObservationInfo) -> str:
        """The first window that holds the area, in words; empty where none does."""
        found = next((window for window in self.windows if one.area_code in window.members), None)
        return f"in the scan window around {found.area_name}, {len(found.members)} areas" if found else ""


def picture_of(release: ReleaseInfo, indicator: IndicatorInfo, question: Question, part: Slice, view: View) -> Picture:
    """What a map is painted by. question: as it was asked; classes are those of all areas, wherever the picture ends.

    Raises RefusedClaim, with the rule's name, where such figures bear no estimates, and InputError for what cannot be had together.
    """
    if view.show in CLASSED and (view.is_two_way or view.benchmark != BENCHMARKS[0]):
        told = "Probabilities, spots and windows have classes of their own: neither a benchmark nor deprivation goes with them."
        raise InputError(told, parameter="show", found=view.show, valid=("value", *ESTIMATED_VALUES))
    estimates = _estimates(release, indicator, part, view.show) if view.show != "value" else {}
    deciles, index = _deciles(release, part) if view.is_two_way or view.is_core20 else ({}, "")
    look = None
    if view.show not in CLASSED:
        needs_values = view.is_two_way or view.benchmark != BENCHMARKS[0] or indicator.definition.get("unit") == "ratio_100"
        values = _values(release, indicator, question, estimates, view.show) if needs_values else []
        look = look_of(indicator, part, values, benchmark=view.benchmark, is_two_way=view.is_two_way)
    windows = _windows(release, indicator, part) if view.show == "windows" else ()
    return Picture(indicator, view, look, estimates, deciles, index, windows)


def _values(
    release: ReleaseInfo, indicator: IndicatorInfo, question: Question, estimates: Mapping[str, EstimateInfo], show: str
) -> list[float]:
    """Every value of the slice, in the whole country."""
    if show != "value":
        told = [shown_of(show, one) for one in estimates.values()]
        return [value for value in told if value is not None]
    everywhere = Question(question.area_type, question.vintage, question.period, question.stratum)
    found = stream_observations(select(release, indicator, everywhere))
    return [as_told(one.value, indicator.definition) for one in found if one.value is not None and one.status in _SHOWN_STATUSES]


def _estimates(release: ReleaseInfo, indicator: IndicatorInfo, part: Slice, show: str) -> dict[str, EstimateInfo]:
    """By code, with the digits that the service gives."""
    if show not in SHOW_TITLES:
        raise InputError("A map cannot show that.", parameter="show", found=show, valid=tuple(SHOW_TITLES))
    found = {one.area_code: as_filed(one, indicator) for one in estimates_of(release, part)}
    if any(shown_of(show, one) is not None for one in found.values()):
        return found
    if found:
        raise RefusedClaim(NOT_ASKED, f"{SHOW_TITLES[show]}: not for this choice.")
    made = list_estimates(release, [indicator])[indicator.slug]
    reason = _reason(made, part)
    elsewhere = [one.geography.title for one in indicator.available if one.geography.slug in made.made and one.geography != part.geography]
    more = f" They are there for: {', '.join(elsewhere)}." if elsewhere else ""
    raise RefusedClaim(reason, f"No estimates here: {REFUSAL_WORDS.get(reason, REFUSAL_WORDS[NOT_ASKED])}.{more}")


def _reason(made: Estimates, part: Slice) -> str:
    if part.geography.slug in made.made:
        return ANOTHER_PERIOD
    return made.refused.get(part.geography.slug, NOT_ASKED)


def _deciles(release: ReleaseInfo, part: Slice) -> tuple[dict[str, int], str]:
    """Decile of deprivation by code, and of which index. Raises InputError where such areas have none."""
    for slug in _DECILES[::-1] if part.geography.slug in _OLD else _DECILES:
        for indicator in find_indicators(release, (slug,)):
            place = next((one for one in indicator.available if one.geography == part.geography), None)
            if place is not None:
                asked = Question(place.geography.area_type, place.geography.vintage)
                found = stream_observations(select(release, indicator, asked))
                return {one.area_code: round(one.value) for one in found if one.value is not None}, f"IMD {slug[4:8]}"
    raise InputError("These areas have no decile of deprivation.", parameter="deprivation", found=part.geography.title)


def _windows(release: ReleaseInfo, indicator: IndicatorInfo, part: Slice) -> tuple[FindingInfo, ...]:
    """Scan windows of the slice where it is worse, the most people first."""
    wanted = FindingFilter(indicator=indicator, kind="scan_window", area_type=part.geography.area_type)
    found: Sequence[FindingInfo] = list_findings(release, wanted, limit=None).findings
    here = [one for one in found if one.detection.geography == part.geography and one.is_worse]
    return tuple(one for one in here if (one.detection.period, one.detection.stratum) == (part.period, part.stratum))
