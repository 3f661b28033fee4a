"""Whether bounds on a group's rate hold where three people in ten have no known ethnic group: records against the sealed answers.

The worlds hold the planted gap, in which those at risk are recorded less often, besides what practices leave out: the unknown are not like
the others, as in life.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from geo.operations.synthesising import world_folder
from geo.statistics.ethnicity import WIDEST_SHOWN, masking_bounds
from geo.synthetic.worlds import Errors, WorldSpec
from geo.synthetic.writing import synthesise
from tools.evidence.planted.worlds import code_version, country_of, forget

# People without a known group, by practices and by refusal; with the planted gap three in ten in all.
UNRECORDED, NOT_STATED = 0.295, 0.03
ADULT = 18
# Shares of people in a wrong category: none, for what bounds promise, and as in life.
SHARES_WRONG = (0.0, 0.03)
# Rates are compared to so many digits: bounds that are reached hold.
_EXACT = 1e-12
_LAST_DAY = pd.Timestamp(2026, 6, 30)


@dataclass(frozen=True)
class Masked:
    """Bounds of one world at one level. unknown: share of people. judged: areas x groups with people; held: how many hold the true rate.

    width: median distance between the bounds; largest: that of the largest group of each area. shown: share of the bounds that are narrow
    enough to be shown.
    """

    level: str
    unknown: float
    judged: int
    held: int
    width: float
    largest: float
    shown: float


def masked_worlds(folder: Path, *, wrong: float, seeds: int, is_read: bool = False) -> list[Masked]:
    """The bounds of many worlds, two levels each; those that stand are read. is_read: make none."""
    path = folder / "verdicts" / f"masking-{round(1000 * UNRECORDED)}-{round(1000 * wrong)}-{code_version()}.json"
    standing = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for seed in range(1, seeds + 1):
        if str(seed) in standing or is_read:
            continue
        data = folder / "worlds" / f"masking-{round(1000 * wrong)}-{seed}"
        standing[str(seed)] = [asdict(one) for one in masked_world(seed, data, wrong=wrong)]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(json.dumps(standing), encoding="utf-8")
    return [Masked(**one) for seed in range(1, seeds + 1) for one in standing.get(str(seed), [])]


def masked_world(seed: int, data: Path, *, wrong: float) -> list[Masked]:
    """The bounds of a world in which this share of people is recorded in a wrong category, by district and by MSOA."""
    errors = Errors(ethnicity_unrecorded=UNRECORDED, ethnicity_not_stated=NOT_STATED, ethnicity_conflicting=wrong)
    spec = WorldSpec(("bsol",), 216_000, seed=seed, planted=("ethnicity",), errors=errors)
    folder, country = world_folder(data, spec.name), country_of("bsol")
    try:
        synthesise(country, spec, folder, extracts=("gp_register",))
        register, people = (pq.read_table(folder / part).to_pandas() for part in ("extracts/gp_register.parquet", "answers/people.parquet"))
    finally:
        forget(data)
    frame = recorded_and_true(register, people)
    home = frame["area"]
    places = {
        "district": dict(zip(country.lsoa21, country.lad24, strict=True)),
        "MSOA": dict(zip(country.lsoa21, country.msoa21, strict=True)),
    }
    return [judge_bounds(frame.assign(area=home.map(of)), level) for level, of in places.items()]


def recorded_and_true(register: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Adults on the register on the last day: area (LSOA21), true and recorded category (None = not known), and high blood pressure."""
    adults = people[(people["GROUP"] == "current") & (pd.to_datetime(people["BIRTH_DATE"]) <= _LAST_DAY - pd.DateOffset(years=ADULT))]
    label = register.drop_duplicates("NHS_NUMBER", keep="last").set_index("NHS_NUMBER")["ETHNIC_CATEGORY"]
    recorded = adults["NHS_NUMBER"].map(label)
    known = recorded.where(~recorded.isin(["Z", "99"]) & recorded.notna(), None)
    return pd.DataFrame(
        {"area": adults["LSOA21"], "true": adults["ETHNIC_CATEGORY"], "recorded": known, "has": adults["HYPERTENSION"].astype(int)}
    )


def judge_bounds(frame: pd.DataFrame, level: str) -> Masked:
    """Bounds from what was recorded, in every area and for every group that truly has people there, against the true rates."""
    truth = frame.groupby(["area", "true"])["has"].agg(["sum", "count"])
    recorded = frame.dropna(subset="recorded").groupby(["area", "recorded"])["has"].agg(["sum", "count"])
    unknown = frame[frame["recorded"].isna()].groupby("area")["has"].agg(["sum", "count"])
    known = recorded.reindex(truth.index, fill_value=0)
    beside = unknown.reindex(truth.index.get_level_values("area"), fill_value=0)
    bounds = masking_bounds(known["sum"], people=known["count"], unknown_events=beside["sum"], unknown_people=beside["count"])
    rate = (truth["sum"] / truth["count"]).to_numpy()
    is_largest = truth["count"].eq(truth.groupby(level="area")["count"].transform("max")).to_numpy()
    held = (bounds.lower - _EXACT <= rate) & (rate <= bounds.upper + _EXACT)
    return Masked(
        level,
        float(frame["recorded"].isna().mean()),
        len(rate),
        int(held.sum()),
        float(np.nanmedian(bounds.width)),
        float(np.nanmedian(bounds.width[is_largest])),
        float(np.mean(bounds.width < WIDEST_SHOWN)),
    )
