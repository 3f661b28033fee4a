"""What there is: releases, and the indicators of a release with everything that is available of each."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from geo.codes import BY_ID, Geography
from geo.errors import NothingPublished, UnknownIndicator, UnknownRelease, WithdrawnRelease
from geo.models import Indicator, Release
from geo.queries.reading import read
from geo.statuses import Basis, word

# Slugs repeated in an error, so that it stays readable.
MOST_NAMED = 100

# What any slug is made of; anything else is not even looked for.
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

# The source of every indicator that is counted from linked records.
LINKED_RECORDS = "linked-records"

# States of a release that anybody may know of; the others are under construction.
PUBLIC_STATES = (Release.State.PUBLISHED, Release.State.WITHDRAWN)


@dataclass(frozen=True)
class ReleaseInfo:
    """One release that is, or was, public. `id` is its key in the database and never leaves the house.

    tilesets: geography -> version of its tiles. sources: slug -> {sha256, origin, state}. quality, sums: the report of its build.
    """

    id: int
    slug: str
    state: str
    is_current: bool
    is_synthetic: bool
    built_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawal_notice: str
    code_version: str
    previous: str | None
    tilesets: dict[str, Any]
    sources: dict[str, Any]
    sums: dict[str, Any]
    quality: dict[str, Any]

    @property
    def totals(self) -> dict[str, Any]:
        """Rows and digest, by which two releases are told apart; without the thousands of figures of England, which are observations."""
        return {name: self.sums[name] for name in ("rows", "digest") if name in self.sums}


@dataclass(frozen=True)
class Slice:
    """One indicator in one geography, period and stratum of a release: what one map shows. The `_id`s stay in the house.

    areas: rows; values: rows with a value. breaks: upper bounds of the classes, the last is the maximum.
    """

    indicator_id: int
    indicator: str
    geography: Geography
    period_id: int
    period: str
    period_label: str
    stratum_id: int
    stratum: str
    stratum_title: str
    basis: str
    areas: int
    values: int
    minimum: float | None
    median: float | None
    maximum: float | None
    breaks: tuple[float, ...]


@dataclass(frozen=True)
class AvailableGeography:
    """Where an indicator can be had: periods newest first, strata, and the slices that these make."""

    geography: Geography
    basis: str
    periods: tuple[str, ...]
    strata: tuple[str, ...]
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class IndicatorInfo:
    """One indicator of a release. `definition` is its definition file; `available` what the release holds, finest areas first."""

    id: int
    slug: str
    version: int
    definition: dict[str, Any]
    available: tuple[AvailableGeography, ...]

    @property
    def title(self) -> str:
        """Its name for people."""
        return str(self.definition.get("title", self.slug))

    @property
    def is_ratio_only(self) -> bool:
        """Whether the publisher gives no counts behind it."""
        return self.definition.get("kind") == "ratio_only"

    @property
    def is_linked(self) -> bool:
        """Whether it is counted from linked records: its figure of England is then that of all people of these records alone."""
        return LINKED_RECORDS in (self.definition.get("sources") or ())

    @property
    def slices(self) -> tuple[Slice, ...]:
        """All that is available, newest period first within each geography."""
        return tuple(part for available in self.available for part in available.slices)


def get_release(slug: str | None = None) -> ReleaseInfo:
    """The current release, or the one with this id.

    Raises NothingPublished when none is current, UnknownRelease for an id that was never public, WithdrawnRelease with the notice.
    """
    if slug is None:
        found = Release.objects.filter(is_current=True).select_related("previous").first()
        if found is None:
            raise NothingPublished("No release has been published yet.")
        return _release(found)
    named = Release.objects.filter(slug=slug, state__in=PUBLIC_STATES) if _SLUG.fullmatch(slug) else Release.objects.none()
    found = named.select_related("previous").first()
    if found is None:
        known = Release.objects.filter(state=Release.State.PUBLISHED).order_by("-published_at").values_list("slug", flat=True)
        raise UnknownRelease("There is no such release.", parameter="release", found=slug, valid=tuple(known[:MOST_NAMED]))
    if found.state == Release.State.WITHDRAWN:
        notice = found.withdrawal_notice or "This release was withdrawn."
        raise WithdrawnRelease(notice, parameter="release", found=slug)
    return _release(found)


def find_current_release() -> ReleaseInfo | None:
    """The current release, or None before the first is published."""
    found = Release.objects.filter(is_current=True).select_related("previous").first()
    return _release(found) if found else None


def info_of(release: Release) -> ReleaseInfo:
    """What is known of a release that may not be public yet, for whoever makes it."""
    return _release(release)


def list_releases() -> list[ReleaseInfo]:
    """Every release that is or was public, newest first; a withdrawn one with its notice."""
    found = (
        Release.objects.filter(state__in=PUBLIC_STATES).select_related("previous").order_by(F("published_at").desc(nulls_last=True), "-id")
    )
    return [_release(release) for release in found]


def list_indicators(release: ReleaseInfo) -> list[IndicatorInfo]:
    """The indicators of a release, by slug, each with what is available of it."""
    return _indicators(release, None)


def get_indicator(slug: str, release: ReleaseInfo) -> IndicatorInfo:
    """One indicator of a release. Raises UnknownIndicator, naming those it has."""
    found = _indicators(release, slug) if _SLUG.fullmatch(slug) else []
    if not found:
        known = tuple(indicator.slug for indicator in list_indicators(release))
        raise UnknownIndicator(
            f"Release {release.slug} has no such indicator.", parameter="indicator", found=slug, valid=known[:MOST_NAMED]
        )
    return found[0]


def find_indicators(release: ReleaseInfo, slugs: tuple[str, ...]) -> list[IndicatorInfo]:
    """Those of these indicators that the release holds, by slug."""
    return [found for slug in sorted(slugs) for found in _indicators(release, slug)]


def _release(release: Release) -> ReleaseInfo:
    return ReleaseInfo(
        id=release.pk,
        slug=release.slug,
        state=release.state,
        is_current=release.is_current,
        is_synthetic=release.is_synthetic,
        built_at=release.built_at,
        published_at=release.published_at,
        withdrawn_at=release.withdrawn_at,
        withdrawal_notice=release.withdrawal_notice,
        code_version=release.code_version,
        previous=release.previous.slug if release.previous else None,
        tilesets=release.tilesets,
        sources=release.sources,
        sums=release.sums,
        quality=release.quality,
    )


def _indicators(release: ReleaseInfo, slug: str | None) -> list[IndicatorInfo]:
    """Indicators with their slices; one that holds nothing in this release is none of its indicators."""
    slices: dict[int, list[Slice]] = {}
    for row in read("queries/availability", {"release": release.id, "indicator": slug}):
        row["geography"] = BY_ID[row.pop("geography_id")]
        row["basis"] = word(Basis(row["basis"]))
        row["breaks"] = tuple(json.loads(row["breaks"]))
        slices.setdefault(row["indicator_id"], []).append(Slice(**row))
    return [
        IndicatorInfo(
            id=indicator.pk,
            slug=indicator.slug,
            version=indicator.version,
            definition=indicator.definition,
            available=_available(slices[indicator.pk]),
        )
        for indicator in Indicator.objects.filter(pk__in=slices).order_by("slug", "version")
    ]


def _available(slices: list[Slice]) -> tuple[AvailableGeography, ...]:
    by_geography: dict[Geography, list[Slice]] = {}
    for part in slices:
        by_geography.setdefault(part.geography, []).append(part)
    return tuple(
        AvailableGeography(
            geography=geography,
            basis=parts[0].basis,
            periods=tuple(dict.fromkeys(part.period for part in parts)),
            strata=tuple(dict.fromkeys(part.stratum for part in parts)),
            slices=tuple(parts),
        )
        for geography, parts in by_geography.items()
    )
