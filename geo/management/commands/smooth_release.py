"""Smooth the rates of a release that is not public yet over neighbouring areas."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.findings.smoothing import smooth_release
from geo.models import Release
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling


class Command(BaseCommand):
    """`smooth_release`."""

    help = "Fill the smoothed rates of a release that is not published yet; a slice is written whole. Run it after build_findings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The release."""
        parser.add_argument("release", help="id of a release that was built")

    def handle(self, *args: Any, **options: Any) -> None:
        """Smooth, and say how many areas were, and which slices could not be."""
        release = Release.objects.filter(slug=options["release"]).first()
        if release is None:
            raise CommandError(f"There is no release {options['release']}.")
        try:
            with one_at_a_time("smooth_release"), telling() as teller:
                report = smooth_release(release, progress=teller.report)
        except HiidError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{report.areas:,} areas of {report.slices} slices are smoothed.")
        for line in report.left:
            self.stdout.write(f"Not smoothed: {line}")
