"""Raising a fault at its place in a published file."""

from dataclasses import dataclass
from typing import NoReturn

from geo.errors import Place, SourceError

# Longer findings are cut: a message is read by people, and a damaged file may hold megabytes in one cell.
MAXIMUM_FOUND = 120


@dataclass(frozen=True)
class Faults:
    """Faults of one file. `file` is its path below the mirror folder, or whatever name people know it by."""

    file: str

    def error(self, fault: str, *, row: int = 0, column: str = "", found: object = "", expected: str = "") -> SourceError:
        """The error to raise for this file. row: as a spreadsheet shows it, 0 = the whole file."""
        text = str(found)
        if len(text) > MAXIMUM_FOUND:
            text = text[: MAXIMUM_FOUND - 1] + "…"
        return SourceError(fault, Place(self.file, int(row), column, text, expected))

    def fail(self, fault: str, *, row: int = 0, column: str = "", found: object = "", expected: str = "") -> NoReturn:
        """Raise `error` of the same arguments."""
        raise self.error(fault, row=row, column=column, found=found, expected=expected)
