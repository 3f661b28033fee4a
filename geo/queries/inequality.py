"""One indicator by tenth of deprivation, decile 1 = most deprived."""

from dataclasses import dataclass
from typing import Unpack

from geo.codes import AREA_TYPES, BY_ID, ENGLAND, GEOGRAPHIES, Geography
from geo.disclosure.claims import SliceFacts
from geo.errors import InputError, UnknownArea, UnknownStratum
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice, find_indicators
from geo.queries.gradients import DEPRIVATIONS, INDEXES, PUBLISHED, Asked, InequalityInfo
from geo.queries.groups import UnitRow, group_by_decile
from geo.queries.like_periods import like_periods, windows_overlap
from geo.queries.observations import EVERYBODY, choose_period
from geo.queries.published_deciles import decile_of, get_published_deciles, has_published_deciles, has_some_decile, must_be_published
from geo.queries.reading import read
from geo.queries.slopes import measure_steepness

# Where so few areas of a set are modelled, they are left out and the others speak for themselves.
FEW_MODELLED = 0.2

# Sets of areas that can be put into tenths, finest first. Regions are too few; practices are not places and come on request.
_FINEST_FIRST = (
    "practice24",
    "pcn24",
    "lsoa21",
    "lsoa11",
    "msoa21",
    "msoa11",
    "sicbl23",
    "lad24",
    "lad21",
    "utla23",
    "icb26",
    "icb23",
)
_NEIGHBOURHOODS = ("lsoa11", "lsoa21")
_DISTRICTS = ("lad21", "lad24")


@dataclass(frozen=True)
class Deciles:
    """Where the deciles of a set of areas stand: keys of two indicators, a period and a stratum of the release, or the published table."""

    decile_indicator: int | None = None
    score_indicator: int | None = None
    period: int | None = None
    stratum: int | None = None


def get_inequality(release: ReleaseInfo, indicator: IndicatorInfo, **asked: Unpack[Asked]) -> InequalityInfo:
    """The indicator by decile of an index of deprivation, in England or inside one area.

    counts: numerators and denominators are summed and divided, with limits; without limits where the counts are modelled.
    ratio_only: the population-weighted mean, without limits, for the publisher gives none.
    area_type: the type of areas that are grouped; practices and networks on request alone. Where up to a fifth of the areas are modelled
    they are left out. deprivation: the newest index whose areas have the indicator where none is given; for parts of IMD its income domain.
    `published`: the deciles that the source itself gives, also where nothing is asked and no index reaches the indicator; the only ones of
    protected counts.
    Raises InputError, UnknownArea, InvalidPeriod, UnknownStratum, listing what would be valid.
    """
    area = asked.get("area") or ENGLAND
    offered = _offered(release, indicator, asked.get("area_type"))
    deprivation = asked.get("deprivation")
    name = _newest(indicator, offered) if deprivation is None else _checked(indicator, offered, deprivation)
    if name == PUBLISHED:
        return get_published_deciles(release, indicator, area=area, period=asked.get("period"), stratum=asked.get("stratum"))
    deciles = offered[name]
    part = _choose_slice(indicator, deciles, asked.get("period"), asked.get("stratum"))
    version, domain, _ = INDEXES[name]
    own = deciles[part.geography]
    values = {
        "release": release.id,
        "indicator": part.indicator_id,
        "geography": part.geography.id,
        "period": part.period_id,
        "stratum": part.stratum_id,
        "index_version": version,
        "domain": domain,
        "decile_indicator": own.decile_indicator,
        "score_indicator": own.score_indicator,
        "decile_period": own.period,
        "decile_stratum": own.stratum,
        "parents": _parents(area, part.geography),
        "counties": GEOGRAPHIES["utla23"].id,
        "one_by_one": part.geography.slug in _DISTRICTS,
        "observed_only": False,
    }
    units = [UnitRow(**row) for row in read("queries/inequality", values)]
    left_out = sum(unit.areas - unit.observed for unit in units)
    if 0 < left_out <= FEW_MODELLED * sum(unit.areas for unit in units):
        units = [UnitRow(**row) for row in read("queries/inequality", {**values, "observed_only": True})]
    else:
        left_out = 0
    groups, has_repeated = group_by_decile(units, indicator.definition)
    is_modelled = any(unit.is_modelled for unit in units)
    facts = SliceFacts.of(indicator.definition, area_type=part.geography.area_type, is_modelled=is_modelled, index_domain=domain)
    said = _method(indicator, part.geography, name, is_modelled=is_modelled, has_repeated=has_repeated)
    if left_out:
        said += f" {left_out} areas whose figures are modelled are left out."
    return InequalityInfo(
        indicator=indicator.slug,
        period=part.period,
        stratum=part.stratum,
        area=area,
        deprivation=name,
        geography=part.geography,
        basis="modelled" if is_modelled else "observed",
        method=said,
        reason=None if units else "out_of_scope",
        groups=groups,
        steepness=measure_steepness(groups, indicator.definition, facts),
    )


