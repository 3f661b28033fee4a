"""Conversion of counts from LSOAs of 2011 to those of 2021 by the people whom an indicator is about, and not by everybody.

A split LSOA is shared among its successors by their Census 2021 residents of the indicator's ages (five-year ages, so that an age
inside a band takes the nearest band's edge). Where the census table is not at hand everybody stands in for them.
"""

import re

import numpy as np

from geo.releases.areas_ages import AGES, BANDS
from geo.releases.context import Context
from geo.releases.definitions import Definition
from geo.releases.figures import Numbers
from geo.releases.frame import Frame

_BANDS = tuple(range(0, 90, 5))  # the last one is 85 and over
_BAND_YEARS = 5
_EVERYBODY = (0, 120)


def ages_of(definition: Definition) -> tuple[int, int]:
    """First and last age that the indicator is about: `age` 25-49, or a QOF list type such as 17OV; (0, 120) = everybody."""
    age, list_type = definition.measure.get("age"), definition.measure.get("list_type", "")
    if age:
        first, last = age.split("-")
        return int(first), int(last)
    if over := re.fullmatch(r"(\d+)OV", list_type):
        return int(over[1]), _EVERYBODY[1]
    return _EVERYBODY


def frame_of_ages(context: Context, definition: Definition) -> Frame:
    """The areas, where split LSOAs are shared by residents of the indicator's ages. Made once for each span of ages."""
    first, last = ages_of(definition)
    if (first, last) == _EVERYBODY or not context.has(AGES):
        return context.frame
    if (first, last) not in context.frames:
        context.frames[first, last] = context.frame.converting_by(_people(context, first, last))
    return context.frames[first, last]


def _people(context: Context, first: int, last: int) -> Numbers:
    """The share of each LSOA's residents (2021) who are of these ages, in whole five-year bands; NaN where nobody lives."""
    start = _nearest(first)
    bands = [age for age in _BANDS if start <= age < max(_nearest(last + 1), start + 1)]
    fields = [BANDS[age // _BAND_YEARS] for age in bands]
    rows = context.read(AGES, {"lsoa21_code": "lsoa", "total": "total", **{field: field for field in fields}})
    places = context.frame.places("lsoa21", rows["lsoa"].to_numpy(dtype=object))
    total = rows["total"].to_numpy(dtype=float)
    share = np.full(context.frame.size("lsoa21"), np.nan)
    of_ages = rows[fields].sum(axis=1).to_numpy(dtype=float)
    known = (places >= 0) & (total > 0)
    share[places[known]] = of_ages[known] / total[known]
    return share


def _nearest(age: int) -> int:
    """The edge of five-year bands that is nearest to an age."""
    return _BAND_YEARS * round(age / _BAND_YEARS)
