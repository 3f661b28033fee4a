"""Tables of minutes that somebody measured: checked cell by cell, with row and column of what is wrong.

Wide: the first column names the areas that people set out from, each further column one place. Long: columns `area`, `destination`,
`minutes` and, where places are not named by postcodes, `latitude` and `longitude` of the destination.
"""

import hashlib
import json
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
from geo.planning.travel_sent import LARGEST_TABLE, read_sent

# Nobody travels longer than a day.
MOST_MINUTES = 1_440.0
LONG = ("area", "destination", "minutes")
# Latitudes and longitudes (EPSG:4326) between which Great Britain lies.
_POINT = {"latitude": (49.8, 60.9), "longitude": (-8.7, 1.8)}
_IN_BRITAIN = "a point in Great Britain, degrees"
LONGEST_NAME = 120

_Numbers = NDArray[np.float64]
_Rows = NDArray[np.intp]


@dataclass(frozen=True)
class MinutesTable:
    """Minutes as a file has them. areas: codes of origins; table: shape (areas, destinations), nan = not measured.

    points: latitude and longitude (EPSG:4326) of each destination where the file tells them, else None. left_out: rows of areas that are
    not known, where these were allowed.
    """

    areas: tuple[str, ...]
    destinations: tuple[str, ...]
    points: tuple[tuple[float, float], ...] | None
    table: _Numbers
    left_out: int


def read_minutes(file: Path, *, areas: Mapping[str, str], leave_out: bool = False) -> MinutesTable:
    """The table of a file of the site: CSV (also gzipped) or Parquet.

    areas: what may stand for an area (its code, its name) -> its code; leave_out: pass over rows of others. Raises SourceError with row
    (as a spreadsheet counts, the heading is 1), column, what was found and what was expected.
    """
    return _check(file.name, _read(file), areas, leave_out)


def read_sent_minutes(content: bytes, name: str, *, areas: Mapping[str, str]) -> MinutesTable:
    """The table of a file that somebody sent: the same checks, and nothing is unpacked that is larger than a table may be."""
    try:
        found = _check(name, read_sent(content, name), areas, leave_out=False, most=LARGEST_TABLE)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _fault(name, "not_a_table", found=ascii(str(error)[:100])[1:-1], expected="CSV in UTF-8, or Parquet") from error
    if found.table.size > LARGEST_TABLE:
        raise _too_large(name, len(found.areas), len(found.destinations), LARGEST_TABLE)
    return found


def digest_of(told: Sequence[str], origins: Sequence[str], destinations: Sequence[str], points: _Numbers, minutes: bytes) -> str:
    """What a table of minutes is known by (SHA-256): the same for the same table told of in the same words, wherever it is kept.

    told: geography of the origins, mode and source. points: eastings and northings (EPSG:27700), to the metre. minutes: as float32.
    """
    head = [*told, list(origins), list(destinations), np.round(points).astype(int).tolist()]
    return hashlib.sha256(json.dumps(head, ensure_ascii=False).encode() + b"\n" + minutes).hexdigest()


def _check(file: str, raw: pa.Table, areas: Mapping[str, str], leave_out: bool, most: float = np.inf) -> MinutesTable:
    """The checked table; most: trips that a table may have."""
    if raw.num_rows == 0 or raw.num_columns < 2:
        raise _fault(file, "not_a_table", found=f"{raw.num_rows} rows, {raw.num_columns} columns", expected="a heading, areas and minutes")
    if len(set(raw.column_names)) < raw.num_columns:
        twice = next(name for name in raw.column_names if raw.column_names.count(name) > 1)
        raise _fault(file, "duplicated_code", column=twice, found="the heading twice", expected="each place once")
    if set(LONG) <= set(raw.column_names):
        return _long(file, raw, areas, leave_out, most)
    return _wide(file, raw, areas, leave_out)


def _wide(file: str, raw: pa.Table, areas: Mapping[str, str], leave_out: bool) -> MinutesTable:
    first, *places = raw.column_names
    codes, which, rows = _areas(file, first, raw[first], areas, leave_out)
    if (again := _repeated(which)) is not None:
        row, before = rows[again[0]] + 2, rows[again[1]] + 2
        expected = f"each area once; it stands in row {before}"
        raise _fault(file, "duplicated_code", row=row, column=first, found=codes[which[again[0]]], expected=expected)
    for name in places:
        _check_name(file, name, 1, name)
    table = np.column_stack([_minutes(file, name, raw[name]) for name in places])[rows]
    return MinutesTable(tuple(codes), tuple(places), None, table, raw.num_rows - len(rows))


def _long(file: str, raw: pa.Table, areas: Mapping[str, str], leave_out: bool, most: float) -> MinutesTable:
    codes, which, rows = _areas(file, "area", raw["area"], areas, leave_out)
    names, to = _distinct(raw["destination"].take(pa.array(rows)))
    if len(codes) * len(names) > most:
        raise _too_large(file, len(codes), len(names), most)
    for name, row in zip(names, rows[np.unique(to, return_index=True)[1]], strict=True):
        _check_name(file, name, int(row) + 2, "destination")
    minutes = _minutes(file, "minutes", raw["minutes"])[rows]
    if (again := _repeated(which * len(names) + to)) is not None:
        found = names[to[again[0]]]
        raise _fault(file, "duplicated_code", row=int(rows[again[0]]) + 2, column="destination", found=found, expected="each trip once")
    table = np.full((len(codes), len(names)), np.nan)
    table[which, to] = minutes
    points = _points(file, raw, rows, to) if set(_POINT) <= set(raw.column_names) else None
    return MinutesTable(tuple(codes), tuple(names), points, table, raw.num_rows - len(rows))


