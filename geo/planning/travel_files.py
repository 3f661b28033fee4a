"""Tables of minutes that somebody measured, from CSV (also gzipped) or Parquet: checked cell by cell, with row and column of what is wrong.

Wide: the first column names the areas that people set out from, each further column one place. Long: columns `area`, `destination`,
`minutes` and, where places are not named by postcodes, `latitude` and `longitude` of the destination.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from geo.errors import Place, SourceError

# Nobody travels longer than a day.
MOST_MINUTES = 1_440.0
LONG = ("area", "destination", "minutes")
_POINT = ("latitude", "longitude")


@dataclass(frozen=True)
class MinutesTable:
    """Minutes as a file has them. areas: codes of origins; table: shape (areas, destinations), nan = not measured.

    points: latitude and longitude (EPSG:4326) of each destination where the file tells them, else None. left_out: rows of areas that are
    not known, where these were allowed.
    """

    areas: tuple[str, ...]
    destinations: tuple[str, ...]
    points: tuple[tuple[float, float], ...] | None
    table: NDArray[np.float64]
    left_out: int


def read_minutes(file: Path, *, areas: Mapping[str, str], leave_out: bool = False) -> MinutesTable:
    """The table of a file. areas: what may stand for an area (its code, its name) -> its code; leave_out: pass over rows of others.

    Raises SourceError with row (as a spreadsheet counts, the heading is 1), column, what was found and what was expected.
    """
    raw = _read(file)
    if raw.num_rows == 0 or raw.num_columns < 2:
        raise _fault(file, "not_a_table", found=f"{raw.num_rows} rows, {raw.num_columns} columns", expected="a heading, areas and minutes")
    if len(set(raw.column_names)) < raw.num_columns:
        twice = next(name for name in raw.column_names if raw.column_names.count(name) > 1)
        raise _fault(file, "duplicated_code", column=twice, found="the heading twice", expected="each place once")
    return _long(file, raw, areas, leave_out) if set(LONG) <= set(raw.column_names) else _wide(file, raw, areas, leave_out)


def _wide(file: Path, raw: pa.Table, areas: Mapping[str, str], leave_out: bool) -> MinutesTable:
    first, *places = raw.column_names
    codes, rows = _areas(file, first, raw[first].to_pylist(), areas, leave_out)
    seen: dict[str, int] = {}
    for code, row in zip(codes, rows, strict=True):
        if code in seen:
            raise _fault(
                file, "duplicated_code", row=row + 2, column=first, found=code, expected=f"each area once; it stands in row {seen[code]}"
            )
        seen[code] = row + 2
    table = np.column_stack([_minutes(file, name, raw[name]) for name in places])[rows]
    return MinutesTable(tuple(codes), tuple(places), None, table, raw.num_rows - len(rows))


def _long(file: Path, raw: pa.Table, areas: Mapping[str, str], leave_out: bool) -> MinutesTable:
    codes, rows = _areas(file, "area", raw["area"].to_pylist(), areas, leave_out)
    names = [str(one or "").strip() for one in raw["destination"].to_pylist()]
    minutes = _minutes(file, "minutes", raw["minutes"])
    origins, destinations = list(dict.fromkeys(codes)), list(dict.fromkeys(names[row] for row in rows))
    at = {code: number for number, code in enumerate(origins)}
    to = {name: number for number, name in enumerate(destinations)}
    table = np.full((len(origins), len(destinations)), np.nan)
    for code, row in zip(codes, rows, strict=True):
        if not names[row]:
            raise _fault(file, "missing_value", row=row + 2, column="destination", found="nothing", expected="the name of a place")
        if not math.isnan(table[at[code], to[names[row]]]):
            raise _fault(file, "duplicated_code", row=row + 2, column="destination", found=names[row], expected="each trip once")
        table[at[code], to[names[row]]] = minutes[row]
    points = _points(file, raw, names, rows, to) if set(_POINT) <= set(raw.column_names) else None
    return MinutesTable(tuple(origins), tuple(destinations), points, table, raw.num_rows - len(rows))


def _areas(file: Path, column: str, found: Sequence[object], areas: Mapping[str, str], leave_out: bool) -> tuple[list[str], list[int]]:
    """Codes of the rows whose area is known, and which rows these are."""
    codes, rows = [], []
    for row, one in enumerate(found):
        code = areas.get(str(one or "").strip())
        if code is not None:
            codes.append(code)
            rows.append(row)
        elif not leave_out:
            raise _fault(file, "unknown_code", row=row + 2, column=column, found=str(one)[:60], expected="code or name of an area")
    if not rows:
        raise _fault(file, "unknown_code", column=column, found="no area that is known", expected="codes or names of areas")
    return codes, rows


def _minutes(file: Path, name: str, column: pa.ChunkedArray) -> NDArray[np.float64]:
    """A column as numbers, nan where it is empty."""
    texts = column.combine_chunks()
    if pa.types.is_string(texts.type):
        texts = pc.if_else(pc.equal(pc.utf8_trim_whitespace(texts), ""), pa.scalar(None, pa.string()), pc.utf8_trim_whitespace(texts))
    try:
        numbers = np.asarray(texts.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        row = next(row for row, one in enumerate(texts.to_pylist()) if not _is_number(one))
        raise _fault(file, "not_a_number", row=row + 2, column=name, found=str(texts[row].as_py())[:60], expected="minutes") from None
    wrong = np.flatnonzero((numbers < 0) | (numbers > MOST_MINUTES))
    if len(wrong):
        expected = f"0 to {MOST_MINUTES:g} minutes, or nothing"
        raise _fault(file, "impossible_value", row=int(wrong[0]) + 2, column=name, found=f"{numbers[wrong[0]]:g}", expected=expected)
    return numbers


def _points(file: Path, raw: pa.Table, names: Sequence[str], rows: Sequence[int], to: Mapping[str, int]) -> tuple[tuple[float, float], ...]:
    """The point of each destination, which must be the same in all of its rows."""
    columns = [raw[name].combine_chunks().cast(pa.float64(), safe=False).to_pylist() for name in _POINT]
    found: dict[str, tuple[float, float]] = {}
    for row in rows:
        point = (columns[0][row], columns[1][row])
        if None in point or not (49.8 <= point[0] <= 60.9 and -8.7 <= point[1] <= 1.8):
            raise _fault(
                file, "impossible_value", row=row + 2, column="latitude", found=f"{point}", expected="a point in Great Britain, degrees"
            )
        if found.setdefault(names[row], point) != point:
            raise _fault(
                file, "impossible_value", row=row + 2, column="latitude", found=f"{point}", expected=f"{found[names[row]]} as above"
            )
    return tuple(found[name] for name in to)


def _read(file: Path) -> pa.Table:
    try:
        if file.suffix.lower() == ".parquet":
            return pyarrow.parquet.read_table(file)
        names = pyarrow.csv.open_csv(file).schema.names
        kinds = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
        return pyarrow.csv.read_csv(file, convert_options=kinds)
    except FileNotFoundError:
        raise _fault(file, "not_found", found="no file", expected="a CSV or Parquet file") from None
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
        raise _fault(file, "not_a_table", found=str(error)[:120], expected="CSV or Parquet") from error


def _is_number(one: object) -> bool:
    try:
        return one is None or math.isfinite(float(str(one)))
    except ValueError:
        return False


def _fault(file: Path, fault: str, *, row: int = 0, column: str = "", found: str = "", expected: str = "") -> SourceError:
    return SourceError(fault, Place(file.name, row=row, column=column, found=found, expected=expected))
