"""Every stored tile of every current tileset against the truth computed from the stored shapes. Writes docs/evidence/tiles.md.

A tile must hold every area that shares more than a square unit (of 4096) with it, and may hold none that does not reach its buffer; all
ids of a tileset must stand in the tiles of each zoom. Read by the plain reader of tests/oracles, which shares nothing with the service.
Exits 1 when a tile breaks a rule. Takes some minutes on two cores.
"""

import os
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "evidence" / "tiles.md"
ZOOMS = range(5, 13)


@dataclass
class Found:
    """What the tiles of one tileset showed."""

    slug: str
    features: int
    tiles: int = 0
    bytes: int = 0
    largest: int = 0
    missing: int = 0
    beyond: int = 0
    incomplete_zooms: list[int] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether no rule is broken."""
        return not (self.missing or self.beyond or self.incomplete_zooms)


def judge(slug: str) -> Found:
    """All tiles of one tileset's current version."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
    django.setup()
    import shapely

    from geo.models import Area, Release, Tile
    from tests.oracles.tile_truth import Shapes
    from tests.oracles.vector_tiles import read_tile

    version = Release.objects.get(is_current=True).tilesets[slug]
    stored = list(
        Area.objects.filter(geography__slug=slug, feature_id__gt=0, geometry_3857__isnull=False).values_list("feature_id", "geometry_3857")
    )
    shapes = Shapes([number for number, _ in stored], [shapely.from_wkb(bytes(shape.wkb)) for _, shape in stored])
    found = Found(slug, len(stored))
    seen: dict[int, set[int]] = {z: set() for z in ZOOMS}
    tiles = Tile.objects.filter(tileset__geography__slug=slug, tileset__version=version).values_list("z", "x", "y", "content")
    for z, x, y, content in tiles.iterator(chunk_size=500):
        packed = bytes(content)
        held = {feature.id for feature in read_tile(zlib.decompress(packed, 31))[slug].features}
        truth = shapes.truth(z, x, y)
        found.tiles += 1
        found.bytes += len(packed)
        found.largest = max(found.largest, len(packed))
        found.missing += len(truth.must - held)
        found.beyond += len(held - truth.may)
        seen[z] |= held
    found.incomplete_zooms = [z for z in ZOOMS if seen[z] != set(range(1, len(stored) + 1))]
    return found


def main() -> int:
    """Judge all tilesets, two at a time; write and print the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiid.settings")
    django.setup()
    from geo.models import Release

    release = Release.objects.get(is_current=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(judge, sorted(release.tilesets)))
    lines = [
        "# Tiles against the truth of their shapes",
        "",
        f"Made by `make evidence` from release {release.slug}: every stored tile of z5 to z12, judged by `tools/evidence/tiles_truth.py`.",
        "",
        "| tileset | areas | tiles | MB | largest tile, kB | areas missing | areas beyond the buffer | zooms without all ids |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in results:
        zooms = ", ".join(map(str, one.incomplete_zooms)) or "none"
        sizes = f"{one.bytes / 1e6:.1f} | {one.largest / 1e3:.0f}"
        lines.append(f"| {one.slug} | {one.features:,} | {one.tiles:,} | {sizes} | {one.missing} | {one.beyond} | {zooms} |")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0 if all(one.is_right for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
