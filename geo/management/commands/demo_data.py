"""A synthetic release of linked records, from nothing to published."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.linkage.engines import ENGINES
from geo.operations.demonstration import demonstrate
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling
from geo.synthetic.country import SYSTEMS
from geo.synthetic.planted import STORIES
from geo.synthetic.worlds import EDITIONS, WorldSpec


class Command(BaseCommand):
    """`demo_data`."""

    help = "Make a synthetic world, link and protect its records, build and publish a release of it. Each step is skipped where it stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of whom, and how."""
        parser.add_argument("--systems", default="ncl,nenc", help=f"short names joined by commas: {', '.join(SYSTEMS)}; or all")
        parser.add_argument("--people", type=int, default=1_000_000, help="to come near to, by whole districts")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--engine", choices=ENGINES, default="duckdb")
        parser.add_argument("--edition", choices=EDITIONS, default="as_recorded", help="repaired: with ethnicity recorded as it is")
        parser.add_argument("--never-published", action="store_true", help="hold nothing back: nobody has seen earlier editions of it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the chain, say its seconds and how to go back."""
        systems = tuple(SYSTEMS) if options["systems"] == "all" else tuple(options["systems"].split(","))
        try:
            spec = WorldSpec(systems, options["people"], options["seed"], options["edition"], tuple(STORIES))
            with one_at_a_time("prepare"), telling() as teller:
                afresh = options["never_published"]
                report = demonstrate(spec, data=settings.HIID_DATA, engine=options["engine"], teller=teller, never_published=afresh)
        except HiidError as error:
            raise CommandError(f"{error} What was published stays.") from error
        for line in report.lines:
            self.stdout.write(line)
