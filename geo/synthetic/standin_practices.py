"""Stand-ins of files of GP practices: the registration matrix of July 2022, the register of organisations, cervical screening of 2017.

Practices are made up: codes Z00001 onwards, one beside every fifth neighbourhood, whose people register with the practices nearest by.
"""

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.spatial import KDTree

from geo.synthetic.neighbourhoods import Neighbourhoods, draw

# Practices and nearest ones so many that the files have about the rows of the published ones: many fewer would count as cut.
PRACTICES = 6_500
NEAREST = 26
ORGANISATIONS = 16_500
SCREENING_PRACTICES = 7_500
# A degree of longitude is shorter than one of latitude by this factor in the middle of England.
_NARROWING = 0.6
# One practice in so many has its screened women suppressed, one in so many both counts.
_SUPPRESSED, _BOTH_SUPPRESSED = 400, 20
_MANGLED = (
    "",
    "Copy..Data.after.Suppression..from.the.forNHSD.file..columns.B.to.AA..drop.in.column.B",
    *("Region", "CCG", "AT", "Organisation", "Organisation.Code", "Eligible25to49", "No..of.women.screened.in.previous.42.months"),
    *("X3.5.year.coverage..", "Col10", "Col11", "Suppression.required", "Screens.needed.to.meet.80.", "Rank.within.CCG"),
    *("Rank.of..7569.practices", "Col16", "CCG.1", "Col18", "Eligible50to64", "No..of.women.screened.in.previous.66.months"),
    *("X5.5.year.coverage..", "Col22", "Col23", "Suppression.required.1", "Screens.needed.to.meet.80..1", "Rank.within.CCG.1"),
    *("Rank.of..7569.practices.1", "Col28", "x", "X3.5Yes", "X5.5Yes"),
)


def registrations_2022(areas: Neighbourhoods) -> bytes:
    """Patients by practice and neighbourhood: each neighbourhood's people at the practices nearest to it, the nearer the more."""
    sites = _sites(areas)
    near = KDTree(_plane(areas)[sites]).query(_plane(areas), k=min(NEAREST, len(sites)))[1].reshape(len(areas), -1)
    weights = 0.6 ** np.arange(near.shape[1])
    people = 1100 + np.floor(1500 * areas.draw("patients"))
    patients = np.maximum(np.floor(people[:, None] * weights / weights.sum()), 1).astype(np.int64)
    codes = np.array([_code(n) for n in range(len(sites))], dtype=object)
    practice = codes[near.ravel()]
    table = pa.table(
        {
            "OrganisationCode": pa.array(practice, pa.string()),
            "OranisationName": pa.array([_name(code) for code in practice], pa.string()),
            "LSOA11CD": pa.array(np.repeat(np.array(areas.codes, dtype=object), near.shape[1]), pa.string()),
            "Patient": pa.array(patients.ravel()),
        }
    )
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def organisations(areas: Neighbourhoods) -> bytes:
    """The 27 columns of epraccur without a header: the practices (setting 4), then other organisations (setting 0)."""
    sites = len(_sites(areas))
    rows: list[Sequence[Any]] = []
    for n in range(max(ORGANISATIONS, sites)):
        code, setting = _code(n), "4" if n < sites else "0"
        rows.append(
            [
                *(code, _name(code), "Y99", "Q99", "1 MADE-UP ROAD", "", "", "", "", "ZZ99 3VZ", "19740401", "", "A", "B", "99Z"),
                *("20200401.0", "", "", "", "", "", "0", "", "99Z", "", setting, ""),
            ]
        )
    return _csv(rows)


def cervical_2017(areas: Neighbourhoods) -> bytes:
    """Eligible and screened women by practice in two age groups under the mangled headings; coverage falls with made-up need."""
    sites = _sites(areas)
    need = areas.need()[sites]
    rows: list[Sequence[Any]] = [_MANGLED]
    count = max(SCREENING_PRACTICES, len(sites))
    women = [(300 + 1500 * draw(np.arange(count, dtype=np.uint64), ages)).astype(int).tolist() for ages in ("25 to 49", "50 to 64")]
    for n in range(count):
        code, lack = _code(n), float(need[n % len(sites)])
        ages = [_screening(n, women[0][n], 0.80 - 0.20 * lack), _screening(n, women[1][n], 0.84 - 0.12 * lack)]
        (eligible, screened, coverage, why), (eligible_50, screened_50, coverage_50, why_50) = ages
        rows.append(
            [
                *(n + 1, "NA", "NHS England Stand-in", "NHS Stand-in CCG", 0, _name(code), code, eligible, screened, coverage, 0, 0, why),
                *("n/a", "1", "1", "NA", "NHS Stand-in CCG", "NA", eligible_50, screened_50, coverage_50, 0, 0, why_50),
                *("n/a", "1", "1", "NA", "NA", "NA", "NA"),
            ]
        )
    return _csv(rows)


def _screening(number: int, eligible: int, coverage: float) -> tuple[Any, Any, Any, str]:
    """Eligible, screened, percentage and what is suppressed, of one practice and age group."""
    if number % _SUPPRESSED == _BOTH_SUPPRESSED:
        return "<Suppressed>", "<Suppressed>", -2, "Suppress numerator & denominator"
    if number % _SUPPRESSED == 0:
        return eligible, "<under 6>", -2, "Suppress numerator only"
    screened = int(eligible * coverage)
    return eligible, screened, 100 * screened / eligible, ".."


def _sites(areas: Neighbourhoods) -> np.ndarray:
    """Places of the neighbourhoods beside which practices stand, evenly over the list. shape (practices,)."""
    return np.unique(np.linspace(0, len(areas) - 1, min(PRACTICES, max(1, len(areas) // 5))).astype(np.int64))


def _plane(areas: Neighbourhoods) -> np.ndarray:
    return np.column_stack([areas.longitude * _NARROWING, areas.latitude])


def _code(number: int) -> str:
    return f"Z{number + 1:05d}"


def _name(code: str) -> str:
    return f"STAND-IN PRACTICE {code}"


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("latin-1")
