"""Link, derive and protect a synthetic world."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.disclosure.revision_words import in_words
from geo.errors import HiidError
from geo.linkage.engines import ENGINES
from geo.operations.linking import link_world, protected_folder
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling


class Command(BaseCommand):
    """`link_records`."""

    help = "Link the records of a world that synthesise made, derive its indicators and protect them. What stands is not made again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which world, on which engine."""
        parser.add_argument("world", help="name of a world, as synthesise said it")
        parser.add_argument("--engine", choices=ENGINES, default="duckdb")
        parser.add_argument("--never-published", action="store_true", help="hold nothing back: nobody has seen earlier editions of it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps, and say what left."""
        try:
            with one_at_a_time("link_records"), telling() as teller:
                found = link_world(
                    settings.HIID_DATA,
                    options["world"],
                    engine=options["engine"],
                    never_published=options["never_published"],
                    progress=teller.say,
                )
        except HiidError as error:
            raise CommandError(str(error)) from error
        rows = found.manifest["files"]["observations.parquet"]["rows"]
        steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.seconds.items())
        state = "protected" if found.is_new else "stand as they were"
        self.stdout.write(
            f"World {options['world']} (synthetic): {rows:,} figures {state} ({steps}), in"
            f" {protected_folder(settings.HIID_DATA, options['world'])}"
        )
        if told := in_words(found.manifest):
            self.stdout.write(f"{told[0].upper()}{told[1:]}.")
