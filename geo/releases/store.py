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
from geo.releases.copying import copy_rows
from geo.releases.definitions import Definition
from geo.releases.figures import Key, Sheet
from geo.releases.frame import Frame
from geo.sqlfiles import statement
from geo.statuses import Basis

# Rows gathered before they are sent: few COPY statements, little memory.
ROWS_AT_ONCE = 400_000

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
        self._waiting: list[dict[str, np.ndarray]] = []
        self._waiting_rows = 0
        self._available: list[Availability] = []
        self._digest = hashlib.sha256()
        # Sums as sent, and sums of magnitudes, by which the difference is judged.
        self._sums, self._magnitudes = np.zeros(len(_SUMMED)), np.zeros(len(_SUMMED))

    def begin(self) -> None:
        """Make the empty partition; an earlier one of the same release is replaced."""
        drop_partition(self._release)
        _run("releases/begin_partition", self._release)

    def add(self, sheet: Sheet) -> None:
        """Take the rows of one sheet, except those that are omitted. One without any value is stored and not offered (Availability)."""
        size = int((~sheet.is_omitted).sum())
        kept = ~sheet.is_omitted if size < len(sheet) else slice(None)
        key = sheet.key
        columns: dict[str, np.ndarray] = {
            "release_id": np.full(size, self._release.pk, dtype=np.int32),
            "indicator_id": np.full(size, self._indicators[key.indicator].pk, dtype=np.int32),
            "geography_id": np.full(size, GEOGRAPHIES[key.geography].id, dtype=np.int16),
            "period_id": np.full(size, self._period(key.period), dtype=np.int32),
            "stratum_id": np.full(size, self._strata[key.stratum], dtype=np.int16),
            "area_id": self._frame.ids(key.geography)[kept].astype(np.int32),
        }
        columns |= {name: getattr(sheet, name)[kept] for name in _FLOATS}
        columns |= {name: getattr(sheet, name)[kept].astype(np.int16) for name in _WORDS}
        columns["is_reliable"] = sheet.is_reliable[kept]
        self._note(key, columns, self._frame.codes(key.geography)[kept])
        if not np.isnan(sheet.value).all():
            self._available.append(self._availability(sheet, size))
        self._waiting.append(columns)
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
        Availability.objects.bulk_create(self._available, batch_size=500)
        return self._digest.hexdigest()

    def _send(self) -> None:
        if not self._waiting:
            return
        together = {name: np.concatenate([columns[name] for columns in self._waiting]) for name in self._waiting[0]}
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
        """Add the sheet to the sums and to the digest: by codes and slugs, so that another database gives the same digest."""
        self._digest.update(repr((key.indicator, key.geography, key.period, key.stratum)).encode())
        self._digest.update("".join(codes).encode())
        summed = [columns[name] for name in _SUMMED]
        self._sums += [np.nansum(values) for values in summed]
        self._magnitudes += [np.nansum(np.abs(values)) for values in summed]
        for name in (*_FLOATS, *_WORDS, "is_reliable"):
            self._digest.update(np.ascontiguousarray(columns[name]).data)

    def _period(self, slug: str) -> int:
        if slug not in self._periods:
            period = parse_period(slug)
            fields = {"kind": period.kind, "label": period.label, "start": period.start, "end": period.end}
            self._periods[slug] = Period.objects.get_or_create(slug=slug, defaults=fields)[0].pk
        return self._periods[slug]

    def _availability(self, sheet: Sheet, areas: int) -> Availability:
        key, known = sheet.key, ~np.isnan(sheet.value)
        values = sheet.value[known]
        has_counts = known & ~np.isnan(sheet.numerator)
        modelled = bool((sheet.basis[known] == Basis.MODELLED).any())
        return Availability(
            release=self._release,
            indicator=self._indicators[key.indicator],
            geography_id=GEOGRAPHIES[key.geography].id,
            period_id=self._period(key.period),
            stratum_id=self._strata[key.stratum],
            areas=areas,
            values=len(values),
            numerator=float(sheet.numerator[has_counts].sum()) if has_counts.any() else None,
            denominator=float(sheet.denominator[has_counts].sum()) if has_counts.any() else None,
            minimum=float(values.min()) if len(values) else None,
            median=float(np.median(values)) if len(values) else None,
            maximum=float(values.max()) if len(values) else None,
            breaks=class_breaks(values, self._definitions[key.indicator]),
            basis=Basis.MODELLED if modelled else Basis.OBSERVED,
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
