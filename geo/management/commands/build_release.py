"""Build and check a release of what is loaded, with its findings and value files."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo.disclosure.protected_files import read_protected
from geo.errors import HiidError
from geo.findings.build import build_findings
from geo.findings.smoothing import smooth_release
from geo.models import Release
from geo.operations.cells import build_values
from geo.operations.chain import draw_tilesets
from geo.operations.linking import protected_folder
from geo.operations.locks import one_at_a_time
from geo.operations.progress import telling
from geo.releases.build import build_release
from geo.releases.quality import check_release


class Command(BaseCommand):
    """`build_release`."""

    help = "Build a release of what is loaded, check it, make its findings, and write its value files. It is published by publish_release."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which world of linked records, if any."""
        parser.add_argument("--linked", metavar="WORLD", help="protected figures of this synthetic world instead of published files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, check, and say the release's name."""
        try:
            with one_at_a_time("build_release"), telling() as teller:
                linked = read_protected(protected_folder(settings.HIID_DATA, options["linked"])) if options["linked"] else None
                release = build_release(linked=linked, progress=teller.report)
                if release.state not in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
                    check_release(release)
                    build_findings(release, progress=teller.report)
                    smooth_release(release, progress=teller.report)
                    draw_tilesets(teller)
                    build_values(release, progress=teller.report)
        except HiidError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Release {release} is {release.state}.")
