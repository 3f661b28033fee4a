"""Make a checked release the current one."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.releases.publish import publish_release


class Command(BaseCommand):
    """`publish_release SLUG`."""

    help = "Make a checked release the current one. Nothing to do when it is."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The release's name."""
        parser.add_argument("slug", help="name of the release, as build_release says it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and say what is current now."""
        try:
            release = publish_release(options["slug"])
        except HiidError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Release {release} is the current one.")
