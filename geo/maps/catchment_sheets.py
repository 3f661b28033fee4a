"""A catchment on one printed page: its outline, who lives there, and its figures against their benchmarks."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from geo.queries.catalogue import ReleaseInfo
from geo.queries.catchment_profile import Figure, Group
from geo.queries.catchments import CatchmentInfo
from geo.statuses import word

# A4 in points, its margin, and the height of a line of the table.
WIDE, HIGH, MARGIN, LINE = 595, 842, 36, 8.6
_TOP = 282
_INK, _QUIET, _BAR, _WARN = "#212b32", "#4c6272", "#005eb8", "#d5281b"
_COLUMNS = (MARGIN, 258, 302, 394, 446, 506)
_HEADS = ("Indicator", "Period", "Value (95 % limits)", "Benchmark", "Compared", "Gap, people")


def draw_sheet(found: CatchmentInfo, release: ReleaseInfo, *, name: str) -> str:
    """The page as SVG. Figures that are refused are counted below the table; what does not fit is said to be in the CSV."""
    parts = [
        f'<rect width="{WIDE}" height="{HIGH}" fill="#ffffff"/>',
        _text(MARGIN, 50, name if len(name) <= 44 else f"{name[:43]}…", size=14, weight="bold"),
        _text(MARGIN, 66, _facts(found), size=9, colour=_QUIET),
        _text(MARGIN, 78, f"Release {release.slug}. {_snapped(found)}", size=7, colour=_QUIET),
        *_outline(found.shape, left=MARGIN, top=92, wide=170, high=160),
        *_bars("People by age", found.profile.ages or (), left=222, top=96),
        *_bars("By tenth (1 most deprived)", found.profile.tenths, left=342, top=96),
        *_bars("By ethnic group", found.profile.ethnicity, left=462, top=96),
        *_table(found.profile.figures),
        _text(MARGIN, HIGH - 22, f"Sources and licences: /api/v1/sources?release={release.slug}", size=6.5, colour=_QUIET),
        *(_watermark() if release.is_synthetic else ()),
    ]
    size = f'width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="DejaVu Sans, Arial, sans-serif">{"".join(parts)}</svg>'


def word_value(figure: Figure, value: float | None) -> str:
    """A number in the indicator's unit, as people read it."""
    if value is None:
        return ""
    decimals = int(figure.indicator.definition.get("decimals", 0))
    return f"{100 * value:.{max(decimals, 1)}f} %" if figure.indicator.definition.get("unit") == "proportion" else f"{value:,.{decimals}f}"


def _facts(found: CatchmentInfo) -> str:
    return (
        f"{len(found.atoms):,} neighbourhoods (LSOA {found.vintage}), {found.people:,} residents (Census 2021), {found.area_km2:,.1f} km²"
    )


def _snapped(found: CatchmentInfo) -> str:
    """What taking whole neighbourhoods changed, where it did."""
    if not found.gained.people and not found.lost.people:
        return "Linked records are answered by protected counts; modelled figures have no limits."
    return f"Whole neighbourhoods are taken: about {found.gained.people:,.0f} people gained and {found.lost.people:,.0f} left out."


def _outline(shape: Mapping[str, Any], *, left: float, top: float, wide: float, high: float) -> list[str]:
    """The shape, fitted into a box; a degree of longitude is drawn 0.62 as wide as one of latitude, as it is in England."""
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    rings = [[(point[0] * 0.62, -point[1]) for point in ring] for polygon in polygons for ring in polygon]
    if not rings:
        return []
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    scale = min(wide / max(max(xs) - min(xs), 1e-9), high / max(max(ys) - min(ys), 1e-9))
    drawn = "".join(
        "M" + "L".join(f"{left + (x - min(xs)) * scale:.1f} {top + (y - min(ys)) * scale:.1f}" for x, y in ring) + "Z" for ring in rings
    )
    return [f'<path d="{drawn}" fill="{_BAR}" fill-opacity="0.15" stroke="{_BAR}" stroke-width="1" fill-rule="evenodd"/>']


def _bars(title: str, groups: Iterable[Group], *, left: float, top: float) -> list[str]:
    """Bars with their people beside them; bands of age from the youngest down."""
    groups = list(groups)
    most = max((group.people for group in groups), default=0) or 1
    drawn = [_text(left, top, title[:30], size=6.5, weight="bold")]
    for at, group in enumerate(groups):
        y = top + 9 + at * 8.4
        drawn.append(_text(left, y + 5, group.name.split(",")[0].split()[0], size=5.5, colour=_QUIET))
        drawn.append(f'<rect x="{left + 32}" y="{y}" width="{max(40 * group.people / most, 0.2):.1f}" height="6" fill="{_BAR}"/>')
        drawn.append(_text(left + 76, y + 5, f"{group.people:,.0f}", size=5.5, colour=_QUIET))
    return drawn


def _table(figures: tuple[Figure, ...]) -> list[str]:
    """Figures with a value, as many as the page has room for."""
    shown = [figure for figure in figures if figure.value is not None]
    room = int((HIGH - MARGIN - 20 - _TOP) / LINE) - 1
    drawn = [_text(x, _TOP, head, size=6.5, weight="bold") for x, head in zip(_COLUMNS, _HEADS, strict=True)]
    for at, figure in enumerate(shown[:room]):
        y = _TOP + (at + 1) * LINE
        drawn += [_text(x, y, words, size=6) for x, words in zip(_COLUMNS, _row(figure), strict=True)]
    below = []
    if len(shown) > room:
        below.append(f"{len(shown) - room} more figures are in the CSV.")
    if absent := len(figures) - len(shown):
        below.append(f"{absent} figures are not given here; the CSV says why of each.")
    return [*drawn, _text(MARGIN, HIGH - MARGIN, " ".join(below), size=6.5, colour=_QUIET)]


def _row(figure: Figure) -> tuple[str, ...]:
    title = str(figure.indicator.definition.get("short_title") or figure.indicator.title) + (
        f": {figure.stratum_title}" if figure.stratum != "all" else ""
    )
    limits = "" if figure.lower is None else f" ({word_value(figure, figure.lower)} to {word_value(figure, figure.upper)})"
    marks = " modelled" if figure.basis.name == "MODELLED" else ""
    return (
        title if len(title) <= 64 else f"{title[:63]}…",
        figure.period[:12],
        word_value(figure, figure.value) + limits + marks,
        word_value(figure, figure.benchmark),
        word(figure.comparison).replace("_", " "),
        "" if figure.gap is None else f"{figure.gap:+,.0f}",
    )


def _watermark() -> list[str]:
    told = "SYNTHETIC: made-up people"
    return [
        f'<text x="{WIDE / 2}" y="{y}" font-size="34" fill="{_WARN}" fill-opacity="0.16" text-anchor="middle" font-weight="bold"'
        f' transform="rotate(-32 {WIDE / 2} {y})">{told}</text>'
        for y in (260, 480, 700)
    ] + [_text(WIDE - MARGIN - 128, 50, told, size=9, weight="bold", colour=_WARN)]


def _text(x: float, y: float, words: str, *, size: float, weight: str = "normal", colour: str = _INK) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in words)
    return f'<text x="{x}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{colour}">{escape(plain)}</text>'
