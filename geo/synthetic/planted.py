"""The truths that a world is planted with: where, for whom and how strongly. A world without any is a null world.

They are the cases of the article that asked for this service; none of them says anything about the real places. Everything here is a
function of the specification alone, and goes to the sealed answers, never to the extracts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.synthetic.country import Country
from geo.synthetic.streams import uniform

Flags = NDArray[np.bool_]
Factors = NDArray[np.float64]

# So many neighbourhoods share the planted cluster of asthma: about 5,700 children, in whom 10 admissions a year are usual.
CLUSTER = 15
# The cluster begins in a neighbourhood of these deciles, where such clusters are met.
_DEPRIVED = 3
# Recording gap: shares without any recorded ethnicity, of people with and without high blood pressure or cardiovascular disease. They are
# such that the raised risk (the story's factor) all but vanishes among those whose ethnicity is recorded: 1.6 x 0.50 / 0.90 = 0.9.
UNRECORDED_AT_RISK, UNRECORDED = 0.50, 0.10


@dataclass(frozen=True)
class Story:
    """One planted truth. districts: by system, its districts by name, those a small world takes first in front.

    factor: what the rate or probability of the named things is multiplied by for the group in the areas. level: the geography on which
    the counts carry it. group: who, in words of the extracts.
    """

    name: str
    title: str
    districts: Mapping[str, Sequence[str]]
    level: str
    group: Mapping[str, object]
    factor: Mapping[str, float]


_WEST_YORKSHIRE = ("Calderdale", "Bradford", "Kirklees", "Leeds", "Wakefield")
EASTERN_EUROPEAN = ("Polish", "Romanian", "Roma", "Lithuanian", "Slovak")

STORIES = {
    story.name: story
    for story in (
        Story("asthma", "Children's emergency admissions for asthma, concentrated in some neighbourhoods of Newcastle",
              {"nenc": ("Newcastle upon Tyne",)}, "lsoa21", {"age": "under 19"}, {"asthma_admissions": 3.0}),
        Story("screening", "Low breast and bowel screening uptake in eastern Haringey",
              {"ncl": ("Haringey",)}, "lsoa21", {}, {"breast_uptake": 0.6, "bowel_uptake": 0.6}),
        Story("smi", "Few physical health checks of people with severe mental illness in Oldham and Rochdale",
              {"gm": ("Rochdale", "Oldham")}, "lad24", {"register": "SMI"}, {"smi_checks": 0.6}),
        Story("ethnicity", "Gaps in recorded ethnicity hide cardiovascular risk in South Asian communities of Birmingham and Solihull",
              {"bsol": ("Solihull", "Birmingham")}, "lad24", {"ethnic_category": ["H", "J", "K"]}, {"cardiovascular_risk": 1.6}),
        Story("communities", "Low vaccination in Pakistani and Eastern European communities of West Yorkshire",
              {"wy": _WEST_YORKSHIRE}, "icb26", {"ethnic_category": ["J"], "ethnic_detail": list(EASTERN_EUROPEAN)},
              {"childhood_vaccination": 0.75, "flu_vaccination": 0.75}),
        Story("immunisation", "Low MMR and flu vaccination in Kent, Leicester and Bristol",
              {"km": ("Thanet", "Swale"), "llr": ("Leicester",), "bnssg": ("Bristol, City of",)}, "lad24", {},
              {"mmr": 0.88, "flu_vaccination": 0.75}),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """What is planted in each neighbourhood of a world: factors (1 = nothing) and flags, shape (n,); areas by story, as codes."""

    asthma: Factors
    breast: Factors
    bowel: Factors
    smi_checks: Factors
    mmr: Factors
    flu: Factors
    has_recording_gap: Flags
    has_reluctant_communities: Flags
    areas: Mapping[str, tuple[str, ...]]


def plant(country: Country, stories: Sequence[str], *, seed: int) -> Planted:
    """Put these stories into the neighbourhoods of a world; a story of a system that the world does not hold leaves no trace."""
    where = {name: _whereabouts(STORIES[name], country, seed) if name in stories else np.zeros(len(country), bool) for name in STORIES}

    def factor(story: str, what: str) -> Factors:
        return np.where(where[story], STORIES[story].factor[what], 1.0)

    return Planted(
        asthma=factor("asthma", "asthma_admissions"),
        breast=factor("screening", "breast_uptake"),
        bowel=factor("screening", "bowel_uptake"),
        smi_checks=factor("smi", "smi_checks"),
        mmr=factor("immunisation", "mmr"),
        flu=factor("immunisation", "flu_vaccination"),
        has_recording_gap=where["ethnicity"],
        has_reluctant_communities=where["communities"],
        areas={name: _areas(country, STORIES[name].level, places) for name, places in where.items() if places.any()},
    )


def story_districts(system: str, stories: Sequence[str] = tuple(STORIES)) -> list[str]:
    """Names of the districts that stories of a system play in, in the order in which a world takes them."""
    names = [name for story in stories for name in STORIES[story].districts.get(system, ())]
    return list(dict.fromkeys(names))


def stories_of(districts: Mapping[str, str], stories: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Which of the planted stories play in these districts (code to name): their titles and the codes of their districts, by story.

    This much is told to everyone. The neighbourhoods, and how strong anything is, stay in the sealed answers.
    """
    found = {}
    for name in stories:
        names = {each for of_system in STORIES[name].districts.values() for each in of_system}
        codes = sorted(code for code, district in districts.items() if district in names)
        if codes:
            found[name] = {"title": STORIES[name].title, "districts": codes}
    return found


def _whereabouts(story: Story, country: Country, seed: int) -> Flags:
    """The neighbourhoods of a story."""
    inside = np.zeros(len(country), dtype=bool)
    for system, names in story.districts.items():
        inside |= (country.system == system) & np.isin(country.lad_name, names)
    if not inside.any():
        return inside
    if story.name == "asthma":
        return _cluster(country, inside, seed)
    if story.name == "screening":
        return inside & (country.x > np.median(country.x[inside]))
    return inside


def _cluster(country: Country, inside: Flags, seed: int) -> Flags:
    """The neighbourhoods nearest to one of the deprived ones, itself included; the seed says to which."""
    deprived = np.flatnonzero(inside & (country.decile <= _DEPRIVED))
    centres = deprived if len(deprived) else np.flatnonzero(inside)
    centre = centres[int(uniform(seed, "planted/asthma centre", [0])[0] * len(centres))]
    distance = np.hypot(country.x - country.x[centre], country.y - country.y[centre])
    found = np.zeros(len(country), dtype=bool)
    found[np.argsort(np.where(inside, distance, np.inf), kind="stable")[: min(CLUSTER, int(inside.sum()))]] = True
    return found


def _areas(country: Country, level: str, places: Flags) -> tuple[str, ...]:
    """Codes of the areas of a level that hold these neighbourhoods."""
    return tuple(sorted(set(getattr(country, level)[places])))
