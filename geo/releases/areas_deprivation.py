"""Deprivation of areas: published for neighbourhoods and some larger areas, population-weighted means for the others.

The mean score of a larger area is its neighbourhoods' scores weighted by the people on whom the index was made (mid-2015 for 2019)
or by Census 2021 residents (2025), the rule by which the publisher makes its own summaries. Deciles of larger areas are ours: tenths of
the areas of one geography among themselves, 1 = most deprived.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.releases.areas_inputs import Staged
from geo.releases.areas_membership import Membership
from geo.releases.areas_practices import patients, practice_networks
from geo.releases.areas_store import AreaIds

_SUMMARY_DOMAINS = ("imd", "income", "employment", "education", "health", "crime", "barriers", "environment")
_SUB_DOMAINS = ("children_young", "adult_skills", "geographical_barriers", "wider_barriers", "indoors", "outdoors")
DOMAINS = {
    "imd2019": (*_SUMMARY_DOMAINS, "idaci", "idaopi", *_SUB_DOMAINS),
    "imd2025": (*_SUMMARY_DOMAINS, *_SUB_DOMAINS),
}
_NEIGHBOURHOODS = {"imd2019": "lsoa11", "imd2025": "lsoa21"}
_LARGER = {
    "imd2019": ("msoa11", "lad21"),
    "imd2025": ("msoa21", "lad24", "utla23", "sicbl23", "icb23", "icb26", "nhser24", "rgn23"),
}
# Published mean scores of larger areas: index version, geography -> table, code, columns of domain scores.
PUBLISHED_MEANS = {
    ("imd2019", "lad21"): ("imd2019_lad19", "lad19_code", "{}_score"),
    ("imd2025", "lad24"): ("imd2025_lad24", "lad24_code", "{}_average_score"),
    ("imd2025", "icb23"): ("imd2025_icb24", "icb24_code", "{}_average_score"),
}


@dataclass(frozen=True)
class Deprived:
    """One domain of one index for areas of one geography. codes, score, rank, decile: shape (n,); NaN = not published."""

    geography: str
    index_version: str
    domain: str
    codes: np.ndarray
    score: np.ndarray
    rank: np.ndarray
    decile: np.ndarray


def make_deprivation(staged: Staged, membership: Membership) -> Iterator[Deprived]:
    """All domains of both indices for neighbourhoods, and the main domains for larger areas."""
    for version, lsoa in _NEIGHBOURHOODS.items():
        domains = DOMAINS[version]
        columns = [f"{domain}_{part}" for domain in domains for part in ("score", "rank", "decile")]
        frame = staged.table(f"{version}_{lsoa}", f"{lsoa}_code", *columns)
        for domain in domains if len(frame) else ():
            values = [frame[f"{domain}_{part}"].to_numpy(dtype=float) for part in ("score", "rank", "decile")]
            yield Deprived(lsoa, version, domain, frame[f"{lsoa}_code"].to_numpy(dtype=object), *values)
        for larger in _LARGER[version] if len(frame) else ():
            yield from _of_larger(staged, membership, frame.set_index(f"{lsoa}_code"), version, larger)
    yield from _of_practices(staged)


def _of_practices(staged: Staged) -> Iterator[Deprived]:
    """IMD 2019 of practices as published (the mean of where their patients live), and of networks as the mean of theirs by patients."""
    table = staged.table("imd2019_practice", "area_code", "area_type", "value")
    scores = table[table["area_type"] == "GP"].drop_duplicates("area_code").set_index("area_code")["value"].astype(float).sort_index()
    if scores.empty:
        return
    yield Deprived(
        "practice24", "imd2019", "imd", scores.index.to_numpy(dtype=object), scores.to_numpy(), *ranks_and_tenths(scores.to_numpy())
    )
    weight = patients(staged).reindex(scores.index).astype(float).where(scores.notna())
    network = practice_networks(staged).reindex(scores.index)
    means = (scores * weight).groupby(network).sum(min_count=1) / weight.groupby(network).sum(min_count=1)
    yield Deprived("pcn24", "imd2019", "imd", means.index.to_numpy(dtype=object), means.to_numpy(), *ranks_and_tenths(means.to_numpy()))


def deprivation_columns(parts: list[Deprived], ids: AreaIds) -> dict[str, np.ndarray]:
    """The columns of the table of deprivation; areas that are not there are left out."""
    frames = [
        pd.DataFrame(
            {
                "area_id": ids.of(part.geography, part.codes),
                "index_version": part.index_version,
                "domain": part.domain,
                "score": part.score,
                "rank": part.rank,
                "decile": part.decile,
            }
        ).dropna(subset=["area_id"])
        for part in parts
    ]
    columns = ("area_id", "index_version", "domain", "score", "rank", "decile")
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({column: [] for column in columns})
    numbers = {column: whole[column].to_numpy(dtype=float) for column in ("score", "rank", "decile")}
    words = {column: whole[column].to_numpy(dtype=object) for column in ("index_version", "domain")}
    return {"area_id": whole["area_id"].to_numpy(dtype="int64"), **words, **numbers}


def ranks_and_tenths(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank (1 = highest score = most deprived, ties by order) and tenth (1 = most deprived) among these areas; NaN stays NaN."""
    rank, tenth = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    known = np.flatnonzero(~np.isnan(scores))
    order = known[np.argsort(-scores[known], kind="stable")]
    rank[order] = np.arange(1, len(order) + 1)
    tenth[order] = np.floor(np.arange(len(order)) * 10 / max(len(order), 1)) + 1
    return rank, tenth


def _of_larger(staged: Staged, membership: Membership, frame: pd.DataFrame, version: str, larger: str) -> Iterator[Deprived]:
    """The main domains for one larger geography: the published mean score where there is one, else the weighted mean."""
    lsoa = _NEIGHBOURHOODS[version]
    members = membership.frames[lsoa]
    parents = members[larger].reindex(frame.index)
    if parents.isna().all():
        return
    weight = _weights(staged, members, version).reindex(frame.index)
    table = PUBLISHED_MEANS.get((version, larger))
    columns = [table[2].format(domain) for domain in _SUMMARY_DOMAINS] if table else []
    given = staged.table(table[0], table[1], *columns).set_index(table[1]) if table else pd.DataFrame()
    for domain in _SUMMARY_DOMAINS:
        score = frame[f"{domain}_score"].astype(float)
        means = (score * weight).groupby(parents).sum(min_count=1) / weight.where(score.notna()).groupby(parents).sum()
        if len(given):
            published = given[table[2].format(domain)].astype(float).reindex(means.index)  # type: ignore[index]
            means = published.where(published.notna(), means)
        values = means.to_numpy(dtype=float)
        rank, tenth = ranks_and_tenths(values)
        yield Deprived(larger, version, domain, means.index.to_numpy(dtype=object), values, rank, tenth)


def _weights(staged: Staged, members: pd.DataFrame, version: str) -> pd.Series:
    """People by LSOA: those of the index's own year where its file has them."""
    if version == "imd2019":
        own = staged.pairs("imd2019_lsoa11", "lsoa11_code", "population_2015").astype(float)
        return own if len(own) else members["population"]
    return members["population"]
