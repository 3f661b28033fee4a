"""The observations of one release in the database: a partition filled by binary COPY, and what it holds (Availability)."""

import hashlib
from collections.abc import Sequence

import numpy as np
from django.db import connection
from psycopg import sql

from geo.codes import GEOGRAPHIES
from geo.errors import QualityError
from geo.models import Availability, Indicator, Period, Release, Stratum
from geo.periods import parse_period
from geo.releases.breaks import class_breaks
from geo.releases.columns import jsonb
from geo.releases.copying import copy_rows
from geo.releases.definitions import Definition
from geo.releases.figures import Key, Sheet
from geo.releases.frame import Frame
from geo.sqlfiles import statement
from geo.statuses import Basis

# Rows gathered before they are sent: few COPY statements, little memory.
ROWS_AT_ONCE = 400_000

_KEYS = ("release_id", "indicator_id", "geography_id", "period_id", "stratum_id")
# Columns of what a release holds, a row a sheet that has any value.
_AVAILABLE = (*_KEYS, "areas", "values", "numerator", "denominator", "minimum", "median", "maximum", "breaks", "basis")
_FLOATS = ("numerator", "denominator", "value", "lower", "upper", "coverage")
# What is summed as it is sent, and again in the database. Sums are taken in another order there: they agree to so many parts of one.
_SUMMED = ("numerator", "denominator", "value")
_ALIKE = 1e-9
_WORDS = ("status", "basis", "comparison", "reason")


def partition_name(release: Release) -> str:
    """The table that holds the observations of a release."""
    return f"geo_observation_{release.pk}"


