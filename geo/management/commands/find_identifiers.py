"""Look for NHS numbers where none may be."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.operations.identifiers import Seeker
from geo.operations.searching import numbers_of_worlds, search_database, search_folder


class Command(BaseCommand):
    """`find_identifiers`."""

    help = "Look for NHS numbers of the worlds at hand in the whole database and in every file outside the secure side. Tells places only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where else to look."""
        parser.add_argument("folders", nargs="*", type=Path, help="further folders, such as those of logs")
        parser.add_argument("--no-database", action="store_true", help="look into files alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search, and fail where a known number is found."""
        seeker = Seeker(numbers_of_worlds(settings.HIID_DATA))
        files = search_folder(seeker, settings.HIID_DATA)
        files += sum(search_folder(seeker, folder, left_out=()) for folder in options["folders"])
        columns = 0 if options["no_database"] else search_database(seeker)
        self.stdout.write(
            f"Looked for {len(seeker.known):,} numbers of the extracts in {files:,} files and {columns:,} columns of the database;"
            f" {len(seeker.unread)} files or parts could not be opened."
        )
        for place in seeker.unread:
            self.stdout.write(f"Not opened: {place}")
        for place, count in sorted(seeker.alike.items()):
            self.stdout.write(f"Like a number, of no extract: {place}: {count:,}")
        self.stdout.write(
            f"{seeker.alike.total():,} of {seeker.written:,} ten-digit numbers from 9 on have a right check digit;"
            f" chance gives about {seeker.alike_by_chance:,.1f}."
        )
        for place, count in sorted(seeker.in_bytes.items()):
            self.stdout.write(f"Bytes like a number of the extracts: {place}: {count:,}")
        if seeker.in_bytes_by_chance >= 0.01:
            self.stdout.write(f"{seeker.in_bytes.total():,} such in bytes; chance gives about {seeker.in_bytes_by_chance:,.1f}.")
        for place, count in sorted(seeker.found.items()):
            self.stdout.write(f"FOUND: {place}: {count:,}")
        if seeker.has_found:
            raise CommandError(
                f"Numbers of the extracts stand in {len(seeker.found) or len(seeker.in_bytes)} places outside the secure side"
                f" (chance gives about {seeker.found_by_chance:.2f} written ones)."
            )
        self.stdout.write(f"None of the extracts' numbers was found (chance would give about {seeker.found_by_chance:.2f}).")
