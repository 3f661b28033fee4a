"""How areas hang together: what lies in what, what counts to what, what became of what.

Larger areas lie in those that hold all of their people; an area that straddles is counted to the one that holds most of them
(best fit), and the method says how much that is. So each area has exactly one parent of each larger type.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.codes import ENGLAND
from geo.releases.areas_inputs import Staged
from geo.releases.areas_membership import BEST_FIT, PARENTS, Membership
from geo.releases.areas_practices import practice_codes, practice_commissioners, practice_networks
from geo.releases.areas_store import AreaIds

_LOOKUP = "published look-up"

# Larger areas, by the LSOAs through which they meet, and what each of them is linked to.
_LARGER = {
    "lsoa11": {"msoa11": ("lad21", "rgn23", "ctry23"), "lad21": ("rgn23", "ctry23")},
    "lsoa21": {
        "msoa21": ("lad24", "utla23", "rgn23", "sicbl23", "icb23", "icb26", "nhser24", "ctry23"),
        "ward24": ("lad24", "utla23", "rgn23", "sicbl23", "icb23", "icb26", "nhser24", "ctry23"),
        "lad24": ("utla23", "rgn23", "sicbl23", "icb23", "icb26", "nhser24", "ctry23"),
        "utla23": ("rgn23", "icb23", "icb26", "nhser24", "ctry23"),
        "sicbl23": ("icb23", "icb26", "nhser24", "ctry23"),
        "icb23": ("nhser24", "ctry23"),
        "icb26": ("nhser24", "ctry23"),
        "nhser24": ("ctry23",),
        "rgn23": ("ctry23",),
    },
}


@dataclass(frozen=True)
class Links:
    """Links of one kind between two geographies. child, parent: codes, shape (n,). share, method: one for all, or shape (n,)."""

    child_geography: str
    parent_geography: str
    child: Sequence[str] | np.ndarray | pd.Index
    parent: Sequence[str] | np.ndarray
    kind: str | np.ndarray = "within"
    share: float | np.ndarray = 1.0
    method: str | np.ndarray = _LOOKUP


def make_links(staged: Staged, membership: Membership) -> Iterator[Links]:
    """All links that the staged look-ups give."""
    for lsoa, parents in PARENTS.items():
        frame = membership.frames[lsoa]
        for parent in parents:
            known = frame[parent].dropna()
            yield Links(lsoa, parent, known.index, known.to_numpy(), "best_fit" if parent in BEST_FIT else "within")
        for area, holders in _LARGER[lsoa].items():
            yield from (_nested(frame, area, holder) for holder in holders)
    yield _conversion(staged, membership)
    yield _succession(staged, membership)
    yield from _of_practices(staged, membership)


def link_columns(links: Sequence[Links], ids: AreaIds) -> dict[str, np.ndarray]:
    """The columns of the table of links; links to areas that are not there are left out."""
    parts = []
    for link in links:
        size = len(link.child)
        parts.append(
            pd.DataFrame(
                {
                    "child_id": ids.of(link.child_geography, link.child),
                    "parent_id": ids.of(link.parent_geography, link.parent),
                    "kind": np.broadcast_to(np.asarray(link.kind, dtype=object), size),
                    "share": np.broadcast_to(np.asarray(link.share, dtype=float), size),
                    "method": np.broadcast_to(np.asarray(link.method, dtype=object), size),
                }
            ).dropna(subset=["child_id", "parent_id"])
        )
    whole = pd.concat(parts, ignore_index=True)
    return {
        "child_id": whole["child_id"].to_numpy(dtype="int64"),
        "parent_id": whole["parent_id"].to_numpy(dtype="int64"),
        "kind": whole["kind"].to_numpy(dtype=object),
        "share": whole["share"].to_numpy(dtype=float),
        "method": whole["method"].to_numpy(dtype=object),
    }


def shares_of_people(frame: pd.DataFrame, child: str, parent: str) -> pd.DataFrame:
    """Columns child, parent, share: how the residents of each child are spread over parents; LSOAs of unknown size weigh 1."""
    people = frame["population"].fillna(1.0).clip(lower=1.0)
    sums = people.groupby([frame[child], frame[parent]]).sum().reset_index(name="people")
    sums.columns = ["child", "parent", "people"]
    sums["share"] = sums["people"] / sums.groupby("child")["people"].transform("sum")
    return sums.drop(columns="people")


def _nested(frame: pd.DataFrame, child: str, parent: str, *, of: str = "residents", by: str = "LSOAs, by published look-ups") -> Links:
    """The parent with most of each child's people; within where that is all of them."""
    shares = shares_of_people(frame, child, parent).sort_values(["child", "share", "parent"], ascending=[True, False, True])
    best = shares.drop_duplicates("child")
    share = best["share"].to_numpy()
    whole = np.isclose(share, 1.0)
    partly = np.array([f"largest share of {of}, {100 * s:.1f} %" for s in share], dtype=object)
    method = np.where(whole, f"all of its {by}", partly)
    kind = np.where(whole, "within", "best_fit")
    return Links(child, parent, best["child"].to_numpy(), best["parent"].to_numpy(), kind, 1.0, method)


