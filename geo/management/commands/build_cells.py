"""Add figures of H3 cells to a release."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.codes import CELLS
from geo.errors import HiidError
from geo.models import Release
from geo.operations.cells import build_cell_files
from geo.operations.chain import draw_tilesets
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling


class Command(BaseCommand):
    """`build_cells`."""

    help = "Make the figures of cells of a release that was made before there were cells, from its published values; areas come first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The release."""
        parser.add_argument("release", nargs="?", help="id of a release (default: the current one)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw the cells where they are not, make the files, and say how many."""
        named = {"slug": options["release"]} if options["release"] else {"is_current": True}
        release = Release.objects.filter(**named).first()
        if release is None:
            raise CommandError(f"There is no release {options['release'] or 'that is current'}.")
        try:
            with one_at_a_time("build_cells"), telling() as teller:
                draw_tilesets(teller, only=(CELLS.slug,))
                files = build_cell_files(release, progress=teller.report)
        except HiidError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Release {release} has {files} files of cells.")
