"""Which neighbourhood lies in which larger area, by the published look-ups, and how many people live there.

One frame for the LSOAs of 2011 and one for those of 2021: the index is the LSOA's code, a column a larger geography's code (null
where no look-up says), and `population` its residents: mid-2020 for 2011, Census 2021 for 2021.
"""

from dataclasses import dataclass

import pandas as pd

from geo.codes import ENGLAND
from geo.releases.areas_inputs import Staged

# Larger geographies in order from small to large: an area is linked to every later one in its own frame.
PARENTS = {
    "lsoa11": ("msoa11", "lad21", "rgn23", "ctry23"),
    "lsoa21": ("msoa21", "ward24", "lad24", "utla23", "rgn23", "sicbl23", "icb23", "icb26", "nhser24", "ctry23"),
}
POPULATION_YEAR = {"lsoa11": 2020, "lsoa21": 2021}

# An LSOA lies in these by its publisher's rule of best fit, for their boundaries do not follow LSOAs.
BEST_FIT = frozenset({"ward24"})


@dataclass(frozen=True)
class Membership:
    """frames: `lsoa11` and `lsoa21` to the frame of their LSOAs, as the module says."""

    frames: dict[str, pd.DataFrame]

    def children(self, geography: str) -> tuple[str, pd.Series] | None:
        """The LSOAs' geography and, by LSOA code, the code of this larger geography; None where no LSOA leads there."""
        for lsoa, frame in reversed(self.frames.items()):
            if geography in frame and frame[geography].notna().any():
                return lsoa, frame[geography]
        return None

    def population(self, geography: str) -> tuple[pd.Series, int] | None:
        """Residents by area code, and their year: sums of LSOAs; null where a part is unknown; None where nothing is known."""
        if geography in self.frames:
            return self.frames[geography]["population"], POPULATION_YEAR[geography]
        found = self.children(geography)
        if found is None:
            return None
        lsoa, parents = found
        people = self.frames[lsoa]["population"]
        sums = people.groupby(parents).sum(min_count=1)
        return sums.where(people.isna().groupby(parents).sum() == 0), POPULATION_YEAR[lsoa]


def read_membership(staged: Staged) -> Membership:
    """Both frames, from staging."""
    return Membership({"lsoa11": _of_2011(staged), "lsoa21": _of_2021(staged)})


def nhs_region_of_boards(staged: Staged) -> pd.Series:
    """Code of the NHS England region of 2024 by a board's ODS code, which outlives changes of its GSS code.

    The practices' mapping has the regions' codes of 2022; two changed since, their names did not, so regions are met by name.
    """
    names = staged.pairs("practice_pcn_2024", "icb22_ods_code", "nhser22_name")
    codes = staged.pairs("nhser24_boundaries", "name", "code")
    return names.map(codes) if len(codes) else staged.pairs("practice_pcn_2024", "icb22_ods_code", "nhser22_code")


def _of_2011(staged: Staged) -> pd.DataFrame:
    msoa = staged.pairs("lsoa11_msoa11", "lsoa11_code", "msoa11_code")
    lad = staged.pairs("lsoa11_ccg21_stp21_lad21", "lsoa11_code", "lad21_code")
    people = staged.pairs("mid2020_population", "lsoa11_code", "total_population")
    names = staged.first([("lsoa11_boundaries", "code", "name")])
    frame = pd.DataFrame(index=_codes(names, msoa, lad))
    frame["msoa11"] = frame.index.map(msoa)
    frame["lad21"] = frame.index.map(lad)
    frame["rgn23"] = frame["lad21"].map(staged.pairs("lad21_rgn21", "lad21_code", "rgn21_code"))
    frame["ctry23"] = ENGLAND
    frame["population"] = frame.index.map(people).astype(float)
    return frame


def _of_2021(staged: Staged) -> pd.DataFrame:
    msoa = staged.pairs("lsoa21_msoa21", "lsoa21_code", "msoa21_code")
    lad = _districts_2024(staged)
    sicbl = staged.pairs("lsoa21_icb24", "lsoa21_code", "sicbl24_code")
    names = staged.first([("lsoa21_boundaries", "code", "name")])
    frame = pd.DataFrame(index=_codes(names, msoa, lad, sicbl))
    frame["msoa21"] = frame.index.map(msoa)
    frame["ward24"] = frame.index.map(staged.pairs("lsoa21_ward24_lad24", "lsoa21_code", "ward24_code"))
    frame["lad24"] = frame.index.map(lad)
    frame["utla23"] = frame["lad24"].map(staged.pairs("lad23_utla23", "lad23_code", "utla23_code"))
    frame["rgn23"] = frame["lad24"].map(staged.pairs("lad24_rgn24", "lad24_code", "rgn24_code"))
    frame["sicbl23"] = frame.index.map(sicbl)
    frame["icb23"] = frame.index.map(staged.pairs("lsoa21_icb24", "lsoa21_code", "icb24_code"))
    frame["icb26"] = frame.index.map(staged.pairs("lsoa21_icb26", "lsoa21_code", "icb26_code"))
    board = frame.index.map(staged.pairs("lsoa21_icb24", "lsoa21_code", "icb24_ods_code"))
    frame["nhser24"] = pd.Series(board, index=frame.index, dtype=object).map(nhs_region_of_boards(staged))
    frame["ctry23"] = ENGLAND
    people = staged.pairs("census2021_age_lsoa21", "lsoa21_code", "total")
    frame["population"] = frame.index.map(people).astype(float)
    return frame


def _districts_2024(staged: Staged) -> pd.Series:
    """District of 2024 by LSOA: that of 2022 where it still is one, else that of the ward which fits best.

    LSOAs lie whole in districts, but the ward that fits one best may lie across the border: E01027305 of West Northamptonshire is given a
    ward of Cherwell, against its shape, its centroid, its integrated care board and the look-up of 2022. It is the only one.
    """
    by_ward = staged.pairs("lsoa21_ward24_lad24", "lsoa21_code", "lad24_code")
    in_2022 = staged.pairs("lsoa11_lsoa21_lad22", "lsoa21_code", "lad22_code")
    return in_2022[in_2022.isin(by_ward)].reindex(by_ward.index).combine_first(by_ward)


def _codes(*sources: pd.Series) -> pd.Index:
    """All English LSOA codes that any of these knows, in order."""
    codes = sorted(set().union(*(source.index for source in sources)))
    return pd.Index([code for code in codes if code.startswith("E01")], dtype=object)