def _conversion(staged: Staged, membership: Membership) -> Links:
    """LSOA 2011 to 2021 by the Census 2021 residents of the children; irregular rows of the look-up say so."""
    rows = staged.table("lsoa11_lsoa21_lad22", "lsoa11_code", "lsoa21_code", "change")
    people = rows["lsoa21_code"].map(membership.frames["lsoa21"]["population"]).fillna(0.0).astype(float).clip(lower=1.0)
    share = (people / people.groupby(rows["lsoa11_code"]).transform("sum")).to_numpy(dtype=float)
    words = {
        "U": "unchanged, ONS look-up 2011 to 2021",
        "S": "split, by Census 2021 residents (TS007A)",
        "M": "merged, ONS look-up 2011 to 2021",
        "X": "irregular, by Census 2021 residents (TS007A)",
    }
    method = rows["change"].map(words).to_numpy(dtype=object)
    return Links("lsoa11", "lsoa21", rows["lsoa11_code"].to_numpy(), rows["lsoa21_code"].to_numpy(), "converts", share, method)


def _succession(staged: Staged, membership: Membership) -> Links:
    """Boards of 2023 to those of April 2026, by Census 2021 residents."""
    shares = shares_of_people(membership.frames["lsoa21"], "icb23", "icb26")
    rows = staged.table("icb_succession_2026", "icb24_code", "icb26_code", "type")
    kinds = {(old, new): kind for old, new, kind in rows.itertuples(index=False)}
    pairs = zip(shares["child"], shares["parent"], strict=True)
    words = [f"{kinds.get(pair, 'continues' if pair[0] == pair[1] else 'boundary change')}, 1 April 2026" for pair in pairs]
    method = np.array(words, dtype=object)
    return Links("icb23", "icb26", shares["child"].to_numpy(), shares["parent"].to_numpy(), "succeeds", shares["share"].to_numpy(), method)


def _of_practices(staged: Staged, membership: Membership) -> Iterator[Links]:
    """Practices to network, commissioners and England, networks likewise by most of their practices."""
    codes = practice_codes(staged)
    if not len(codes):
        return
    networks = practice_networks(staged)
    yield Links("practice24", "pcn24", networks.index, networks.to_numpy(), method="QOF mapping 2023/24")
    frame = pd.DataFrame(index=codes)
    frame["pcn24"] = frame.index.map(networks)
    locations = staged.pairs("lsoa21_icb24", "sicbl24_ods_code", "sicbl24_code")
    frame["sicbl23"] = frame.index.map(practice_commissioners(staged).map(locations))
    whole = membership.frames["lsoa21"].drop_duplicates("sicbl23").set_index("sicbl23")
    frame["icb23"] = frame["sicbl23"].map(whole["icb23"])
    frame["icb26"] = _new_boards(staged, membership, frame["sicbl23"])
    frame["ctry23"] = ENGLAND
    frame["population"] = 1.0
    for parent in ("sicbl23", "icb23", "icb26", "ctry23"):
        known = frame[parent].dropna()
        yield Links("practice24", parent, known.index, known.to_numpy(), method="commissioner by ODS code")
        yield _nested(frame[frame["pcn24"].notna()], "pcn24", parent, of="practices", by="practices, QOF mapping 2023/24")


def _new_boards(staged: Staged, membership: Membership, locations: pd.Series) -> pd.Series:
    """The board of April 2026: that of the sub-ICB location, and where it was divided, that of the practice's own neighbourhood."""
    lsoas = membership.frames["lsoa21"]
    spread = lsoas.groupby("sicbl23")["icb26"].nunique()
    boards = locations.map(lsoas.drop_duplicates("sicbl23").set_index("sicbl23")["icb26"])
    divided = locations.map(spread).fillna(0) > 1
    home = main_neighbourhoods(staged, locations.index[divided]).map(_best_child(staged)).map(lsoas["icb26"])
    return boards.mask(divided, pd.Series(home, index=home.index).reindex(locations.index))


def main_neighbourhoods(staged: Staged, practices: pd.Index) -> pd.Series:
    """By practice code the LSOA of 2011 in which most of its patients live; practices without a list are not there."""
    rows = staged.table("gp_registrations_2022", "practice_code", "lsoa11_code", "patients")
    rows = rows[rows["practice_code"].isin(practices)].sort_values(["patients", "lsoa11_code"], ascending=[False, True])
    top = rows.drop_duplicates("practice_code")
    return pd.Series(top["lsoa11_code"].to_numpy(), index=top["practice_code"].to_numpy(), dtype=object)


def _best_child(staged: Staged) -> pd.Series:
    """One LSOA of 2021 for each of 2011; where it was split any child serves, for all lie in the same board."""
    return staged.pairs("lsoa11_lsoa21_lad22", "lsoa11_code", "lsoa21_code")
