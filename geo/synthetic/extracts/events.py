"""Coded events of general practice: diagnoses, measurements and the six elements of the physical health check.

Clusters are those of the national code sets. VALUE is in the unit that the cluster is measured in: mmHg (systolic) for BP_COD, kg/m2 for
BMI_COD, mmol/l for CHOL_COD, mmol/mol for HBA1C_COD, percent over ten years for QRISK_COD, units a week for ALC_COD; 0 never, 1 formerly,
2 now for SMOK_COD; null where an event has no value. Practices write the number of their own patient, so numbers are true here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.synthetic.conditions import gradient, has_planted_risk
from geo.synthetic.days import ages, day
from geo.synthetic.errors_of_life import NHS_DIGITS
from geo.synthetic.people import END, START
from geo.synthetic.planted import STORIES
from geo.synthetic.slices import Rows, Slice
from geo.synthetic.streams import Numbers, Whole, happens, integers, uniform
from geo.synthetic.texts import dates, digits, entries

Flags = NDArray[np.bool_]

SCHEMA = pa.schema(
    [("NHS_NUMBER", pa.string()), ("EVENT_DATE", pa.date32()), ("CLUSTER", pa.string()), ("VALUE", pa.float64()), ("PRACTICE", pa.string())]
)
ELEMENTS = ("ALC_COD", "HBA1C_COD", "BP_COD", "BMI_COD", "CHOL_COD", "SMOK_COD")
CLUSTERS = (*ELEMENTS, "MH_COD", "MHREM_COD", "HYP_COD", "CVD_COD", "DM_COD", "QRISK_COD")
_PLACE = {name: place for place, name in enumerate(CLUSTERS)}
# All six elements in a financial year: about 60 % of the register (NHS England reports about that share for 2023/24), fewer in deprived
# neighbourhoods (ratio chosen). Who lacks some has each of the six with the other share (chosen), but one at least is missing.
CHECKED, CHECKED_MOST_TO_LEAST, SOME_ELEMENT = 0.60, 0.85, 0.55
# Yearly reviews of people with high blood pressure, diabetes, cardiovascular disease (QOF achievement, round), and of anybody's smoking.
_BLOOD_PRESSURE, _GLUCOSE, _LIPIDS, _SMOKING = 0.85, 0.88, 0.65, 0.17
# QRISK of people from 40 to 74 without cardiovascular disease: so many have one noted in these years (five-yearly health checks, chosen).
_ASSESSED, _ASSESSED_FROM, _ASSESSED_TO = 0.45, 40, 75
_YEARS = tuple(range(2022, 2027))
# How values are spread about their means (chosen, plausible): cluster to mean and standard deviation.
_VALUES = {"ALC_COD": (8, 7), "HBA1C_COD": (42, 8), "BP_COD": (131, 14), "BMI_COD": (28, 5), "CHOL_COD": (4.9, 1.0)}
_DIABETIC_GLUCOSE, _HYPERTENSIVE_PRESSURE = 14, 6


@dataclass(frozen=True)
class Events:
    """Events of one kind. who: places in the slice. cluster: place in CLUSTERS. value: NaN where there is none."""

    who: Whole
    on: Whole
    cluster: int
    value: Numbers


def make(slice_: Slice) -> Rows:
    """Events up to the last day, while people were registered; diagnoses also from before, for records follow people."""
    parts = [*_diagnoses(slice_), *_checks(slice_), *_reviews(slice_)]
    who, on, value = (np.concatenate([getattr(part, name) for part in parts]) for name in ("who", "on", "value"))
    cluster = np.concatenate([np.full(len(part.who), part.cluster) for part in parts])
    people = slice_.people
    is_told = (on >= people.birth[who]) & (on <= END) & (on < people.left[who])
    is_told &= (cluster >= _PLACE["MH_COD"]) | (on >= people.came[who])
    kept = np.flatnonzero(is_told)
    kept = kept[np.argsort(who[kept], kind="stable")]
    who, value = who[kept], value[kept]
    table = pa.table(
        [
            digits(people.nhs[who], width=NHS_DIGITS),
            dates(on[kept]),
            entries(CLUSTERS, cluster[kept]),
            pa.array(value, mask=np.isnan(value)),
            entries(slice_.world.practices, slice_.world.practice_numbers[people.practice[who]]),
        ],
        names=SCHEMA.names,
    )
    return Rows(table, people.index[who])


def _diagnoses(slice_: Slice) -> Iterator[Events]:
    """When each condition was first written down, and remissions."""
    conditions = slice_.conditions
    for cluster, has in (("MH_COD", conditions.smi), ("HYP_COD", conditions.hypertension), ("CVD_COD", conditions.cardiovascular),
                         ("DM_COD", conditions.diabetes)):  # fmt: skip
        who = _registered(slice_, has)
        yield Events(who, conditions.diagnosed[who], _PLACE[cluster], np.full(len(who), np.nan))
    who = _registered(slice_, conditions.smi_in_remission)
    low = np.maximum(conditions.diagnosed[who] + 365, START)
    yield Events(who, integers(slice_.seed, "events/remission", slice_.people.index[who], low=low, high=END), _PLACE["MHREM_COD"],
                 np.full(len(who), np.nan))  # fmt: skip


def _checks(slice_: Slice) -> Iterator[Events]:
    """The six elements of people with severe mental illness in each financial year."""
    people, seed = slice_.people, slice_.seed
    who = _registered(slice_, slice_.conditions.smi)
    index = people.index[who]
    share = CHECKED * gradient(people.decile[who], CHECKED_MOST_TO_LEAST) * slice_.world.planted.smi_checks[people.lsoa[who]]
    for year in _YEARS:
        is_whole = happens(seed, f"events/all six {year}", index, share)
        forgotten = integers(seed, f"events/forgotten {year}", index, low=0, high=len(ELEMENTS))
        for place, cluster in enumerate(ELEMENTS):
            done = is_whole | ((forgotten != place) & happens(seed, f"events/{cluster} {year}", index, SOME_ELEMENT))
            yield _measured(slice_, who[done], cluster, year)


def _reviews(slice_: Slice) -> Iterator[Events]:
    """Yearly measurements of people with other conditions, smoking of anybody, and cardiovascular risk. People with severe mental illness
    have theirs at their checks alone, so that a check is what the check's own shares say.
    """
    conditions, people, seed = slice_.conditions, slice_.people, slice_.seed
    others = ~conditions.smi
    grown = people.birth < day(2007, 7, 1)
    for year in _YEARS:
        for cluster, has, share in (
            ("BP_COD", conditions.hypertension & others, _BLOOD_PRESSURE),
            ("HBA1C_COD", conditions.diabetes & others, _GLUCOSE),
            ("CHOL_COD", (conditions.cardiovascular | conditions.diabetes) & others, _LIPIDS),
            ("SMOK_COD", grown & others, _SMOKING),
        ):
            who = _registered(slice_, has)
            yield _measured(slice_, who[happens(seed, f"events/{cluster} {year}", people.index[who], share)], cluster, year)
    age = ages(people.birth, END)
    who = _registered(slice_, (age >= _ASSESSED_FROM) & (age < _ASSESSED_TO) & ~conditions.cardiovascular)
    who = who[happens(seed, "events/assessed", people.index[who], _ASSESSED)]
    on = integers(seed, "events/assessed on", people.index[who], low=START, high=END + 1)
    yield Events(who, on, _PLACE["QRISK_COD"], _risk(slice_, who, age[who]))


def _measured(slice_: Slice, who: Whole, cluster: str, year: int) -> Events:
    """One measurement of each of these people on a day of a financial year; after the last day it is left out later."""
    index, seed = slice_.people.index[who], slice_.seed
    on = integers(seed, f"events/{cluster} day {year}", index, low=day(year, 4, 1), high=day(year + 1, 4, 1))
    if cluster == "SMOK_COD":
        return Events(who, on, _PLACE[cluster], slice_.conditions.smoking[who].astype(np.float64))
    mean, deviation = _VALUES[cluster]
    # The sum of three uniform numbers is near enough to a normal one.
    thrice = np.stack([uniform(seed, f"events/{cluster} value {part} {year}", index) for part in range(3)])
    value = mean + deviation * (2.0 * thrice.sum(axis=0) - 3.0)
    if cluster == "HBA1C_COD":
        value += _DIABETIC_GLUCOSE * slice_.conditions.diabetes[who]
    if cluster == "BP_COD":
        value += _HYPERTENSIVE_PRESSURE * slice_.conditions.hypertension[who]
    return Events(who, on, _PLACE[cluster], np.round(np.maximum(value, 0.0), 1))


def _risk(slice_: Slice, who: Whole, age: Whole) -> Numbers:
    """Risk of a cardiovascular event within ten years, in percent: grows with age, for men, smokers, deprivation, and where planted."""
    people, conditions = slice_.people, slice_.conditions
    base = np.exp(0.085 * (age - 40)) * np.where(people.sex[who] == 1, 1.35, 0.75)
    raised = np.where(has_planted_risk(slice_.world, people)[who], STORIES["ethnicity"].factor["cardiovascular_risk"], 1.0)
    factors = gradient(people.decile[who], 1.5) * np.where(conditions.smoking[who] == 2, 1.7, 1.0) * raised
    noise = 0.7 + 0.6 * uniform(slice_.seed, "events/risk", people.index[who])
    return np.asarray(np.round(np.minimum(1.6 * base * factors * noise, 95.0), 1), dtype=np.float64)


def _registered(slice_: Slice, flags: Flags) -> Whole:
    """Places of those on the register of whom this is true."""
    return slice_.on_register[flags[slice_.on_register]]
