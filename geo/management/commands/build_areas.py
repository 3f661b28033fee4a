"""Make areas, links, deprivation, postcodes and sites from what is loaded."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling
from geo.releases.areas import build_areas
from geo.releases.travel import fit_travel


class Command(BaseCommand):
    """`build_areas`."""

    help = "Make areas, their links, deprivation, postcodes and sites from the loaded files. Nothing to do when these have not changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them and say how many."""
        try:
            with one_at_a_time("build_areas"), telling() as teller:
                build = build_areas(progress=teller.report)
                drive = fit_travel()
        except HiidError as error:
            raise CommandError(str(error)) from error
        for table, count in build.rows.items():
            self.stdout.write(f"{table}: {count}")
        if drive is not None:
            off = drive.error["mean_absolute"]
            self.stdout.write(f"{drive.mode}: off by {off:.2f} minutes on trips of an hour or less to hospitals that the fits did not see")
        if build.notes.get("absent"):
            self.stdout.write(f"Not loaded, and therefore left out: {', '.join(build.notes['absent'])}")
