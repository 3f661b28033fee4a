"""Load published files into staging."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.operations.finding import make_finder
from geo.operations.loading import accept_edition, load_sources
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling
from geo.operations.stand_ins import stand_in_maker
from geo.sources.registry import FAMILIES, load_registry


class Command(BaseCommand):
    """`load_sources [slug …] [--family F] [--accept SLUG]`."""

    help = (
        "Find, read and check published files and put them into staging. A faulty file changes nothing; what is loaded already is skipped."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Slugs of sources (default all), a family, or a source whose new edition is to be taken."""
        parser.add_argument("slugs", nargs="*", metavar="slug", help="sources to load (default: all)")
        parser.add_argument("--only-family", choices=FAMILIES, help="load the sources of this family")
        parser.add_argument("--accept", metavar="SLUG", help="take the edition that is at hand, whatever its hash, and record the hash")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what became of each source; ends with an error where one is faulty."""
        sources = load_registry()
        chosen = [*options["slugs"], *([options["accept"]] if options["accept"] else [])]
        if unknown := [slug for slug in chosen if slug not in sources]:
            raise CommandError(f"There is no source {unknown[0]!r}. Known: {', '.join(sources)}")
        if options["only_family"]:
            chosen += [slug for slug, source in sources.items() if source.family == options["only_family"]]
        try:
            with one_at_a_time("load_sources"), telling() as teller:
                finder = make_finder(sources, mirror=settings.HIID_MIRROR, data=settings.HIID_DATA, stand_in=stand_in_maker())
                if options["accept"]:
                    outcomes = [accept_edition(sources, options["accept"], finder=finder)]
                else:
                    outcomes = load_sources(sources, finder=finder, only=chosen, report=teller.report)
                for outcome in outcomes:
                    teller.say(outcome.line)
        except HiidError as error:
            raise CommandError(str(error)) from error
        if faulty := [outcome.slug for outcome in outcomes if outcome.state in ("failed", "absent")]:
            raise CommandError(f"{len(faulty)} of {len(outcomes)} sources could not be loaded: {', '.join(faulty)}")
