"""The area page in ready words: who the area is, what it lies in, and every indicator with its standing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from geo.codes import ENGLAND, TILESETS, Geography
from geo.queries.areas import AreaDetail, AreaInfo, DeprivationInfo, LinkedArea
from geo.queries.profile import EVERYBODY, ProfileRow
from hiid.pages.presenters import words
from hiid.pages.presenters.charts import Spark, Spine, spark_of, spine_of

# Ranks of neighbourhoods move by thousands within their limits: none is stated.
UNRANKED = ("lsoa",)
INDEX_TITLES = {"imd2025": "IMD 2025", "imd2019": "IMD 2019"}
DOMAIN_TITLES = {
    "imd": "Overall",
    "income": "Income",
    "employment": "Employment",
    "education": "Education, skills and training",
    "health": "Health and disability",
    "crime": "Crime",
    "barriers": "Barriers to housing and services",
    "environment": "Living environment",
}
# A control chart of fewer periods has no limits; the small trend line of the row says as much.
FEWEST_ON_A_CHART = 5
# A group of more lines is folded, with a count of how they stand: the page of made-up records has ninety of one area of care.
MOST_OPEN = 8
# In the order in which a folded group counts them; the rest cannot be told apart or is not compared.
COUNTED = ("worse", "better", "higher", "lower")
# What a line says where a release shows an indicator of parts of the people alone.
OF_PARTS = "given for parts of the people alone"
# Kinds of areas inside which deciles of neighbourhoods are told apart.
WITH_GRADIENT = ("lad", "utla", "sicbl", "icb", "nhser", "rgn")
# A district has no more neighbours than this; a region of practices might.
MOST_NEIGHBOURS = 24


@dataclass(frozen=True)
class Row:
    """One line of the profile."""

    title: str
    about: str
    period: str
    value: str
    has_value: bool
    interval: str
    comparison: str
    standing: str
    england: str
    peers: str
    rank: str
    basis: str
    note: str
    spine: Spine | None
    spark: Spark | None
    map_link: str
    inequality_link: str
    closer_link: str


@dataclass(frozen=True)
class Group:
    """The lines of one area of care."""

    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def is_folded(self) -> bool:
        """Whether its lines are shown on asking only."""
        return len(self.rows) > MOST_OPEN

    @property
    def told(self) -> str:
        """What a folded group holds: "12 indicators, 3 worse and 1 better than England"."""
        standings = Counter(row.comparison for row in self.rows if row.standing)
        known = [f"{standings[one]} {one}" for one in COUNTED if standings[one]]
        if not known:
            return f"{len(self.rows)} indicators"
        listed = " and ".join(part for part in (", ".join(known[:-1]), known[-1]) if part)
        return f"{len(self.rows)} indicators, {listed} than {self.peers}"

    @property
    def has_many_closer(self) -> bool:
        """Whether its rows have more charts of their own than are listed at once."""
        return sum(bool(row.closer_link) for row in self.rows) > MOST_OPEN

    @property
    def peers(self) -> str:
        """Whom its lines are held against."""
        return " or ".join(dict.fromkeys(row.peers for row in self.rows))


@dataclass(frozen=True)
class Link:
    """Another area to go to; `note` says how it is related."""

    name: str
    href: str
    note: str


def describe_area(detail: AreaDetail, neighbours: tuple[AreaInfo, ...]) -> dict[str, Any]:
    """The head of the page: names, codes, people, parents, neighbours, other vintages and deprivation."""
    area = detail.area
    return {
        "name": area.other_name or area.name,
        "official_name": area.name if area.other_name else "",
        "code": area.code,
        "ods_code": area.ods_code,
        "kind": area.geography.singular,
        "vintage": area.geography.vintage,
        "population": f"{area.population:,}" if area.population is not None else "",
        "population_year": area.population_year or "",
        "people": "registered patients" if area.geography.is_point else "residents",
        "parents": [_link(one) for one in detail.within],
        "vintages": [_vintage(area.code, year) for year in detail.vintages if year != area.geography.vintage],
        "came_from": [_link(one) for one in detail.predecessors],
        "became": [_link(one) for one in detail.successors if one.code != area.code],
        "neighbours": [Link(one.other_name or one.name, _address(one.code, one.geography), "") for one in neighbours[:MOST_NEIGHBOURS]],
        "deprivation": _deprivation(detail.deprivation, is_neighbourhood=area.geography.area_type == "lsoa"),
        "map_link": _on_map(area),
    }


def profile_groups(rows: tuple[ProfileRow, ...], area: AreaInfo) -> list[Group]:
    """Every indicator of the area, by area of care in the order of Core20PLUS5; groups without a line are left out."""
    groups = {slug: Group(title) for slug, title in words.CARE_AREAS.items()}
    in_parts: set[str] = set()
    for row in rows:
        is_part = row.stratum != EVERYBODY and row.indicator.is_linked
        if is_part and row.indicator.slug in in_parts:
            continue
        in_parts |= {row.indicator.slug} if is_part else set()
        slug = row.indicator.definition.get("core20plus5", "other")
        groups.get(slug, groups["other"]).rows.append(_in_parts(row, area) if is_part else _row(row, area))
    return [group for group in groups.values() if group.rows]


def peers_of(groups: Sequence[Group]) -> str:
    """Whom the lines of a page are held against; England where it has none."""
    return " or ".join(dict.fromkeys(row.peers for group in groups for row in group.rows)) or "England"


def _row(row: ProfileRow, area: AreaInfo) -> Row:
    definition, latest = row.indicator.definition, row.latest
    title = str(definition.get("short_title", row.indicator.title))
    has_value = latest.value is not None
    return Row(
        title=title if row.stratum == "all" else f"{title}: {row.stratum_title}",
        about=row.indicator.slug,
        period=row.trend[-1].period_label,
        value=words.shown(latest, definition),
        has_value=has_value,
        interval=words.interval(latest.lower, latest.upper, definition),
        comparison=latest.comparison,
        standing=words.compared(latest.comparison, is_linked=row.indicator.is_linked) if has_value and area.code != ENGLAND else "",
        england="" if row.england is None else words.with_unit(row.england, definition),
        peers=words.peers(is_linked=row.indicator.is_linked),
        rank=_rank(row, area),
        basis="modelled" if latest.basis == "modelled" else "",
        note="" if latest.reason is None else words.REASON_WORDS.get(latest.reason, ""),
        spine=spine_of(row),
        spark=spark_of(row.trend),
        map_link=_indicator_on_map(row, area),
        inequality_link=_inequality(row, area),
        closer_link=_closer(row, area),
    )


def _in_parts(row: ProfileRow, area: AreaInfo) -> Row:
    """One line for an indicator of linked records of which everybody's figure is withheld: its parts are on the page of inequality."""
    whole = _row(row, area)
    title = str(row.indicator.definition.get("short_title", row.indicator.title))
    return replace(
        whole,
        title=title,
        value=OF_PARTS,
        has_value=False,
        interval="",
        standing="",
        england="",
        rank="",
        note="",
        spine=None,
        spark=None,
        closer_link="",
    )