def _distinct(column: pa.ChunkedArray) -> tuple[list[str], _Rows]:
    """The different texts of a column, trimmed, in the order of their first row, and which one each row has; nothing is an empty text."""
    texts = pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), ""))
    found = pc.dictionary_encode(texts).combine_chunks()
    return [str(one) for one in found.dictionary.to_pylist()], found.indices.to_numpy(zero_copy_only=False).astype(np.intp)


def _areas(
    file: str, column: str, texts: pa.ChunkedArray, areas: Mapping[str, str], leave_out: bool
) -> tuple[list[str], NDArray[np.intp], _Rows]:
    """Codes of the known areas, which of them each row has, and which rows these are."""
    found, which = _distinct(texts)
    meant = [areas.get(one) for one in found]
    codes = list(dict.fromkeys(code for code in meant if code is not None))
    at = {code: number for number, code in enumerate(codes)}
    number = np.array([-1 if code is None else at[code] for code in meant], dtype=np.intp)[which]
    rows = np.flatnonzero(number >= 0)
    if len(rows) < len(number) and not leave_out:
        row = int(np.argmin(number))
        told = found[which[row]][:60] or "nothing"
        raise _fault(file, "unknown_code", row=row + 2, column=column, found=told, expected="code or name of an area")
    if not len(rows):
        raise _fault(file, "unknown_code", column=column, found="no area that is known", expected="codes or names of areas")
    return codes, number[rows], rows


def _repeated(keys: NDArray[np.intp]) -> tuple[int, int] | None:
    """The first position whose key stood before, and where it stood; None where each is another."""
    _, first, back = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[back] < np.arange(len(keys)))
    return None if not len(again) else (int(again[0]), int(first[back[again[0]]]))


def _check_name(file: str, name: str, row: int, column: str) -> None:
    if not name.strip():
        raise _fault(file, "missing_value", row=row, column=column, found="nothing", expected="the name of a place")
    if len(name) > LONGEST_NAME or not name.isprintable():
        expected = f"the name of a place, at most {LONGEST_NAME} printable letters"
        raise _fault(file, "impossible_value", row=row, column=column[:60], found=ascii(name[:40]), expected=expected)


def _minutes(file: str, name: str, column: pa.ChunkedArray) -> _Numbers:
    """A column of minutes, nan where it is empty."""
    numbers = _numbers(file, name, column, "minutes")
    wrong = np.flatnonzero((numbers < 0) | (numbers > MOST_MINUTES))
    if len(wrong):
        expected = f"0 to {MOST_MINUTES:g} minutes, or nothing"
        raise _fault(file, "impossible_value", row=int(wrong[0]) + 2, column=name, found=f"{numbers[wrong[0]]:g}", expected=expected)
    return numbers


def _numbers(file: str, name: str, column: pa.ChunkedArray, expected: str) -> _Numbers:
    """A column as numbers, nan where it is empty."""
    texts = column.combine_chunks()
    if pa.types.is_dictionary(texts.type):
        texts = texts.cast(pa.string())
    if pa.types.is_string(texts.type):
        trimmed = pc.utf8_trim_whitespace(texts)
        texts = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    if not _is_numeric(texts):
        row = _first_wrong(texts)
        raise _fault(file, "not_a_number", row=row + 2, column=name, found=str(texts[row].as_py())[:60], expected=expected)
    return np.asarray(texts.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _is_numeric(texts: pa.Array) -> bool:
    try:
        texts.cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _first_wrong(texts: pa.Array) -> int:
    """Where the first value stands that is no number, of a column that has one."""
    low, high = 0, len(texts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _is_numeric(texts.slice(low, middle - low)) else (low, middle)
    return low


def _points(file: str, raw: pa.Table, rows: _Rows, to: _Rows) -> tuple[tuple[float, float], ...]:
    """The point of each destination, which must be the same in all of its rows."""
    found = np.column_stack([_numbers(file, name, raw[name], _IN_BRITAIN)[rows] for name in _POINT])
    low, high = np.array(list(_POINT.values())).T
    outside = np.flatnonzero(~np.all((found >= low) & (found <= high), axis=1))
    _, first = np.unique(to, return_index=True)
    points = found[first]
    others = np.flatnonzero(np.any(found != points[to], axis=1))
    for wrong in (outside, others):
        if len(wrong):
            at = int(wrong[0])
            expected = _IN_BRITAIN if wrong is outside else f"{_pair(points[to[at]])} as above"
            raise _fault(file, "impossible_value", row=int(rows[at]) + 2, column="latitude", found=_pair(found[at]), expected=expected)
    return tuple((float(latitude), float(longitude)) for latitude, longitude in points)


def _pair(point: _Numbers) -> str:
    return f"({', '.join('nothing' if np.isnan(one) else str(float(one)) for one in point)})"


def _read(file: Path) -> pa.Table:
    try:
        if file.suffix.lower() == ".parquet":
            return pyarrow.parquet.read_table(file)
        names = pyarrow.csv.open_csv(file).schema.names
        kinds = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
        return pyarrow.csv.read_csv(file, convert_options=kinds)
    except FileNotFoundError:
        raise _fault(file.name, "not_found", found="no file", expected="a CSV or Parquet file") from None
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
        raise _fault(file.name, "not_a_table", found=str(error)[:120], expected="CSV or Parquet") from error


def _too_large(file: str, areas: int, places: int, most: float) -> SourceError:
    return _fault(file, "too_large", found=f"{areas:,} areas by {places:,} places", expected=f"at most {most:,.0f} trips")


def _fault(file: str, fault: str, *, row: int = 0, column: str = "", found: str = "", expected: str = "") -> SourceError:
    return SourceError(fault, Place(file, row=row, column=column, found=found, expected=expected))
