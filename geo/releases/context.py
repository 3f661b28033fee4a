"""What all builders of figures share: the areas, the staged tables, and a notebook for the quality report."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geo.disclosure.protected_files import ProtectedWorld
from geo.releases.definitions import Definition
from geo.releases.figures import Counts, Key, Numbers, observed_counts
from geo.releases.frame import Frame
from geo.releases.staging import has_table
from geo.releases.tables import read_staging


@dataclass
class Context:
    """frames: areas with conversions by people of some ages (geo.releases.ages), by first and last age.

    notes: what builders saw that the quality report must tell, by indicator and subject (conserved totals, codes that led nowhere).
    linked: the protected figures of linked records, None in a release of published files.
    """

    frame: Frame
    notes: dict[str, Any] = field(default_factory=dict)
    frames: dict[tuple[int, int], Frame] = field(default_factory=dict)
    linked: ProtectedWorld | None = None

    def read(self, table: str, columns: dict[str, str]) -> pd.DataFrame:
        """Columns of a staged table under our names. columns: its name -> our name. Null numbers are NaN."""
        read = read_staging(table, list(columns)).to_pandas()
        return read.rename(columns=columns)

    def has(self, table: str) -> bool:
        """Whether the table is staged."""
        return has_table(table)

    def note(self, indicator: str, subject: str, value: Any) -> None:
        """Keep something for the report."""
        self.notes.setdefault(subject, {})[indicator] = value

    def note_conserved(self, key: Key, *, entered: float, **left: float) -> None:
        """Keep an account: what entered as numerators, and where it went. The quality report checks that nothing is lost."""
        account = {"in": float(entered)} | {name: float(amount) for name, amount in left.items()}
        self.notes.setdefault("conserved", {})[f"{key.indicator} {key.period} {key.stratum}"] = account


def missing_tables(tables: tuple[str, ...]) -> list[str]:
    """Those of the tables that staging does not hold."""
    return [table for table in tables if not has_table(table)]


def placed(frame: Frame, geography: str, codes: np.ndarray, *columns: Numbers) -> tuple[list[Numbers], list[str]]:
    """Columns put at the positions of their codes (NaN elsewhere), and the codes that the geography does not have."""
    places = frame.places(geography, codes)
    found = places >= 0
    arrays = []
    for column in columns:
        array = np.full(frame.size(geography), np.nan)
        array[places[found]] = np.asarray(column, dtype=float)[found]
        arrays.append(array)
    return arrays, sorted({str(code) for code in codes[~found]})


def england(key: Key, numerator: float, denominator: float) -> Counts:
    """England's counts as its publisher's units add up to them."""
    return observed_counts(
        Key(key.indicator, "ctry23", key.period, key.stratum), np.array([float(numerator)]), np.array([float(denominator)])
    )


def of_family(definitions: dict[str, Definition], family: str) -> list[Definition]:
    """The definitions of a family, in slug order."""
    return [definition for definition in definitions.values() if definition.family == family]
