"""The colours of the map: one sequential scale for each polarity, one diverging around a benchmark, one for two values at once, and
those of what the engine thinks of an area.

A scale runs from the quiet end to the strong end; what needs attention is strong. Where a high figure is good, the strong
colours belong to low figures. NHS blue is for actions and is in none of them. The same numbers go to the scripts as JSON.
"""

import math
from dataclasses import dataclass

from geo.errors import InputError


@dataclass(frozen=True)
class Scale:
    """Colours from quiet to strong (`#rrggbb`), where they were published, and what strong means in words."""

    slug: str
    colours: tuple[str, ...]
    source: str
    strong_means: str


_BREWER = "ColorBrewer 2.0 (C. Brewer), colour-blind safe"

SEQUENTIAL: dict[str, Scale] = {
    "high_is_good": Scale(
        "sequential-low-strong",
        ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"),
        f"{_BREWER}, YlGnBu",
        "lower, which is worse",
    ),
    "low_is_good": Scale(
        "sequential-high-strong",
        ("#ffffd4", "#fee391", "#fec44f", "#fe9929", "#ec7014", "#cc4c02", "#8c2d04"),
        f"{_BREWER}, YlOrBr",
        "higher, which is worse",
    ),
    "none": Scale(
        "sequential-neutral",
        ("#f2f0f7", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#4a1486"),
        f"{_BREWER}, Purples",
        "higher",
    ),
}

# From worst to best (or highest to lowest); the neutral middle holds the benchmark.
DIVERGING = Scale(
    "diverging",
    ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788"),
    f"{_BREWER}, PuOr",
    "further from the benchmark",
)

# Rows: value, unremarkable to worst third; columns: deprivation, least to most deprived third.
BIVARIATE = Scale(
    "bivariate",
    ("#d3d3d3", "#ba8890", "#9e3547", "#8aa6c2", "#7a6b84", "#682a41", "#4279b0", "#3a4e78", "#311e3b"),
    "biscale (C. Prener), DkViolet2, 3 x 3",
    "worse and more deprived",
)

# Probability of being worse, from surely better to surely worse: two hues around "cannot tell", and darker all the way, so that a grey
# print keeps the order.
EXCEEDANCE = Scale(
    "exceedance",
    ("#e0f3f8", "#b9dcea", "#b8b5ad", "#d9802e", "#7f2704"),
    "after ColorBrewer 2.0 (C. Brewer), ends of RdYlBu and YlOrBr, made to darken steadily",
    "more likely to be worse",
)

# Areas that lie high or low together with their neighbours, by whether that is worse; tested and neither; inside a scan window. High and
# low are told by a pattern, so that colour is not the only sign, and worse is darker than better.
SPOTS: dict[str, str] = {"worse": "#b35806", "better": "#998ec3", "neither": "#ece8e1", "window": "#d9802e"}

# Without an estimate is not the same as tested and found to be nothing.
NOT_TESTED: dict[str, str] = {"fill": "#ffffff", "pattern": "ticks", "line": "#6b7780"}

# Fills and lines of areas without a class. Patterns are drawn by the page: see js/patterns.js.
STATUS_LOOKS: dict[str, dict[str, str]] = {
    "zero": {"fill": "#e8f0e4", "pattern": "none", "line": "#6b7a63"},
    "suppressed": {"fill": "#e3e3e3", "pattern": "diagonal", "line": "#4c4c4c"},
    "missing": {"fill": "#ffffff", "pattern": "none", "line": "#8a8a8a"},
    "not_collected": {"fill": "#ffffff", "pattern": "dots", "line": "#4c4c4c"},
    "not_applicable": {"fill": "#f4f4f4", "pattern": "dashes", "line": "#8a8a8a"},
}

# Where nothing is drawn: sea and neighbouring countries.
GROUND = "#eef1f3"
MINIMUM_CLASSES = 3
MAXIMUM_CLASSES = 7


def sequential_colours(polarity: str, classes: int) -> tuple[str, ...]:
    """Colours of `classes` classes (3 to 7) from the lowest values to the highest.

    Raises InputError for an unknown polarity or another number of classes.
    """
    if polarity not in SEQUENTIAL:
        raise InputError(f"There is no polarity {polarity!r}.", parameter="polarity", found=polarity, valid=tuple(SEQUENTIAL))
    if not MINIMUM_CLASSES <= classes <= MAXIMUM_CLASSES:
        raise InputError("A map has 3 to 7 classes.", parameter="classes", found=str(classes), valid=("3", "4", "5", "6", "7"))
    colours = SEQUENTIAL[polarity].colours
    rising = colours[::-1] if polarity == "high_is_good" else colours
    # Halves are rounded up, as the scripts do: the two must choose the same colours.
    return tuple(rising[math.floor(at * (len(rising) - 1) / (classes - 1) + 0.5)] for at in range(classes))


def scale_settings() -> dict[str, object]:
    """Everything that the scripts need to paint and to explain, as plain values for JSON."""
    return {
        "sequential": {
            polarity: {str(n): sequential_colours(polarity, n) for n in range(MINIMUM_CLASSES, MAXIMUM_CLASSES + 1)}
            for polarity in SEQUENTIAL
        },
        "diverging": DIVERGING.colours,
        "bivariate": BIVARIATE.colours,
        "exceedance": EXCEEDANCE.colours,
        "spots": SPOTS,
        "statuses": {**STATUS_LOOKS, "not_tested": NOT_TESTED},
        "ground": GROUND,
        "strongMeans": {polarity: scale.strong_means for polarity, scale in SEQUENTIAL.items()},
        "sources": [scale.source for scale in (*SEQUENTIAL.values(), DIVERGING, BIVARIATE, EXCEEDANCE)],
    }
