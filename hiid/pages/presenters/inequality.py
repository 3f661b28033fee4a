"""The page of one indicator's inequality in ready words: the gradient, its slope, groups, people, and two indexes side by side."""

from dataclasses import dataclass
from typing import Any

from geo.maps.charts import Frame, Point
from geo.maps.charts_inequality import gradient_chart, indexes_chart
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.gradients import INDEXES, PUBLISHED, InequalityInfo
from geo.queries.groups import Group
from geo.queries.published_deciles import index_of
from hiid.pages.presenters import words
from hiid.pages.presenters.figures import Chart, Table, refused

INDEX_TITLES = {name: title[0].upper() + title[1:] for name, (_, _, title) in INDEXES.items()} | {PUBLISHED: "deprivation, as published"}
GRADIENT = "By deprivation"

# Groups off the line, of ten, from which a slope says little of them; by chance alone less than one is.
BADLY_FITTED = 5


@dataclass(frozen=True)
class Asked:
    """What a page is of: the indicator in one area and period, and how each is called. stratum_title: empty for everybody."""

    release: ReleaseInfo
    indicator: IndicatorInfo
    area_name: str
    period_label: str
    stratum_title: str = ""

    @property
    def definition(self) -> dict[str, Any]:
        """The indicator's definition file."""
        return self.indicator.definition

    @property
    def short(self) -> str:
        """The indicator's short name, and of whom where it is not of everybody."""
        name = str(self.definition.get("short_title", self.indicator.title))
        return f"{name}: {self.stratum_title}" if self.stratum_title else name

    def frame(self, title: str, summary: str, *, unit: str = "", basis: str = "") -> Frame:
        """What stands around a chart of this page."""
        note = f"Release {self.release.slug}{', modelled figures' if basis == 'modelled' else ''}. Source: {self.sources}"
        return Frame(title, summary, unit or words.unit_of(self.definition).title, note=note, is_synthetic=self.release.is_synthetic)

    @property
    def sources(self) -> str:
        """The files behind the indicator, by their slugs."""
        return ", ".join(self.definition.get("sources", [])) or "see the page about the figures"


def gradient(asked: Asked, found: InequalityInfo, *, fitted: list[float] | None = None) -> Chart:
    """The ten deciles with limits, and the fitted slope line where there is one; words where no decile has a figure."""
    definition = asked.definition
    times = words.unit_of(definition).times
    known = [group for group in found.groups if group.value is not None]
    if not known:
        return refused("gradient", GRADIENT, "No decile of deprivation has a figure here.", notes=(found.method,))
    title = f"{asked.short} by decile of {_index(found, asked)}, {asked.area_name}, {asked.period_label}"
    summary = gradient_words(found, asked)
    spec = gradient_chart(
        [_point(group, asked, found.basis) for group in found.groups],
        asked.frame(title, summary, basis=found.basis),
        fitted=None if fitted is None else [value * times for value in fitted],
    )
    notes: tuple[str, ...] = (
        () if found.basis == "observed" else ("Modelled figures: limits are left out, for the error of the estimate is not known.",)
    )
    if fitted is not None:
        notes += _fit(found)
    return Chart("gradient", GRADIENT, title, summary, spec, table=_decile_table(found.groups, asked, title), notes=notes)


def indexes(asked: Asked, found: dict[str, InequalityInfo]) -> Chart:
    """The same figures by decile of IMD 2019 and of IMD 2025; words where only one of them can be had."""
    heading = "IMD 2019 beside IMD 2025"
    drawn = {name: info for name, info in found.items() if any(group.value is not None for group in info.groups)}
    if len(drawn) < 2:
        only = "".join(INDEX_TITLES[name] for name in drawn) or "Neither index"
        return refused("indexes", heading, f"{only} alone reaches these areas, so the two cannot be set side by side.")
    title = f"{asked.short} by decile of two indexes, {asked.area_name}, {asked.period_label}"
    gaps = {name: _difference(info.groups) for name, info in drawn.items()}
    summary = ", and ".join(
        f"by {INDEX_TITLES[name]} the most deprived tenth is {_apart(gap, asked)} the least deprived" for name, gap in gaps.items()
    )
    spec = indexes_chart(
        {
            INDEX_TITLES[name]: [_point(group, asked, info.basis, before=f"{INDEX_TITLES[name]}, ") for group in info.groups]
            for name, info in drawn.items()
        },
        asked.frame(title, _sentence(summary)),
    )
    rows = tuple((str(decile), *(_value(info.groups[decile - 1], asked, info.basis) for info in drawn.values())) for decile in range(1, 11))
    table = Table(title, ("Decile", *(INDEX_TITLES[name] for name in drawn)), rows)
    note = (
        "The two indexes rank different sets of neighbourhoods with different measures: a neighbourhood may change decile"
        " without any change in it. A difference between the lines is no trend."
    )
    return Chart("indexes", heading, title, _sentence(summary), spec, table=table, notes=(note,))


