"""Make the findings of a release that is not public yet anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.findings.build import build_findings
from geo.models import Release
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling


class Command(BaseCommand):
    """`build_findings`."""

    help = "Make the findings, estimates and grains of a release that is not published yet; those it had are replaced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The release."""
        parser.add_argument("release", help="id of a release that was built")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, and say how much was found and refused."""
        release = Release.objects.filter(slug=options["release"]).first()
        if release is None:
            raise CommandError(f"There is no release {options['release']}.")
        try:
            with one_at_a_time("build_findings"), telling() as teller:
                report = build_findings(release, progress=teller.report)
        except HiidError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{report.detections} questions: {report.found} found something ({report.findings:,} findings), {report.refused} were refused;"
            f" {report.estimates:,} areas have estimates."
        )
