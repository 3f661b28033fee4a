"""A site's own files of England by decile of deprivation: deaths by age, or life expectancies that their publisher computed."""

from itertools import product

import pyarrow as pa

from geo.sources.adapters import Adapter
from geo.sources.adapters.published import check_part, set_column, with_periods
from geo.sources.tables import CheckedTable, SourceFile, SourceTables

# First ages of the twenty bands of an abridged life table: under 1, 1-4, 5-9 ... 85-89, 90 and over.
START_AGES = (0, 1, *range(5, 91, 5))
DECILES = range(1, 11)
_SEXES = {"1": "male", "M": "male", "Male": "male", "Males": "male", "2": "female", "F": "female", "Female": "female", "Females": "female"}


def read_deaths(source: SourceFile) -> SourceTables:
    """Deaths and population by period, sex (male, female), decile and first age of the band.

    Raises SourceError impossible_value for an age that begins no band or for more deaths than people, duplicated_code for a band that
    is there twice, truncated for a sex and decile that lack one: a life table needs all twenty.
    """
    checked = _with_sexes(with_periods(source, source.table()))
    check_part(source, checked, part="deaths", whole="population")
    ages = [_start_age(text) for text in checked.table["age"].to_pylist()]
    for row, age, text in zip(checked.rows, ages, checked.table["age"].to_pylist(), strict=True):
        if age not in START_AGES:
            expected = "an age band that begins at 0, 1, 5, 10 … 90"
            source.faults.fail("impossible_value", row=row, column=checked.headings["age"], found=text, expected=expected)
    checked = set_column(checked, "age", pa.array(ages, pa.int16()))
    _check_complete(source, checked, field="age", wanted=START_AGES)
    return source.tables_of(checked)


def read_life_expectancy(source: SourceFile) -> SourceTables:
    """Life expectancy at birth with its standard error by period, sex and decile. Raises SourceError truncated where one is missing."""
    checked = _with_sexes(with_periods(source, source.table()))
    _check_complete(source, checked)
    return source.tables_of(checked, checked.table.drop_columns(["area_code"]))


def _with_sexes(checked: CheckedTable) -> CheckedTable:
    return set_column(checked, "sex", pa.array([_SEXES[text] for text in checked.table["sex"].to_pylist()], pa.string()))


def _start_age(text: str) -> int:
    """The first age of a band written `0`, `<1`, `1-4`, `90+`; -1 for a band that does not end where the next begins."""
    if text.startswith("<"):
        return 0
    first, dash, last = text.rstrip("+").partition("-")
    start = int(first)
    following = next((age for age in START_AGES if age > start), None)
    ends_elsewhere = (dash and following != int(last) + 1) or (text.endswith("+") and following is not None)
    return -1 if ends_elsewhere else start


def _check_complete(source: SourceFile, checked: CheckedTable, *, field: str = "", wanted: tuple[int, ...] = ()) -> None:
    """That each sex of each period has every decile, and each of those every band. Told at the first row of that sex and period."""
    names = ("period", "sex", "decile", *([field] if field else []))
    there: dict[tuple[object, ...], int] = {}
    for row, *key in zip(checked.rows, *(checked.table[name].to_pylist() for name in names), strict=True):
        if tuple(key) in there:
            found = " / ".join(map(str, key))
            expected = f"each once (it is in row {there[tuple(key)]} too)"
            source.faults.fail("duplicated_code", row=row, column=checked.headings[names[-1]], found=found, expected=expected)
        there[tuple(key)] = int(row)
    firsts = {key[:2]: row for key, row in reversed(there.items())}
    for (period, sex), row in reversed(firsts.items()):
        for decile, age in product(DECILES, wanted or (None,)):
            if (period, sex, decile, *([age] if field else [])) not in there:
                what = f"decile {decile}" + (f", the band from age {age}" if field else "")
                expected = "ten deciles" + (" with twenty age bands each" if field else "")
                found = f"{period}, {sex}: no {what}"
                source.faults.fail("truncated", row=row, column=checked.headings[names[-1]], found=found, expected=expected)


ADAPTERS: dict[str, Adapter] = {"deaths_by_decile": read_deaths, "life_expectancy_by_decile": read_life_expectancy}
