"""Making a release the current one, going back, and withdrawing. Each is one transaction: readers see the old state or the new one.

A release is published with its tiles and value files or not at all. The last three published releases stay readable; the rows and
files of older ones are removed, their names and reports stay.
"""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from geo.codes import CELLS, GEOGRAPHIES
from geo.errors import QualityError, UnknownRelease
from geo.models import Area, Availability, CellSlice, Release, Tileset, ValueFile
from geo.releases.linked_editions import refuse_unregarded
from geo.releases.store import dropped
from geo.sqlfiles import statement

# Published releases whose numbers stay readable, the current one among them.
KEPT = 3


@transaction.atomic
def publish_release(slug: str) -> Release:
    """Make a checked release the current one. Publishing the current one again changes nothing.

    Raises UnknownRelease for a slug that is not there; QualityError where the release was not checked, was withdrawn, or where a
    tileset or value file of what it holds is missing, or figures of linked records were protected without regard to what stands.
    """
    _one_at_a_time()
    release = _release(slug)
    if release.is_current:
        return release
    if release.state not in (Release.State.CHECKED, Release.State.PUBLISHED):
        raise QualityError(f"Release {slug} is {release.state}; only a checked release can be published.")
    _refuse_incomplete(release)
    refuse_unregarded(release)
    current = Release.objects.filter(is_current=True).first()
    release.previous = current
    _make_current(release)
    _drop_older()
    return release


@transaction.atomic
def rollback_release() -> Release:
    """Make the release before the current one current again; the one that was current stays published.

    Raises QualityError where there is no earlier release whose numbers are still there.
    """
    _one_at_a_time()
    current = Release.objects.filter(is_current=True).first()
    earlier = _readable()
    if current is not None:
        earlier = earlier.exclude(pk=current.pk).filter(published_at__lt=current.published_at)
    before = earlier.order_by("-published_at").first()
    if before is None:
        raise QualityError("There is no earlier release to go back to.")
    _make_current(before)
    return before


@transaction.atomic
def withdraw_release(slug: str, *, notice: str) -> Release:
    """Withdraw a release that must not stand: it answers with this notice, and its numbers go with the next publication.

    The release before a withdrawn current one takes over; with none, no release is current.
    Raises UnknownRelease; QualityError for an empty notice or a release never published.
    """
    _one_at_a_time()
    release = _release(slug)
    if not notice.strip():
        raise QualityError("A withdrawal needs a notice that says why.")
    if release.state not in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
        raise QualityError(f"Release {slug} is {release.state}; only a published release can be withdrawn.")
    was_current = release.is_current
    release.is_current, release.state = False, Release.State.WITHDRAWN
    release.withdrawn_at, release.withdrawal_notice = timezone.now(), notice.strip()
    release.save()
    if was_current and (before := _readable().order_by("-published_at").first()):
        _make_current(before)
    return release


def missing_files(release: Release) -> list[str]:
    """What a release lacks to be shown: a geography without tiles, or a slice of one (`lsoa21/qof-copd/2020-21/all`) without its file.

    Only geographies that have shapes are drawn; the release names the version of the tiles that its value files are bound to.
    """
    drawn = _drawn_geographies(release)
    complete = set(Tileset.objects.filter(is_complete=True).values_list("geography__slug", "version"))
    lacking = [slug for slug in drawn if (slug, release.tilesets.get(slug)) not in complete]
    with connection.cursor() as cursor:
        cursor.execute(statement("releases/missing_value_files"), [release.pk, [GEOGRAPHIES[slug].id for slug in drawn]])
        lacking += ["/".join(row) for row in cursor.fetchall()]
    return lacking + _missing_cells(release, complete)


def _missing_cells(release: Release, complete: set[tuple[str, str]]) -> list[str]:
    """The same of cells: their tiles, or main files of what the release holds of them."""
    files = ValueFile.objects.filter(release=release, geography_id=CELLS.id, kind="main")
    held = set(files.values_list("indicator_id", "period_id", "stratum_id"))
    slices = list(CellSlice.objects.filter(release=release).select_related("indicator", "period", "stratum"))
    lacking = [CELLS.slug] if slices and (CELLS.slug, release.tilesets.get(CELLS.slug)) not in complete else []
    missing = [each for each in slices if (each.indicator_id, each.period_id, each.stratum_id) not in held]
    return lacking + [f"{CELLS.slug}/{each.indicator.slug}/{each.period}/{each.stratum}" for each in missing]


def _drawn_geographies(release: Release) -> list[str]:
    """Geographies of the release that are drawn: those with tiles by their kind, and with shapes at hand."""
    held = Availability.objects.filter(release=release).values_list("geography__slug", flat=True).distinct()
    with_tiles = [slug for slug in held if GEOGRAPHIES[slug].has_tiles]
    return [slug for slug in with_tiles if Area.objects.filter(geography__slug=slug, geometry_3857__isnull=False).exists()]


def _refuse_incomplete(release: Release) -> None:
    if lacking := missing_files(release):
        raise QualityError(f"Release {release.slug} lacks {len(lacking)} tilesets or value files, the first is {lacking[0]}.")


def _one_at_a_time() -> None:
    """Publishing waits for publishing: two that run together would each see the other's current release."""
    with connection.cursor() as cursor:
        cursor.execute(statement("releases/lock_publishing"))


def _release(slug: str) -> Release:
    release = Release.objects.filter(slug=slug).first()
    if release is None:
        known = tuple(Release.objects.order_by("-built_at").values_list("slug", flat=True)[:10])
        raise UnknownRelease(f"There is no release {slug!r}.", parameter="release", found=slug, valid=known)
    return release


def _make_current(release: Release) -> None:
    """Flip the one row: all others first, for the database allows one current release at any moment."""
    Release.objects.filter(is_current=True).update(is_current=False)
    release.state, release.is_current = Release.State.PUBLISHED, True
    release.published_at = release.published_at or timezone.now()
    release.save()


def _readable() -> QuerySet[Release]:
    """Published releases that still have their numbers."""
    return _with_numbers(Release.State.PUBLISHED)


def _with_numbers(state: str) -> QuerySet[Release]:
    """Releases of a state that have their numbers: asked by existence, for a release has thousands of slices and a long report."""
    return Release.objects.filter(Exists(Availability.objects.filter(release=OuterRef("pk"))), state=state)


def _drop_older() -> None:
    """Remove the rows and files of all but the last published releases."""
    older = list(_readable().order_by("-published_at")[KEPT:])
    withdrawn = list(_with_numbers(Release.State.WITHDRAWN))
    removed = [*older, *withdrawn]
    dropped(removed)
    ValueFile.objects.filter(release__in=removed).delete()
    Availability.objects.filter(release__in=removed).delete()
    CellSlice.objects.filter(release__in=removed).delete()
