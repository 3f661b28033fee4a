"""Withdraw a release that must not stand."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.models import Release
from geo.releases.publish import withdraw_release


class Command(BaseCommand):
    """`withdraw_release SLUG --notice TEXT`."""

    help = "Withdraw a published release: its addresses answer 410 with the notice. The release before a current one takes over."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The release's name and why it is withdrawn."""
        parser.add_argument("slug", help="name of the release")
        parser.add_argument("--notice", required=True, help="why it is withdrawn, for those who used it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Withdraw, and say what is current now."""
        try:
            release = withdraw_release(options["slug"], notice=options["notice"])
        except HiidError as error:
            raise CommandError(str(error)) from error
        current = Release.objects.filter(is_current=True).first()
        self.stdout.write(f"Release {release} is withdrawn; the current one is {current or 'none'}.")
