"""The page of completeness in ready words: who is missing from the figures, by area and through time, and what cannot be seen."""

from collections.abc import Sequence
from typing import Any

from geo.codes import Geography
from geo.disclosure.revision_words import in_words
from geo.maps.charts import Frame, Point
from geo.maps.charts_inequality import index_chart
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.quality import CoverageInfo, MaskingInfo, QualityInfo
from hiid.pages.presenters import words
from hiid.pages.presenters.figures import Chart, Table, refused

HEADS = ("Areas", "Period", "Areas", "With a figure", "Withheld", "Missing", "Not collected", "Modelled", "Least covered")
FEWEST_PERIODS = 2
WHOLE = "ctry23"

CANNOT = (
    "An area with a figure is not a complete one: people on no list, records never made and practices that did not report leave no trace.",
    "Withheld and missing areas are not like the others: small numbers go first, where few people live or few are recorded.",
    "A change of completeness changes a rate without anybody's health changing.",
)
CANNOT_OF_PUBLISHED = (
    "Published files say nothing of linkage, opt-outs or how many people have their ethnic group recorded: linked records do."
)
CANNOT_OF_LINKED = (
    "A record that is linked to nobody is of no practice: linkage is told by where the record says that its person lives.",
    "Linkage is judged from the records themselves: a wrong link looks like a right one here. Rates are of protected counts.",
    "Bounds of unknown ethnicity allow for every way in which the unknown may belong; where the truth lies within them cannot be told.",
)


def coverage_table(found: QualityInfo) -> Table:
    """Areas with and without a figure, by set and period."""
    rows = tuple(
        (
            _areas(one.geography, found.indicator),
            one.period_label,
            f"{one.areas:,}",
            _part(one.with_value, one.areas),
            f"{one.suppressed:,}",
            f"{one.missing:,}",
            f"{one.not_collected:,}",
            f"{one.modelled:,}",
            "–" if one.coverage is None else _percent(one.coverage),
        )
        for one in found.coverage
    )
    return Table(f"{found.indicator.title}: areas with and without a figure", HEADS, rows)


def masking_table(found: Sequence[MaskingInfo], indicator: IndicatorInfo) -> Table:
    """How far unknown ethnicity could move the share of each group: by set of areas, its newest period with those before it."""
    by_set: dict[tuple[int, str], list[MaskingInfo]] = {}
    for one in found:
        by_set.setdefault((one.geography.id, one.group), []).append(one)
    rows = tuple(
        (
            _areas(parts[0].geography, indicator),
            parts[0].title,
            parts[0].period_label,
            f"{parts[0].areas:,}",
            _points(parts[0].width),
            _points(parts[0].widest),
            f"{parts[0].shown:,}",
            "; ".join(f"{_points(part.width)} ({part.period_label})" for part in parts[1:]),
        )
        for parts in by_set.values()
    )
    heads = ("Areas", "Group", "Period", "Areas counted", "Median width", "Greatest width", "Narrower than 10 points", "Median before")
    return Table("What people of unknown ethnic group may hide", heads, rows)


def through_time(release: ReleaseInfo, found: QualityInfo) -> Chart:
    """The share of areas with a figure, period by period, in the set of areas that has most of them."""
    by_set: dict[str, list[CoverageInfo]] = {}
    for one in found.coverage:
        if one.geography.slug != WHOLE:
            by_set.setdefault(one.geography.slug, []).append(one)
    heading = "Areas with a figure, through time"
    series = max(by_set.values(), key=lambda parts: (len(parts), parts[0].areas), default=[])[::-1]
    if len(series) < FEWEST_PERIODS:
        return refused("coverage", heading, "There is one period only: nothing can be said of change.")
    title = f"{found.indicator.title}: {series[0].geography.title} with a figure"
    first, last = series[0], series[-1]
    summary = (
        f"{_part(first.with_value, first.areas)} in {first.period_label}, {_part(last.with_value, last.areas)} in {last.period_label}."
    )
    points = [
        Point(one.period_label, one.with_value / one.areas * 100, words=f"{one.period_label}: {_part(one.with_value, one.areas)}")
        for one in series
    ]
    frame = Frame(title, summary, "per cent of the areas", note=f"Release {release.slug}", is_synthetic=release.is_synthetic)
    spec = index_chart(points, frame, equal=100, equal_words="all")
    table = Table(title, ("Period", "Areas", "With a figure"), tuple((o.period_label, f"{o.areas:,}", f"{o.with_value:,}") for o in series))
    return Chart("coverage", heading, title, summary, spec, table=table)


