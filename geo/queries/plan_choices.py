"""What a plan can be asked for: programmes, systems of which a release tells need, kinds of candidates, objectives, ways to minutes."""

from dataclasses import dataclass

from geo.codes import BY_ID, GEOGRAPHIES
from geo.errors import RefusedClaim
from geo.planning.requests import AREAS_OF_SEARCH, BASES, KINDS, OBJECTIVES, PROGRAMMES, PlanRequest
from geo.queries.candidates import count_stored
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, find_indicators
from geo.queries.observations import EVERYBODY
from geo.queries.reading import read
from geo.queries.travel import ProviderInfo, list_providers

_TITLES = {"breast": "Breast screening", "lung": "Lung cancer screening", "cervical": "Cervical screening", "bowel": "Bowel screening"}
_WORDS = {
    "breast": "By van: women invited by practice, every three years.",
    "lung": "By van: people of 55 to 74 who have smoked.",
    "cervical": "In clinics: outreach for those who have not come.",
    "bowel": "By kit to each home.",
}
_KINDS = {
    "practices": ("GP practices", "Practices with patients in the area."),
    "hospitals": ("Hospitals", "NHS and private hospitals."),
    "diagnostic_centres": ("Community diagnostic centres", "As of October 2025."),
    "schools": ("Schools", "Open schools and colleges; for evenings and holidays."),
    "given": ("Places of your own", "Named places with their coordinates."),
    "search": ("Areas of search", "The middle of each postcode sector: where to look for a site, not a site."),
    "search_cells": (
        "Areas of search, by hexagon",
        "The middle of the postcodes in each hexagon of the map: where to look for a site, not a site.",
    ),
}
_OBJECTIVES = {
    "median": ("Least travel", "The least minutes for everybody together."),
    "cover": ("Most people within reach", "As many people as possible within the minutes."),
    "cover_all": ("Everybody within reach", "The fewest stops that bring everybody within the minutes."),
    "centre": ("Shortest longest way", "Nobody has further than need be."),
    "attendance": ("Most who come", "Fewer come from further away, and fewer yet where people are poorer."),
}
# What tells who needs a programme, the first that a release has.
_SURFACES = {
    programme: (f"linked-{programme}-need-invited", *(("cervical-coverage-25-49",) if programme == "cervical" else ()))
    for programme in PROGRAMMES
}
_DISTRICTS, _NEIGHBOURHOODS = GEOGRAPHIES["lad24"], GEOGRAPHIES["lsoa21"]
_FINEST = ("lsoa21", "lsoa11", "msoa21")


@dataclass(frozen=True)
class Surface:
    """Published figures that show where need is: one slice of one indicator."""

    indicator: str
    period: str
    stratum: str
    geography: str


@dataclass(frozen=True)
class ProgrammeChoice:
    """A programme. surface: what shows its need, None where the release has nothing; refused: why it has no stops, or no figures here."""

    programme: str
    title: str
    words: str
    bases: tuple[str, ...]
    surface: Surface | None
    refused: str | None


@dataclass(frozen=True)
class SystemChoice:
    """An area that can be planned for. share: of its neighbourhoods that figures cover. bounds: west, south, east, north in degrees."""

    code: str
    name: str
    area_type: str
    vintage: int
    share: float
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class NamedChoice:
    """One of a few. sites: how many there are in England, None where that is not asked."""

    key: str
    title: str
    words: str
    sites: int | None = None


@dataclass(frozen=True)
class Choices:
    """Everything that can be asked for."""

    programmes: tuple[ProgrammeChoice, ...]
    systems: tuple[SystemChoice, ...]
    candidates: tuple[NamedChoice, ...]
    objectives: tuple[NamedChoice, ...]
    providers: tuple[ProviderInfo, ...]


def list_choices(release: ReleaseInfo) -> Choices:
    """What a plan of this release can be asked for."""
    slugs = tuple(slug for surfaces in _SURFACES.values() for slug in surfaces)
    found = {one.slug: one for one in find_indicators(release, slugs)}
    stored = {kind: count_stored(kind) for kind in KINDS if kind not in ("given", "practices", *AREAS_OF_SEARCH)}
    return Choices(
        programmes=tuple(_programme(name, found) for name in PROGRAMMES),
        systems=_systems(release, [one.id for one in found.values()]),
        candidates=tuple(NamedChoice(kind, *_KINDS[kind], stored.get(kind)) for kind in KINDS),
        objectives=tuple(NamedChoice(name, *_OBJECTIVES[name]) for name in OBJECTIVES),
        providers=tuple(list_providers()),
    )


def _programme(name: str, found: dict[str, IndicatorInfo]) -> ProgrammeChoice:
    surface = next((_surface(found[slug]) for slug in _SURFACES[name] if slug in found), None)
    refused = None if surface else "This release tells nothing of who needs it."
    try:
        PlanRequest.from_json({"programme": name, "area": "E92000001", "stops": 1})
    except RefusedClaim as claim:
        refused = str(claim)
    return ProgrammeChoice(name, _TITLES[name], _WORDS[name], BASES, surface, refused)


def _surface(indicator: IndicatorInfo) -> Surface | None:
    """The newest period, by the finest areas of which at least half have a figure."""
    everybody = [part for part in indicator.slices if part.stratum == EVERYBODY]
    newest = max((part.period for part in everybody if part.values), default="")
    for geography in _FINEST:
        for part in everybody:
            if (part.geography.slug, part.period) == (geography, newest) and part.values >= part.areas / 2:
                return Surface(indicator.slug, newest, EVERYBODY, geography)
    return None


def _systems(release: ReleaseInfo, indicators: list[int]) -> tuple[SystemChoice, ...]:
    values = {
        "release": release.id,
        "indicators": indicators,
        "districts": _DISTRICTS.id,
        "neighbourhoods": _NEIGHBOURHOODS.id,
        "geographies": [GEOGRAPHIES[slug].id for slug in ("icb26", "icb23", "lad24")],
    }
    return tuple(
        SystemChoice(
            row["code"],
            row["name"],
            BY_ID[row["geography_id"]].area_type,
            row["vintage"],
            row["share"],
            None if row["west"] is None else (row["west"], row["south"], row["east"], row["north"]),
        )
        for row in read("queries/plan_systems", values)
    )