def _rank(row: ProfileRow, area: AreaInfo) -> str:
    if row.latest.rank is None or area.geography.area_type in UNRANKED:
        return ""
    return f"{row.latest.rank:,} of {row.latest.rank_of:,}"


def _link(one: LinkedArea) -> Link:
    share = f", {one.share * 100:.0f} % of its people" if one.share < 1 else ""
    fit = ", best fit" if one.kind == "best_fit" else ""
    return Link(one.name, _address(one.code, one.geography), f"{one.geography.singular} of {one.geography.vintage}{share}{fit}")


def _vintage(code: str, year: int) -> Link:
    return Link(str(year), f"/areas/{code}/?vintage={year}", "")


def _address(code: str, geography: Geography) -> str:
    return f"/areas/{code}/?vintage={geography.vintage}"


def _on_map(area: AreaInfo) -> str:
    known: dict[str, Any] = {"area": area.code, "vintage": area.geography.vintage}
    if area.longitude is not None and area.geography.slug in TILESETS:
        zoom = {"lsoa": 12, "msoa": 11, "lad": 9.8, "utla": 9}.get(area.geography.area_type, 8)
        known["at"] = f"{area.latitude:.4f},{area.longitude:.4f},{zoom:.2f}"
    return "/?" + urlencode(known, safe=",")


def _indicator_on_map(row: ProfileRow, area: AreaInfo) -> str:
    known = {"indicator": row.indicator.slug, "period": row.latest.period}
    if row.stratum != "all":
        known["stratum"] = row.stratum
    return f"{_on_map(area)}&{urlencode(known)}"


def _inequality(row: ProfileRow, area: AreaInfo) -> str:
    """The page of the indicator's inequality inside the area, or in England where the area holds too few neighbourhoods."""
    if row.indicator.slug.startswith("imd-"):
        return ""
    known = {} if row.stratum == "all" else {"stratum": row.stratum}
    if area.code != ENGLAND and area.geography.area_type in WITH_GRADIENT:
        known["area"] = area.code
    return f"/inequality/{row.indicator.slug}/" + (f"?{urlencode(known)}" if known else "")


def _closer(row: ProfileRow, area: AreaInfo) -> str:
    """The funnel and the control chart of a row; none for England, for shares of the people or parts of the IMD, or where none is drawn."""
    is_counted = row.indicator.definition.get("kind") == "counts" and row.latest.basis == "observed"
    has_trend = sum(point.observation.value is not None for point in row.trend) >= FEWEST_ON_A_CHART
    is_context = row.indicator.definition.get("core20plus5") == "context" and row.indicator.definition.get("polarity") == "none"
    if area.code == ENGLAND or is_context or not (is_counted or has_trend) or row.indicator.definition.get("part_of_imd"):
        return ""
    known = {"vintage": str(area.geography.vintage)} | ({} if row.stratum == "all" else {"stratum": row.stratum})
    return f"/areas/{area.code}/{row.indicator.slug}/?{urlencode(known)}"


def _deprivation(found: tuple[DeprivationInfo, ...], *, is_neighbourhood: bool) -> list[dict[str, Any]]:
    """One table for each index: the overall place first, then the domains."""
    tables = []
    for version, title in INDEX_TITLES.items():
        rows = [
            {
                "domain": DOMAIN_TITLES[one.domain],
                "decile": one.decile if one.decile is not None else "–",
                "rank": f"{one.rank:,}" if one.rank is not None else "–",
            }
            for domain in DOMAIN_TITLES
            for one in found
            if one.index_version == version and one.domain == domain
        ]
        if rows:
            overall = next((one.decile for one in found if one.index_version == version and one.domain == "imd"), None)
            tables.append({"title": title, "rows": rows, "words": words.decile_words(overall, is_neighbourhood=is_neighbourhood)})
    return tables