def get_inequality_series(release: ReleaseInfo, indicator: IndicatorInfo, shown: InequalityInfo) -> tuple[InequalityInfo, ...]:
    """The one shown, for every period of its set of areas, the oldest first; of quarters those like the newest (their windows overlap)."""
    is_published = shown.deprivation == PUBLISHED
    parts = [part for part in indicator.slices if part.geography == shown.geography]
    periods = dict.fromkeys(part.period for part in parts if (decile_of(part.stratum) if is_published else part.stratum == shown.stratum))
    asked = Asked(deprivation=shown.deprivation, area=shown.area, stratum=shown.stratum, area_type=shown.geography.area_type)

    def then(period: str) -> InequalityInfo:
        return get_inequality(release, indicator, **Asked(**asked, period=period))

    return tuple(then(period) for period in like_periods(tuple(periods), is_overlapping=windows_overlap(indicator.definition)))


def list_indexes(release: ReleaseInfo, indicator: IndicatorInfo, area_type: str | None = None) -> tuple[str, ...]:
    """The values of `deprivation` that an indicator can be put against: the newest index first, whole before domain."""
    return () if _is_index(indicator) else _names(indicator, _offered(release, indicator, area_type))


def _is_index(indicator: IndicatorInfo) -> bool:
    return indicator.slug.startswith("imd-")


def _names(indicator: IndicatorInfo, offered: dict[str, dict[Geography, Deciles]]) -> tuple[str, ...]:
    """Indexes with some set of areas in common, then deciles of the source's own; a part of the IMD leaves out the whole.

    Of protected counts the source's own alone, as far as any is shown.
    """
    if must_be_published(indicator):
        return (PUBLISHED,) if has_some_decile(indicator) else ()
    allowed = [name for name, (_, domain, _) in INDEXES.items() if domain != "imd" or not indicator.definition.get("part_of_imd")]
    common = (name for name in sorted(allowed, key=lambda name: (-int(name[3:7]), name)) if offered[name])
    return (*common, *([PUBLISHED] if has_published_deciles(indicator) else []))


def _checked(indicator: IndicatorInfo, offered: dict[str, dict[Geography, Deciles]], wanted: str) -> str:
    """The index wanted. Raises InputError where it is none, has nothing in common with the indicator, or contains it."""
    if wanted not in DEPRIVATIONS:
        raise InputError("There is no such index of deprivation.", parameter="deprivation", found=wanted, valid=DEPRIVATIONS)
    if wanted in _names(indicator, offered):
        return wanted
    message = "No set of areas has both the indicator and deciles of this index."
    if indicator.definition.get("part_of_imd") and wanted in INDEXES and INDEXES[wanted][1] == "imd":
        message = "This indicator is a part of the IMD's health domain: it can be put against the income domain only."
    if PUBLISHED in _names(indicator, offered) and must_be_published(indicator):
        message = "Counts are protected, and sums over areas would leave out what is withheld: ask for the people of each decile."
    raise InputError(message, parameter="deprivation", found=wanted, valid=_names(indicator, offered))


def _newest(indicator: IndicatorInfo, offered: dict[str, dict[Geography, Deciles]]) -> str:
    """The index of whatever reaches the finest areas; of two, that in which the figures were observed; of two, the newer."""
    names = _names(indicator, offered)
    if not names:
        message = "No set of areas has both the indicator and deciles of an index of deprivation."
        raise InputError(message, parameter="indicator", found=indicator.slug)
    if names == (PUBLISHED,):
        return PUBLISHED
    basis = {available.geography: available.basis for available in indicator.available}

    def standing(name: str) -> tuple[int, bool]:
        finest = next(iter(offered[name]))
        return AREA_TYPES.index(finest.area_type), basis[finest] == "modelled"

    return min((name for name in names if name != PUBLISHED), key=standing)


