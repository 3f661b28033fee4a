"""Cell keys: noise that depends on the records in a cell, so that the same people always get the same noise.

The table of noise is the one that the package cell-key-perturbation carries (10-5 rule); microdata go through the package itself,
counts that already have their cell keys through the same table here, and a test holds both equal.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from cell_key_perturbation.create_perturbed_table import create_perturbed_table
from cell_key_perturbation.utils.generate_test_ptable import generate_ptable_10_5_rule
from numpy.typing import NDArray

from geo.errors import DisclosureError

Floats = NDArray[np.float64]
# Counts above the table's last row use its rows from here on again and again, as the package does.
_CYCLE_FROM, _CYCLE = 501, 250


@dataclass(frozen=True)
class NoiseTable:
    """Noise by count (rows, from 0) and cell key (columns), and whether the key matters at all."""

    noise: NDArray[np.int64]

    @property
    def depends_on_key(self) -> bool:
        """Whether cells with one count can get different noise."""
        return bool(np.any(self.noise != self.noise[:, :1]))


@lru_cache
def ten_five_table() -> NoiseTable:
    """The 10-5 table of the package: counts under 10 vanish, others go to the nearest 5; the same for every key."""
    given = generate_ptable_10_5_rule()
    noise = np.zeros((int(given["pcv"].max()) + 1, int(given["ckey"].max()) + 1), dtype=np.int64)
    noise[given["pcv"].to_numpy(), given["ckey"].to_numpy()] = given["pvalue"].to_numpy()
    return NoiseTable(noise)


def perturb(
    values: Floats, keys: NDArray[np.int64] | None, *, withheld_below: int, table: NoiseTable | None = None
) -> tuple[Floats, Floats, Floats]:
    """Counts with their noise (nan = withheld or missing), and the least and greatest count that each may stand for.

    values, keys: shape (cells,); keys: sums of the record keys, any whole numbers. A reader knows the table but no key.
    Raises DisclosureError where the table depends on keys and none are given.
    """
    table = table or ten_five_table()
    if keys is None and table.depends_on_key:
        raise DisclosureError("this table of noise needs the cell keys, and the cells have none")
    known = np.nan_to_num(values).astype(np.int64)
    column = np.zeros_like(known) if keys is None else keys % table.noise.shape[1]
    noisy = known + table.noise[_row(known, table), column]
    shown = np.where(noisy < withheld_below, np.nan, noisy.astype(np.float64))
    least, most = _reach(np.nan_to_num(shown, nan=0.0).astype(np.int64), table, withheld_below)
    is_missing = np.isnan(values)
    return np.where(is_missing, np.nan, shown), np.where(is_missing, np.nan, least), np.where(is_missing, np.nan, most)


def perturb_records(records: pa.Table, geography: list[str], variables: list[str], record_key: str) -> pa.Table:
    """Frequencies of records by area and variables, through the package: count (null = under 10), never the exact one.

    records: one row a person, with a column of record keys (0 to 255).
    """
    made = create_perturbed_table(
        data=records.to_pandas(),
        ptable=generate_ptable_10_5_rule(),
        geog=geography,
        tab_vars=variables,
        record_key=record_key,
        use_existing_ons_id=False,
    )
    return pa.Table.from_pandas(made[[*geography, *variables, "count"]], preserve_index=False)


def _row(counts: NDArray[np.int64], table: NoiseTable) -> NDArray[np.int64]:
    last = table.noise.shape[0] - 1
    return np.where(counts <= last, counts, (counts - 1) % _CYCLE + _CYCLE_FROM)


def _reach(shown: NDArray[np.int64], table: NoiseTable, withheld_below: int) -> tuple[Floats, Floats]:
    """Which counts can have been published as `shown`; 0 stands for withheld."""
    shown, back = np.unique(shown, return_inverse=True)
    widest = int(np.max(np.abs(table.noise[withheld_below:])))
    offsets = np.arange(-widest, widest + 1)
    counts = np.maximum(shown[:, None] + offsets, 0)
    is_possible = np.any(counts[:, :, None] + table.noise[_row(counts, table)] == shown[:, None, None], axis=2)
    first, last = np.argmax(is_possible, axis=1), is_possible.shape[1] - 1 - np.argmax(is_possible[:, ::-1], axis=1)
    rows = np.arange(len(shown))
    is_withheld = shown < withheld_below
    few = np.arange(table.noise.shape[0])
    hidden = few[np.any(few[:, None] + table.noise < withheld_below, axis=1)].max()
    least = np.where(is_withheld, 0, counts[rows, first]).astype(np.float64)
    most = np.where(is_withheld, hidden, counts[rows, last]).astype(np.float64)
    return least[back], most[back]
