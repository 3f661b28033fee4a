"""Keep a table of measured minutes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.codes import GEOGRAPHIES
from geo.desk.matrices import keep_matrix
from geo.errors import SourceError


class Command(BaseCommand):
    """`load_travel_times`."""

    help = "Keep minutes that somebody measured (CSV or Parquet), so that plans can be made by them: docs/how-to/travel-times.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file and what is said of it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="what people choose it by")
        parser.add_argument("--mode", required=True, help="what one travels by, such as 'bus on a weekday morning'")
        parser.add_argument("--source", required=True, help="who measured it, and when")
        parser.add_argument("--geography", default="lsoa21", choices=sorted(GEOGRAPHIES), help="set of areas that people set out from")
        parser.add_argument(
            "--leave-out-unknown", action="store_true", help="pass over areas and places that are not known, and count them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, keep, and say what was kept."""
        told = {key: options[key] for key in ("name", "mode", "source", "geography")}
        try:
            kept, left_out = keep_matrix(options["file"], **told, leave_out=options["leave_out_unknown"])
        except SourceError as error:
            raise CommandError(str(error)) from error
        size = f"{len(kept.origins):,} areas to {len(kept.destinations):,} places"
        self.stdout.write(
            f"{kept.name}: {size}, {kept.mode}; {left_out[0]:,} rows and {left_out[1]:,} places left out. Provider: matrix:{kept.digest}"
        )
