"""Draw the tiles of geographies."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.codes import TILESETS
from geo.errors import HiidError
from geo.operations.chain import draw_tilesets
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling


class Command(BaseCommand):
    """`build_tiles [geography …]`."""

    help = "Draw the tiles of every geography that has shapes, or of those named. Unchanged shapes are not drawn again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Geographies, default all that have tiles."""
        parser.add_argument("geographies", nargs="*", metavar="geography", help=f"one of {', '.join(TILESETS)} (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, and say what has no shapes."""
        wanted = tuple(options["geographies"]) or TILESETS
        if unknown := [slug for slug in wanted if slug not in TILESETS]:
            raise CommandError(f"{unknown[0]!r} has no tiles; these have: {', '.join(TILESETS)}")
        try:
            with one_at_a_time("build_tiles"), telling() as teller:
                absent = draw_tilesets(teller, wanted)
        except HiidError as error:
            raise CommandError(str(error)) from error
        for slug in absent:
            self.stdout.write(f"{slug}: not available, for no boundaries of it are at hand")