def gradient_words(found: InequalityInfo, asked: Asked) -> str:
    """One sentence on how the most deprived tenth stands to the least deprived."""
    most, least = found.groups[0], found.groups[-1]
    if most.value is None or least.value is None:
        deciles = ", ".join(str(group.decile) for group in found.groups if group.value is not None)
        return f"Only some deciles have a figure here ({deciles}), so most and least deprived are not set against each other."
    about = "about " if found.basis == "modelled" else ""
    first, last = (about + words.with_unit(value, asked.definition) for value in (most.value, least.value))
    apart = _apart(_difference(found.groups), asked)
    # Deciles of people by where they live are tenths of neighbourhoods, and not of the people.
    whose = "neighbourhoods" if found.deprivation == PUBLISHED and index_of(asked.definition) else kinds_of(found)
    return f"The most deprived tenth of {whose} has {first}, {apart} the least deprived ({last})."


def kinds_of(found: InequalityInfo) -> str:
    """What the deciles are of, in the plural: neighbourhoods, districts; the people where the source itself gives deciles."""
    if found.deprivation == PUBLISHED:
        return "the people"
    title = found.geography.title.split(" (")[0]
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _index(found: InequalityInfo, asked: Asked) -> str:
    own = index_of(asked.definition) if found.deprivation == PUBLISHED else ""
    return own or INDEX_TITLES[found.deprivation]


def _fit(found: InequalityInfo) -> tuple[str, ...]:
    """What must be known of the line: that it is one, and that it fits badly where half of the groups lie off it by more than chance."""
    said, off = ["The line is the fitted slope."], found.steepness.off_line or 0
    if off >= BADLY_FITTED:
        said.append(
            f"{off} of {len(found.groups)} groups lie off it by more than chance: the differences are no straight gradient,"
            " so read the groups before the slope. The limits of the slope tell of chance alone, not of this."
        )
    return (" ".join(said),)


def _difference(groups: tuple[Group, ...]) -> float | None:
    most, least = groups[0].value, groups[-1].value
    return None if most is None or least is None else most - least


def _apart(difference: float | None, asked: Asked) -> str:
    """ "4.1 percentage points below", or that nothing can be said."""
    if difference is None:
        return "not comparable with"
    amount = words.difference(abs(difference), asked.definition)
    if not any(digit in amount.split()[0] for digit in "123456789"):
        return "level with"
    return f"{amount} {'above' if difference > 0 else 'below'}"


def _point(group: Group, asked: Asked, basis: str, *, before: str = "") -> Point:
    times = words.unit_of(asked.definition).times
    figure = _value(group, asked, basis)
    limits = words.interval(group.lower, group.upper, asked.definition)
    told = f"{before}decile {group.decile}: {figure}{f' ({limits})' if limits else ''}"

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * times

    return Point(str(group.decile), scaled(group.value), scaled(group.lower), scaled(group.upper), _sentence(told, stop=False))


def _value(group: Group, asked: Asked, basis: str) -> str:
    if group.value is None:
        return words.STATUS_WORDS.get(group.status, words.STATUS_WORDS["missing"])
    return ("about " if basis == "modelled" else "") + words.with_unit(group.value, asked.definition)


def _decile_table(groups: tuple[Group, ...], asked: Asked, title: str) -> Table:
    people = "People, times years" if asked.definition.get("method") == "life_table" else "People"
    has_areas = any(group.areas is not None for group in groups)
    heads = ("Decile (1 = most deprived)", "Value", "95 % interval", people, *(["Areas with a figure"] if has_areas else []))
    return Table(title, heads, tuple(_row(group, asked)[: len(heads)] for group in groups))


def _row(group: Group, asked: Asked) -> tuple[str, ...]:
    return (
        str(group.decile),
        _value(group, asked, ""),
        words.interval(group.lower, group.upper, asked.definition) or "–",
        f"{group.denominator:,.0f}" if group.denominator is not None else "–",
        f"{group.areas_with_value or 0:,} of {group.areas or 0:,}",
    )


def _sentence(text: str, *, stop: bool = True) -> str:
    return text[:1].upper() + text[1:] + ("." if stop and not text.endswith(".") else "")