def _offered(release: ReleaseInfo, indicator: IndicatorInfo, area_type: str | None = None) -> dict[str, dict[Geography, Deciles]]:
    """For each index the sets of areas with both the indicator and deciles, finest first, and where the deciles stand.

    The published table comes first, then what the release computed for larger areas. Raises InputError for an index itself.
    """
    if _is_index(indicator):
        raise InputError("An index of deprivation is not put against itself.", parameter="indicator", found=indicator.slug)
    available = {found.geography for found in indicator.available}
    candidates = [GEOGRAPHIES[slug] for slug in _FINEST_FIRST if GEOGRAPHIES[slug] in available and _is_asked(GEOGRAPHIES[slug], area_type)]
    rows = read("queries/deprivation_sets", {"geographies": [g.id for g in candidates]})
    published = {(BY_ID[row["geography_id"]], row["index_version"], row["domain"]) for row in rows}
    offered = {}
    for name, (version, domain, _) in INDEXES.items():
        found = {g: Deciles() for g in candidates if (g, version, domain) in published}
        if domain == "imd" and len(found) < len(candidates):
            found = {**_deciles_of_release(release, version), **found}
        offered[name] = {g: found[g] for g in candidates if g in found}
    return offered


def _is_asked(geography: Geography, area_type: str | None) -> bool:
    """Whether the set is of this type; of no type in particular, whether its areas are places."""
    return geography.area_type == area_type if area_type else not geography.is_point


def _deciles_of_release(release: ReleaseInfo, version: str) -> dict[Geography, Deciles]:
    """Deciles of larger areas among themselves, which a release computes from their neighbourhoods; none where it holds none."""
    name = f"imd-{version[3:]}"
    held = {indicator.slug: indicator for indicator in find_indicators(release, (f"{name}-decile", name))}
    if f"{name}-decile" not in held:
        return {}
    score_id = held[name].id if name in held else None
    return {
        available.geography: Deciles(
            available.slices[0].indicator_id, score_id, available.slices[0].period_id, available.slices[0].stratum_id
        )
        for available in held[f"{name}-decile"].available
        if available.geography.slug not in _NEIGHBOURHOODS
    }


def _choose_slice(indicator: IndicatorInfo, deciles: dict[Geography, Deciles], period: str | None, stratum: str | None) -> Slice:
    """The period asked for, or the latest, at the finest areas that have it."""
    slices = [part for part in indicator.slices if part.geography in deciles]
    strata = tuple(dict.fromkeys(part.stratum for part in slices))
    wanted = stratum or (EVERYBODY if EVERYBODY in strata else "")
    if wanted not in strata:
        raise UnknownStratum("Say which stratum is meant.", parameter="stratum", found=wanted, valid=strata)
    slices = [part for part in slices if part.stratum == wanted]
    # The finest areas stand first, so that their newest period is the default.
    slices.sort(key=lambda part: _FINEST_FIRST.index(part.geography.slug))
    chosen = choose_period(tuple(dict.fromkeys(part.period for part in slices)), period)
    return next(part for part in slices if part.period == chosen)


def _parents(area: str, geography: Geography) -> list[int] | None:
    """Keys of the area in each vintage, None for England. Raises UnknownArea where nothing of this set lies in it."""
    if area == ENGLAND:
        return None
    parents = [found.id for found in find_areas(area, parameter="area")]
    if not read("queries/has_children", {"parents": parents, "geography": geography.id})[0]["has_children"]:
        message = f"No {geography.title} lie in {area}: choose a larger area."
        raise UnknownArea(message, parameter="area", found=area, valid=(ENGLAND,))
    return parents


def _method(indicator: IndicatorInfo, geography: Geography, index: str, *, is_modelled: bool, has_repeated: bool) -> str:
    """How the groups were made, in plain sentences."""
    title, areas = INDEXES[index][2], geography.title if geography.title[1].isupper() else geography.title[0].lower() + geography.title[1:]
    if geography.slug in _NEIGHBOURHOODS:
        said = [f"Groups are of {areas}, by their published decile of {title}; decile 1 is the most deprived tenth of neighbourhoods."]
    else:
        said = [f"Deciles are of {areas}, by {title}, and not of neighbourhoods; decile 1 is the most deprived tenth of them."]
    if indicator.is_ratio_only:
        said.append("The publisher gives no counts: a group's value is the population-weighted mean of its areas, without limits.")
    else:
        said.append("A group's value is the sum of numerators over the sum of denominators of its areas that have both.")
    if is_modelled:
        said.append("Figures of these areas are modelled; limits are left out, for the error of the estimate is not known.")
    if is_modelled and geography.slug in _NEIGHBOURHOODS and indicator.definition.get("setting") == "gp":
        said.append(
            "They are coverage of the practices that residents use: differences inside a practice cannot be seen,"
            " and the true gradient may be up to about twice as steep."
        )
    if has_repeated:
        said.append(
            "A value that all districts of a county share counts once, in the decile of the district nearest to the county's score."
        )
    return " ".join(said)
