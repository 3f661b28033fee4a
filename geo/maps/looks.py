"""How values of one map are painted: in classes, around a benchmark, or two ways with deprivation; the pages do the same (js/view.js)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo.errors import InputError
from geo.maps.scales import BIVARIATE, DIVERGING, SEQUENTIAL, STATUS_LOOKS
from geo.maps.scenes import Key, Square, class_colours, class_of
from geo.maps.words import bare_words, peers_name, value_words
from geo.queries.catalogue import IndicatorInfo, Slice

# What values may be held against.
BENCHMARKS = ("none", "england", "target")
# A decile has ten values and the scale seven colours: pairs of deciles are read best. Decile 1 is the most deprived, and strong.
_DECILE_BREAKS = (2.0, 4.0, 6.0, 8.0, 10.0)
_SEVEN = 7
# Half steps around the benchmark; three steps reach the value farther from it than 95 % of all.
_STEPS, _WIDE = (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, math.inf), 0.95
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Benchmark:
    """What values are held against, by name."""

    name: str
    value: float


@dataclass(frozen=True)
class Look:
    """mode: sequential, diverging or bivariate. breaks: upper bounds of classes; colours: of each. bounds: of thirds of the values."""

    mode: str
    indicator: IndicatorInfo
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    benchmark: Benchmark | None = None
    bounds: tuple[float, float] | None = None

    def fill(self, value: float, decile: int) -> str:
        """The colour of a value; of a two-way map that of an area without data where its decile (0) or the thirds are not known."""
        if self.mode != "bivariate":
            return self.colours[class_of(value, self.breaks)]
        if not decile or self.bounds is None:
            return STATUS_LOOKS["missing"]["fill"]
        return self.colours[_value_third(value, self.bounds, polarity_of(self.indicator)) * 3 + _deprivation_third(decile)]

    @property
    def yardstick(self) -> str:
        """What a hatched area cannot be told apart from."""
        is_target = self.benchmark is not None and self.benchmark.name == "target"
        return "the target" if is_target else peers_name(is_linked=self.indicator.is_linked)

    def square(self, index: str) -> Square | None:
        """The legend of a two-way map; None of the others. index: of deprivation, for people."""
        if self.mode != "bivariate":
            return None
        return Square(self.colours, "lower" if polarity_of(self.indicator) == "high_is_good" else "higher", index)


def look_of(indicator: IndicatorInfo, part: Slice, values: Sequence[float], *, benchmark: str = "none", is_two_way: bool = False) -> Look:
    """How a slice is looked at. values: all of them, wherever the picture ends, so that a colour means what it means on the pages.

    Raises InputError for a benchmark that there is not, and for deprivation against itself.
    """
    is_decile = indicator.definition.get("unit") == "decile"
    if is_two_way:
        if is_decile or indicator.definition.get("part_of_imd") or indicator.slug.startswith("imd-"):
            raise InputError("Deprivation is not put against itself.", parameter="two_way", found=indicator.slug)
        return Look("bivariate", indicator, (), BIVARIATE.colours, bounds=thirds(values))
    against = _benchmark(indicator, part, benchmark)
    if against is not None:
        is_made = indicator.definition.get("unit") == "ratio_100" and len(part.breaks) == _SEVEN
        breaks = tuple(part.breaks) if is_made else diverging_breaks(values, against.value)
        colours = DIVERGING.colours if polarity_of(indicator) == "high_is_good" else DIVERGING.colours[::-1]
        return Look("diverging", indicator, breaks, colours, against)
    classes = _DECILE_BREAKS if is_decile else tuple(part.breaks)
    return Look("sequential", indicator, classes, class_colours("high_is_good" if is_decile else polarity_of(indicator), classes))


def polarity_of(indicator: IndicatorInfo) -> str:
    """Which end is good, or none."""
    polarity = str(indicator.definition.get("polarity", "none"))
    return polarity if polarity in SEQUENTIAL else "none"


def scale_keys(look: Look) -> Iterator[Key]:
    """One line a class, from the lowest to the highest, and what the ends mean; nothing of a two-way map, which has its square."""
    if look.mode == "bivariate":
        return
    definition, last = look.indicator.definition, len(look.breaks) - 1
    for at, bound in enumerate(look.breaks):
        low = bare_words(look.breaks[at - 1], definition) if at else ""
        if at == last:
            words = f"over {low}" if at else "all values"
        else:
            words = f"{low} to {bare_words(bound, definition)}" if at else f"up to {bare_words(bound, definition)}"
        yield Key(words, look.colours[at])
    ends = {"high_is_good": ("worse", "better"), "low_is_good": ("better", "worse")}.get(polarity_of(look.indicator), ("lower", "higher"))
    if look.benchmark is not None:
        told = f"{look.benchmark.name}: {value_words(look.benchmark.value, definition)}"
        yield Key(f"From {ends[0]} to {ends[1]} around {told}.", "", kind="words")
    elif "worse" in ends and look.breaks:
        yield Key(f"Stronger colours need attention: {'lower' if ends[0] == 'worse' else 'higher'} is worse.", "", kind="words")


def diverging_breaks(values: Sequence[float], benchmark: float) -> tuple[float, ...]:
    """Upper bounds of seven classes, equal steps to either side of the benchmark, which lies in the middle of the fourth."""
    distances = sorted(abs(value - benchmark) for value in values)
    if not distances:
        return ()
    wide = distances[min(len(distances) - 1, int(len(distances) * _WIDE))] or abs(benchmark) / 10 or 1.0
    return tuple(benchmark + times * wide / 3 for times in _STEPS)


def thirds(values: Sequence[float]) -> tuple[float, float] | None:
    """Two bounds that cut the values into thirds by count; None where there are fewer than three."""
    ordered = sorted(values)
    if len(ordered) < 3:
        return None
    return ordered[-(-len(ordered) // 3) - 1], ordered[-(-2 * len(ordered) // 3) - 1]


def _deprivation_third(decile: int) -> int:
    """0 least (deciles 8 to 10), 1 middle (4 to 7), 2 most deprived (1 to 3)."""
    if decile <= 3:
        return 2
    return 1 if decile <= 7 else 0


def _value_third(value: float, bounds: tuple[float, float], polarity: str) -> int:
    """0 unremarkable to 2 worst, or highest where neither end is worse."""
    third = 0 if value <= bounds[0] + _ROUNDING else 1 if value <= bounds[1] + _ROUNDING else 2
    return 2 - third if polarity == "high_is_good" else third


def _benchmark(indicator: IndicatorInfo, part: Slice, wanted: str) -> Benchmark | None:
    """What is asked for; a ratio whose middle means something is always looked at from there."""
    targets = indicator.definition.get("targets") or ()
    if wanted == "target":
        if not targets:
            raise InputError("The indicator has no target.", parameter="benchmark", found=wanted, valid=BENCHMARKS[:2])
        return Benchmark("target", float(targets[-1]["value"]))
    if indicator.definition.get("unit") == "ratio_100":
        return Benchmark("England", 100.0)
    if wanted != "england":
        return None
    whole = (one for one in indicator.slices if one.geography.slug == "ctry23" and (one.period, one.stratum) == (part.period, part.stratum))
    value = next((one.median for one in whole if one.median is not None), None)
    if value is None:
        raise InputError("There is no figure of England to hold these against.", parameter="benchmark", found=wanted, valid=("none",))
    return Benchmark(peers_name(is_linked=indicator.is_linked), value)