def recording_rows(found: Sequence[QualityInfo]) -> list[dict[str, Any]]:
    """Linkage, opt-outs and ethnicity as recorded: one row a measure and set of areas, the newest period with those before it."""
    rows = []
    for one in found:
        by_set: dict[str, list[CoverageInfo]] = {}
        for part in one.coverage:
            if part.middle is not None:
                by_set.setdefault(part.geography.slug, []).append(part)
        ordered = sorted(by_set.values(), key=lambda parts: parts[0].areas)
        rows += [_recording_row(one, parts) | {"is_first": place == 0, "of": len(ordered)} for place, parts in enumerate(ordered)]
    return rows


def _recording_row(one: QualityInfo, parts: list[CoverageInfo]) -> dict[str, Any]:
    """parts: of one set of areas, newest period first, each with a value."""
    newest, definition = parts[0], one.indicator.definition
    least, middle, greatest = (words.with_unit(value or 0.0, definition) for value in (newest.least, newest.middle, newest.greatest))
    return {
        "title": str(definition.get("short_title", one.indicator.title)),
        "areas": _areas(newest.geography, one.indicator),
        "period": newest.period_label,
        "middle": middle,
        "span": "" if newest.with_value == 1 else f"{least} to {greatest}",
        "before": "; ".join(f"{words.with_unit(part.middle or 0.0, definition)} ({part.period_label})" for part in parts[1:]),
        "with_value": f"{newest.with_value:,} of {newest.areas:,}",
    }


def _areas(geography: Geography, indicator: IndicatorInfo) -> str:
    """What a set of areas is called: of linked records there is nobody but the people of their world in England."""
    return "All people of the world" if indicator.is_linked and geography.slug == WHOLE else geography.title


def world_facts(quality: dict[str, Any]) -> list[tuple[str, str]]:
    """What the manifest of linked records says, in words; nothing where the release has none."""
    told = quality.get("linked")
    if not told:
        return []
    rows = told["files"]["observations.parquet"]["rows"]
    cells = told.get("cells", {})
    withheld = sum(count for word, count in cells.items() if word not in ("value", "zero", "not_collected"))
    return [
        ("World", f"{told['world']}: about {told['people']:,} made-up people{_neighbourhoods(told)}"),
        ("Made with", f"systems {', '.join(told.get('systems', ()))}; seed {told['seed']}; {_edition(told)}; engine {told['engine']}"),
        ("Protected by", f"the rule {told['policy']}"),
        ("Figures", f"{rows:,}, of which {withheld:,} are withheld"),
        *_revision(told),
        ("Manifest", f"sha256 {told['manifest_sha256'][:12]}…"),
    ]


def _revision(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What was held back for the sake of editions before; nothing where there is none."""
    words = in_words(told)
    return [("Revision", f"{words[0].upper()}{words[1:]}.")] if words else []


def _neighbourhoods(told: dict[str, Any]) -> str:
    return f" in {told['neighbourhoods']:,} neighbourhoods" if "neighbourhoods" in told else ""


def _edition(told: dict[str, Any]) -> str:
    return f"edition {str(told.get('edition', 'as_recorded')).replace('_', ' ')}"


def cannot_show(quality: dict[str, Any]) -> tuple[str, ...]:
    """What the page cannot show, for this release."""
    return (*CANNOT, *(CANNOT_OF_LINKED if quality.get("linked") else (CANNOT_OF_PUBLISHED,)))


def map_link(indicator: IndicatorInfo) -> str:
    """The indicator on the map."""
    return f"/?indicator={indicator.slug}"


def _part(some: int, everything: int) -> str:
    return f"{some:,} of {everything:,} ({_percent(some / everything) if everything else '–'})"


def _points(share: float) -> str:
    return f"{share * 100:.1f} points"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
