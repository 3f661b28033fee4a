"""What a layout alone cannot say: one function a layout, found by the layout's name.

An adapter takes a `SourceFile` and gives `SourceTables`. A layout that is not named here gives its one table as checked.
"""

from collections.abc import Callable

from geo.sources.tables import SourceFile, SourceTables

Adapter = Callable[[SourceFile], SourceTables]


def one_table(source: SourceFile) -> SourceTables:
    """The adapter of every layout that needs none: read, check, done."""
    return source.tables_of(source.table())
