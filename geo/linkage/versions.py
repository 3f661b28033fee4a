"""Versions of a record: what was sent twice or amended later counts once, and the latest holds."""

from typing import Any

import ibis

from geo.linkage.engines import ROW
from geo.linkage.layouts import Layout

SUPERSEDED = "superseded"
_LATEST, _GREATEST, _CONTENT, _VERSIONS = "latest_version", "greatest_content", "content", "versions"


def superseded(table: Any, layout: Layout) -> Any:
    """Row, column (the row id) and reason of rows that do not hold.

    Of rows of one row id the latest version holds; of versions of one moment that with the greatest content, so that the order of rows
    never decides; of rows that agree in everything the first.
    """
    if not layout.row_id:
        return _told(table.filter(ibis.literal(False)), layout)
    key = layout.row_id
    counted = table.group_by(key).agg(**{_VERSIONS: table.count()})
    several = table.semi_join(counted.filter(counted[_VERSIONS] > 1), key)
    rest = several.mutate(**{_CONTENT: _content(several, layout)})
    if layout.version:
        newest = rest.group_by(key).agg(**{_LATEST: rest[layout.version].max()})
        rest = rest.inner_join(newest, key)
        rest = rest.filter(rest[layout.version] == rest[_LATEST])
    greatest = rest.group_by(key).agg(**{_GREATEST: rest[_CONTENT].max()})
    rest = rest.inner_join(greatest, key)
    held = rest.filter(rest[_CONTENT] == rest[_GREATEST]).group_by(key).agg(held=rest[ROW].min())
    return _told(several.anti_join(held, several[ROW] == held["held"]), layout)


def _told(table: Any, layout: Layout) -> Any:
    return table.select(ROW, column=ibis.literal(layout.row_id), reason=ibis.literal(SUPERSEDED))


def _content(table: Any, layout: Layout) -> Any:
    """All of a row as one text."""
    texts = [table[each.name].cast("string").fill_null("") for each in layout.columns]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + "|" + text
    return joined