class ObservationWriter:
    """Takes sheets one by one, and stores their rows, their availability and a digest of all of it.

    Use inside one transaction: `begin`, `add` for each sheet, `finish`. Rows are sorted by the order in which sheets are added.
    """

    def __init__(self, release: Release, frame: Frame, indicators: dict[str, Indicator], definitions: dict[str, Definition]) -> None:
        self.rows = 0
        self._release, self._frame = release, frame
        self._indicators, self._definitions = indicators, definitions
        self._strata = dict(Stratum.objects.values_list("slug", "id"))
        self._periods: dict[str, int] = {}
        self._waiting: list[tuple[tuple[int, ...], dict[str, np.ndarray]]] = []
        self._waiting_rows = 0
        self._available: list[tuple[object, ...]] = []
        self._digest = hashlib.sha256()
        # Sums as sent, and sums of magnitudes, by which the difference is judged.
        self._sums, self._magnitudes = np.zeros(len(_SUMMED)), np.zeros(len(_SUMMED))

    def begin(self) -> None:
        """Make the empty partition; an earlier one of the same release is replaced."""
        drop_partition(self._release)
        _run("releases/begin_partition", self._release)

    def add(self, sheet: Sheet) -> None:
        """Take the rows of one sheet, except those that are omitted. One without any value is stored and not offered (Availability)."""
        kept = slice(None) if not sheet.is_omitted.any() else ~sheet.is_omitted
        key = sheet.key
        places = kept if sheet.places is None else sheet.places[kept]
        columns: dict[str, np.ndarray] = {"area_id": self._frame.ids(key.geography)[places].astype(np.int32)}
        columns |= {name: getattr(sheet, name)[kept] for name in _FLOATS}
        columns |= {name: getattr(sheet, name)[kept].astype(np.int16, copy=False) for name in _WORDS}
        columns["is_reliable"] = sheet.is_reliable[kept]
        self._note(key, columns, self._frame.codes(key.geography)[places])
        size = len(columns["area_id"])
        keys = self._keys(key)
        if (known := ~np.isnan(sheet.value)).any():
            self._available.append((*keys, size, *self._availability(sheet, known)))
        self._waiting.append((keys, columns))
        self._waiting_rows += size
        if self._waiting_rows >= ROWS_AT_ONCE:
            self._send()

    def finish(self) -> str:
        """Send what waits, check sums, index and attach the partition, store the availability. Gives the digest of all rows.

        Raises QualityError where the database holds other rows or sums than were sent.
        """
        self._send()
        self._check_sums()
        _run("releases/index_partition", self._release)
        _run("releases/attach_partition", self._release)
        Availability.objects.filter(release=self._release).delete()
        offered = dict(zip(_AVAILABLE, zip(*self._available, strict=True), strict=False))
        with connection.cursor() as cursor:
            copy_rows(cursor, "geo_availability", offered | {"breaks": jsonb(offered["breaks"])} if offered else {})
        return self._digest.hexdigest()

    def _send(self) -> None:
        if not self._waiting:
            return
        sizes = [len(columns["area_id"]) for _, columns in self._waiting]
        keys = zip(*(keys for keys, _ in self._waiting), strict=True)
        together = {name: np.repeat(np.array(column, dtype=np.int32), sizes) for name, column in zip(_KEYS, keys, strict=True)}
        together |= {name: np.concatenate([columns[name] for _, columns in self._waiting]) for name in self._waiting[0][1]}
        for at, name in enumerate(_SUMMED):
            self._sums[at] += np.nansum(together[name])
            self._magnitudes[at] += np.nansum(np.abs(together[name]))
        with connection.cursor() as cursor:
            self.rows += copy_rows(cursor, partition_name(self._release), together, is_new=True)
        self._waiting, self._waiting_rows = [], 0

    def _check_sums(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_filled("releases/sums_of_partition", self._release))
            rows, *sums = cursor.fetchone()
        if rows != self.rows or (np.abs(np.array(sums) - self._sums) > _ALIKE * self._magnitudes).any():
            sent = dict(zip(("rows", *_SUMMED), (self.rows, *self._sums.tolist()), strict=True))
            raise QualityError(f"The database holds {rows} rows with sums {sums}; sent were {sent}.")

    def _note(self, key: Key, columns: dict[str, np.ndarray], codes: np.ndarray) -> None:
        """Add the sheet to the digest: by codes and slugs, so that another database gives the same digest."""
        self._digest.update(repr((key.indicator, key.geography, key.period, key.stratum)).encode())
        self._digest.update("".join(codes).encode())
        for name in (*_FLOATS, *_WORDS, "is_reliable"):
            self._digest.update(np.ascontiguousarray(columns[name]).data)

    def _period(self, slug: str) -> int:
        if slug not in self._periods:
            period = parse_period(slug)
            fields = {"kind": period.kind, "label": period.label, "start": period.start, "end": period.end}
            self._periods[slug] = Period.objects.get_or_create(slug=slug, defaults=fields)[0].pk
        return self._periods[slug]

    def _keys(self, key: Key) -> tuple[int, ...]:
        """Numbers of the release and of what a sheet speaks of, as _KEYS names them."""
        indicator, geography = self._indicators[key.indicator].pk, GEOGRAPHIES[key.geography].id
        return self._release.pk, indicator, geography, self._period(key.period), self._strata[key.stratum]

    def _availability(self, sheet: Sheet, known: np.ndarray) -> tuple[object, ...]:
        """What is told of a sheet with some value, as _AVAILABLE names it. known: where it has one."""
        values = np.sort(sheet.value[known])
        has_counts = known & ~np.isnan(sheet.numerator)
        modelled = bool((sheet.basis[known] == Basis.MODELLED).any())
        middle = len(values) // 2
        return (
            len(values),
            float(sheet.numerator[has_counts].sum()) if has_counts.any() else None,
            float(sheet.denominator[has_counts].sum()) if has_counts.any() else None,
            float(values[0]),
            float(values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2),
            float(values[-1]),
            class_breaks(sheet.value[known], self._definitions[sheet.key.indicator]),
            int(Basis.MODELLED if modelled else Basis.OBSERVED),
        )


def drop_partition(release: Release) -> None:
    """Remove all observations of a release."""
    _run("releases/drop_partition", release)


def dropped(releases: Sequence[Release]) -> list[str]:
    """Remove the observations of these releases, and give their slugs."""
    for release in releases:
        drop_partition(release)
    return [release.slug for release in releases]


def _run(name: str, release: Release) -> None:
    """Run one of our statements with the release's names and number in their places."""
    with connection.cursor() as cursor:
        cursor.execute(_filled(name, release))


def _filled(name: str, release: Release) -> sql.Composed:
    table = partition_name(release)
    return sql.SQL(statement(name)).format(
        partition=sql.Identifier(table),
        release_id=sql.Literal(release.pk),
        release_check=sql.Identifier(f"{table}_release"),
        area_index=sql.Identifier(f"{table}_area"),
    )
