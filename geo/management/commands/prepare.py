"""Everything from published files to a published release."""

from dataclasses import replace
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geo.errors import HiidError
from geo.models import Release
from geo.operations.finding import make_finder
from geo.operations.locks import one_at_a_time
from geo.operations.prepared import chain_digest, standing_run
from geo.operations.progress import telling
from geo.sources.registry import load_registry


class Command(BaseCommand):
    """`prepare`."""

    # Checks load all that serves, which takes longer than seeing that nothing is to do. They run with every other command.
    requires_system_checks: list[str] = []
    help = "Load published files, make areas, build, check and publish a release with its tiles. Skips what is done; goes on where it was."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --or-last."""
        parser.add_argument("--or-last", action="store_true", help="where a step fails and a release stands, say both and end well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the chain, or say that there is nothing to do."""
        sources = load_registry(check_layouts=False)
        finder = make_finder(sources, mirror=settings.HIID_MIRROR, data=settings.HIID_DATA)
        if (run := standing_run(chain_digest(sources, finder))) is not None:
            self.stdout.write(f"Nothing to do: release {run.release} is published, and neither files nor code have changed.")
            return
        # These load all that computes, which takes longer than seeing that nothing is to do.
        from geo.operations.chain import prepare
        from geo.operations.stand_ins import stand_in_maker

        try:
            with one_at_a_time("prepare"), telling() as teller:
                report = prepare(load_registry(), finder=replace(finder, stand_in=stand_in_maker()), teller=teller)
        except HiidError as error:
            self._go_on_with_last(error, allowed=options["or_last"])
            return
        except (psycopg.Error, DatabaseError) as error:
            raise CommandError(
                f"The database failed: {' '.join(str(error).split())}. What is published stays; repeat the command."
            ) from error
        for line in report.lines:
            self.stdout.write(line)

    def _go_on_with_last(self, error: HiidError, *, allowed: bool) -> None:
        """Say what failed and which release goes on being served; raise CommandError where there is none, or it is not allowed."""
        standing = Release.objects.filter(is_current=True).first() if allowed else None
        if standing is None:
            raise CommandError(str(error)) from error
        self.stderr.write(f"No new release: {error}\nRelease {standing.slug} stays as it was and goes on being served.")
