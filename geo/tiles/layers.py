"""What can be drawn with values: a slice of a release (tileset, indicator, period, stratum), or the sites of one kind.

A finished layer is named `<tileset>.<indicator>.<period>.<stratum>` or `sites.<kind>`. Names lead to keys here, and nothing of a name ever
becomes part of a statement.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from geo.codes import AREA_TILESETS, CELLS, GEOGRAPHIES, TILESETS
from geo.errors import (
    InputError,
    InvalidPeriod,
    InvalidTileAddress,
    RefusedClaim,
    UnknownGeography,
    UnknownIndicator,
    UnknownRelease,
    UnknownStratum,
    WithdrawnRelease,
)
from geo.models import Availability, CellSlice, Observation, Release, Site
from geo.tiles.reading import read_binary

SITES = "sites"


@dataclass(frozen=True)
class Slice:
    """Names and keys of one slice of a release: what one value file holds and one finished layer draws."""

    release: str
    tileset: str
    indicator: str
    period: str
    stratum: str
    release_id: int
    geography_id: int
    indicator_id: int
    period_id: int
    stratum_id: int

    @property
    def layer(self) -> str:
        """The name of its finished layer."""
        return f"{self.tileset}.{self.indicator}.{self.period}.{self.stratum}"


@dataclass(frozen=True)
class SiteLayer:
    """The sites of one kind; they are of no release, and the same under each."""

    kind: str


@dataclass(frozen=True)
class SliceName:
    """A slice as it is named in an address."""

    tileset: str
    indicator: str
    period: str
    stratum: str


def check_release(slug: str) -> int:
    """The key of a release that readers may have: published, current or not.

    Raises WithdrawnRelease with its notice, and UnknownRelease for one that does not exist or was never published.
    """
    row = Release.objects.filter(slug=slug).values_list("id", "state", "withdrawal_notice").first()
    if row is None or row[1] not in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
        valid = Release.objects.filter(state=Release.State.PUBLISHED).order_by("-is_current", "-id").values_list("slug", flat=True)
        raise UnknownRelease(f"There is no release {slug!r}.", parameter="release", found=slug, valid=tuple(valid[:10]))
    if row[1] == Release.State.WITHDRAWN:
        raise WithdrawnRelease(row[2] or f"The release {slug!r} was withdrawn.", parameter="release", found=slug)
    return int(row[0])


def find_layer(release: str, layer: str) -> Slice | SiteLayer:
    """What a layer's name means in a release that readers may have. Raises the InputError that says which part of it is unknown."""
    release_id = check_release(release)
    parts = layer.split(".")
    if len(parts) == 2 and parts[0] == SITES:
        return _site_layer(parts[1])
    if len(parts) != 4:
        raise InvalidTileAddress(
            f"There is no layer {layer!r}.",
            parameter="layer",
            found=layer,
            valid=("<tileset>.<indicator>.<period>.<stratum>", "sites.<kind>"),
        )
    if parts[0] == CELLS.slug:
        said = f"Cells have no finished layers: their figures are joined to the tileset {CELLS.slug}."
        raise InvalidTileAddress(said, parameter="layer", found=layer, valid=AREA_TILESETS)
    try:
        return find_slice(release, release_id, SliceName(*parts))
    except InputError as error:
        raise InvalidTileAddress(f"There is no layer {layer!r}. {error}", parameter="layer", found=layer, valid=error.valid) from error


@lru_cache(maxsize=4096)
def find_slice(release: str, release_id: int, name: SliceName) -> Slice:
    """The slice's keys. Kept in the process, for a release never changes. Raises the InputError that names the unknown part."""
    values = {
        "release_id": release_id,
        "tileset": name.tileset,
        "indicator": name.indicator,
        "period": name.period,
        "stratum": name.stratum,
    }
    rows = read_binary("tiles/cell_slice_keys" if name.tileset == CELLS.slug else "tiles/slice_keys", values)
    if not rows:
        raise _unknown_part(release_id, name)
    geography_id, indicator_id, period_id, stratum_id = rows[0]
    return Slice(
        release, name.tileset, name.indicator, name.period, name.stratum, release_id, geography_id, indicator_id, period_id, stratum_id
    )


def _site_layer(kind: str) -> SiteLayer:
    if not Site.objects.filter(kind=kind).exists():
        valid = tuple(f"{SITES}.{each}" for each in Site.objects.order_by("kind").values_list("kind", flat=True).distinct())
        raise InvalidTileAddress(f"There are no sites of kind {kind!r}.", parameter="layer", found=f"{SITES}.{kind}", valid=valid)
    return SiteLayer(kind)


def _unknown_part(release_id: int, name: SliceName) -> InputError:
    """The first part of the name that the release does not have, with what it has in its place; of a slice that it has and does not
    offer, why."""
    if name.tileset not in TILESETS:
        return UnknownGeography(f"There is no tileset {name.tileset!r}.", parameter="tileset", found=name.tileset, valid=TILESETS)
    if _is_withheld(release_id, name):
        return RefusedClaim("withheld_everywhere", "Every figure of this slice is withheld to protect people, so there is nothing to draw.")
    held: QuerySet[Any] = CellSlice.objects.filter(release_id=release_id)
    if name.tileset != CELLS.slug:
        held = Availability.objects.filter(release_id=release_id, geography_id=GEOGRAPHIES[name.tileset].id)
    steps: tuple[tuple[str, str, type[InputError]], ...] = (
        ("indicator", name.indicator, UnknownIndicator),
        ("period", name.period, InvalidPeriod),
        ("stratum", name.stratum, UnknownStratum),
    )
    for part, found, error in steps:
        field = f"{part}__slug"
        valid = tuple(held.order_by(field).values_list(field, flat=True).distinct())
        if found not in valid:
            return error(f"The release has no {part} {found!r} here.", parameter=part, found=found, valid=valid)
        held = held.filter(**{field: found})
    return InvalidTileAddress("The release has no such slice.", parameter="stratum", found=name.stratum)


def _is_withheld(release_id: int, name: SliceName) -> bool:
    """Whether a release has a slice of which every figure is withheld: it is kept and not offered."""
    named = {"indicator__slug": name.indicator, "period__slug": name.period, "stratum__slug": name.stratum}
    return Observation.objects.filter(release_id=release_id, geography__slug=name.tileset, **named).exists()
