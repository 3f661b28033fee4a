"""Go back to the release before the current one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import HiidError
from geo.releases.publish import rollback_release


class Command(BaseCommand):
    """`rollback_release`."""

    help = "Make the release before the current one current again; the later one stays published and can be made current by its name."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go back, and say what is current now."""
        try:
            release = rollback_release()
        except HiidError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Release {release} is the current one.")
