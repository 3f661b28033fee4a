"""Make a synthetic world of linked records in the neighbourhoods of named systems."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.operations.progress import telling
from geo.operations.synthesising import make_world, world_folder
from geo.synthetic.country import SYSTEMS
from geo.synthetic.planted import STORIES
from geo.synthetic.worlds import EDITIONS, WorldSpec


class Command(BaseCommand):
    """`synthesise`."""

    help = "Make a world of made-up people in real neighbourhoods, with their records in real layouts. The same options, the same world."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which systems, how many people, and what is planted."""
        parser.add_argument("--systems", default="ncl,nenc", help=f"short names joined by commas: {', '.join(SYSTEMS)}; or all")
        parser.add_argument("--people", type=int, default=1_000_000, help="to come near to, by whole districts")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--edition", choices=EDITIONS, default="as_recorded", help="repaired: with ethnicity recorded as it is")
        planted = parser.add_mutually_exclusive_group()
        planted.add_argument("--null", action="store_true", help="plant nothing")
        planted.add_argument("--stories", default=",".join(STORIES), help="plant these alone, joined by commas")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and say how many rows each extract has."""
        started, busy = time.perf_counter(), time.process_time()
        systems = tuple(SYSTEMS) if options["systems"] == "all" else tuple(options["systems"].split(","))
        stories = () if options["null"] else tuple(options["stories"].split(","))
        try:
            spec = WorldSpec(systems, options["people"], options["seed"], options["edition"], stories)
            with telling() as teller:
                manifest = make_world(spec, data=settings.HIID_DATA, progress=teller.report)
        except HiidError as error:
            raise CommandError(str(error)) from error
        people, rows = manifest["people"], {name: extract["rows"] for name, extract in manifest["extracts"].items()}
        self.stdout.write(
            f"World {spec.name} (synthetic): {people['registered_on_last_day']:,} people registered on {manifest['last_day']}, in"
            f" {len(manifest['districts'])} districts and {manifest['neighbourhoods']:,} neighbourhoods."
        )
        self.stdout.write(", ".join(f"{name} {count:,}" for name, count in rows.items()) + " rows")
        self.stdout.write(
            f"{time.perf_counter() - started:.1f} s ({time.process_time() - busy:.1f} s of computing), in"
            f" {world_folder(settings.HIID_DATA, spec.name)}"
        )
