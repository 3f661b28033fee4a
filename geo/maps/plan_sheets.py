"""A plan on one printed page: where the stops are, whom they serve, minutes, gain as a range, weeks, and what has to be said with it."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

# A4 in points, its margin, and the height of a line of a table.
WIDE, HIGH, MARGIN, LINE = 595, 842, 36, 9.5
_INK, _QUIET, _STOP, _WARN = "#212b32", "#4c6272", "#005eb8", "#d5281b"
_COLUMNS = (MARGIN, 56, 262, 326, 382, 424, 462)
_HEADS = ("", "Stop", "Kind", "Minutes", "Workload", "Weeks", "More people seen, about")
# Stops and weeks that the page has room for.
_MOST_STOPS, _MOST_WEEKS = 24, 14


def draw_plan_sheet(plan: Mapping[str, Any], *, key: str) -> str:
    """The page as SVG. What does not fit is said to be in the CSV; a figure that is not told says why in the CSV too."""
    request, minutes = plan["request"], plan["minutes"]
    title = f"{request['programme'].capitalize()} screening: {len(plan['sites'])} stops in {request['area']}"
    parts = [
        _text(MARGIN, 50, title, size=16, weight="bold"),
        _text(MARGIN, 66, _facts(plan), size=9, colour=_QUIET),
        _text(MARGIN, 78, f"Release {request['release']}. Plan {key}. Minutes: {minutes.get('mode')}.", size=7, colour=_QUIET),
        *_map(plan["sites"], plan["allocation"], left=MARGIN + 8, top=100, wide=280, high=216),
        *_groups("Minutes by deprivation", minutes.get("by_deprivation") or (), left=352, top=96),
        *_groups("Minutes by ethnic group", minutes.get("by_ethnicity") or (), left=352, top=180),
    ]
    below, drawn = _stops(plan["sites"], top=344)
    parts += drawn
    below, drawn = _weeks((plan.get("schedule") or {}).get("rows") or (), top=below + 14)
    source = f"Minutes come from: {minutes.get('source', 'no source told')}."
    parts += drawn + _notes([*plan["notes"], source], top=below + 14)
    if plan["is_synthetic"]:
        parts += _watermark()
    size = f'width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="DejaVu Sans, Arial, sans-serif">{"".join(parts)}</svg>'


def _facts(plan: Mapping[str, Any]) -> str:
    gain, minutes = plan["gain"], plan["minutes"]
    gap = "proven best of its candidates" if not plan["gap"] else f"at most {100 * plan['gap']:.2g} % from the best of its candidates"
    mean = f"{minutes['mean']:.0f} minutes on average, " if minutes.get("mean") is not None else ""
    return f"{mean}about {gain['low']:,.0f} to {gain['high']:,.0f} more people seen; {gap}"


def _map(
    sites: Sequence[Mapping[str, Any]], visits: Sequence[Mapping[str, Any]], *, left: float, top: float, wide: float, high: float
) -> list[str]:
    """Stops with their numbers, and a line from each area to the one its people go to."""
    at = {site["id"]: (site["longitude"] * 0.62, -site["latitude"]) for site in sites}
    lines = [
        ((one["longitude"] * 0.62, -one["latitude"]), at[one["site"]])
        for one in visits
        if one.get("longitude") is not None and one["site"] in at
    ]
    points = [*at.values(), *(start for start, _ in lines)]
    if not points:
        return []
    xs, ys = zip(*points, strict=True)
    scale = min(wide / max(max(xs) - min(xs), 1e-6), high / max(max(ys) - min(ys), 1e-6))

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        return left + (point[0] - min(xs)) * scale, top + (point[1] - min(ys)) * scale

    drawn = []
    for start, end in lines:
        (x1, y1), (x2, y2) = placed(start), placed(end)
        drawn.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_QUIET}" stroke-width="0.4" stroke-opacity="0.6"/>'
        )
        drawn.append(f'<circle cx="{x1:.1f}" cy="{y1:.1f}" r="1.2" fill="{_QUIET}"/>')
    for number, point in enumerate(at.values(), 1):
        x, y = placed(point)
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{_STOP}"/>')
        drawn.append(f'<text x="{x:.1f}" y="{y + 2.6:.1f}" font-size="7" fill="#fff" text-anchor="middle">{number}</text>')
    return drawn


def _groups(title: str, groups: Iterable[Mapping[str, Any]], *, left: float, top: float) -> list[str]:
    groups = [group for group in groups if group.get("minutes") is not None][:14]
    most = max((group["minutes"] for group in groups), default=0) or 1
    drawn = [_text(left, top, title, size=7.5, weight="bold")] if groups else []
    for at, group in enumerate(groups):
        y = top + 6 + at * 9.5
        drawn.append(_text(left, y + 6, str(group["group"]).split(",")[0][:26], size=6, colour=_QUIET))
        drawn.append(f'<rect x="{left + 96}" y="{y}" width="{max(76 * group["minutes"] / most, 0.2):.1f}" height="7" fill="{_STOP}"/>')
        drawn.append(_text(left + 176, y + 6, f"{group['minutes']:.0f} min", size=6, colour=_QUIET))
    return drawn


def _stops(sites: Sequence[Mapping[str, Any]], *, top: float) -> tuple[float, list[str]]:
    drawn = [_text(x, top, head, size=7, weight="bold") for x, head in zip(_COLUMNS, _HEADS, strict=True)]
    for at, site in enumerate(sites[:_MOST_STOPS]):
        gain = "cannot be told" if site["gain"] is None else f"{site['gain']['low']:,.0f} to {site['gain']['high']:,.0f}"
        kind = "area of search" if site["is_area_of_search"] else str(site["kind"]).replace("_", " ").removesuffix("s")
        cells = (
            str(at + 1),
            str(site["name"])[:48],
            kind,
            _number(site["minutes_mean"]),
            _number(site["workload"]),
            _number(site["weeks"]),
            gain,
        )
        drawn += [_text(x, top + (at + 1) * LINE, words, size=6.5) for x, words in zip(_COLUMNS, cells, strict=True)]
    end = top + (min(len(sites), _MOST_STOPS) + 1) * LINE
    if len(sites) > _MOST_STOPS:
        drawn.append(_text(MARGIN, end, f"{len(sites) - _MOST_STOPS} more stops are in the CSV.", size=6.5, colour=_QUIET))
    return end, drawn


def _weeks(rows: Sequence[Mapping[str, Any]], *, top: float) -> tuple[float, list[str]]:
    if not rows:
        return top, []
    drawn = [_text(MARGIN, top, "Weeks", size=7, weight="bold")]
    for at, row in enumerate(rows[:_MOST_WEEKS]):
        words = f"{row.get('starts')} to {row.get('ends')}: {row.get('name')} (vehicle {row.get('vehicle')}) {row.get('note') or ''}"
        drawn.append(_text(MARGIN, top + (at + 1) * LINE, words[:130], size=6.5))
    end = top + (min(len(rows), _MOST_WEEKS) + 1) * LINE
    if len(rows) > _MOST_WEEKS:
        drawn.append(_text(MARGIN, end, f"{len(rows) - _MOST_WEEKS} more lines are in the calendar.", size=6.5, colour=_QUIET))
    return end, drawn


def _notes(notes: Sequence[str], *, top: float) -> list[str]:
    lines = [line for note in notes for line in textwrap.wrap(note, 150, initial_indent="– ", subsequent_indent="   ")]
    room = max(int((HIGH - MARGIN - top) / 8), 0)
    return [_text(MARGIN, top + at * 8, line, size=6, colour=_QUIET) for at, line in enumerate(lines[:room])]


def _watermark() -> list[str]:
    return [
        f'<text x="{WIDE / 2}" y="{y}" font-size="34" fill="{_WARN}" fill-opacity="0.16" text-anchor="middle" font-weight="bold"'
        f' transform="rotate(-32 {WIDE / 2} {y})">SYNTHETIC: made-up people</text>'
        for y in (220, 440, 660)
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _text(x: float, y: float, words: str, *, size: float, weight: str = "normal", colour: str = _INK) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}">{escape(words)}</text>'
