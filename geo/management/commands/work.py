"""The worker of background jobs."""

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from geo.desk.makers import plan_maker
from geo.desk.worker import hold_the_place, work

# So often it is seen whether the process that the worker ends with is still there, in seconds.
WATCH_S = 1.0


class Command(BaseCommand):
    """`work`."""

    requires_system_checks: list[str] = []
    help = "Make plans that were asked for, one after the other, until ended (Ctrl-C). One works for a database; a second waits its turn."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --with."""
        parser.add_argument("--with", type=int, metavar="PID", dest="companion", help="end when this process, the server, has ended")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to end."""
        is_over = threading.Event()
        if options["companion"]:
            threading.Thread(target=_end_with, args=(options["companion"], is_over), daemon=True).start()
        mark = settings.HIID_DATA / "worker.pid"
        try:
            place = hold_the_place(is_over=is_over)
            if place is None:
                return
            # Loaded before the first plan is asked for, so that nobody waits for it.
            plan_maker()
            mark.write_text(f"{os.getpid()}\n")
            self.stdout.write(f"Process {os.getpid()} works on what is asked for.")
            work()
        except DatabaseError as error:
            raise CommandError(
                f"The database failed: {' '.join(str(error).split())}. What waits, waits on; begin the worker again."
            ) from error
        finally:
            _remove(mark)


def _end_with(companion: int, is_over: threading.Event) -> None:
    """Ask this process to end when the other has."""
    while _is_there(companion):
        time.sleep(WATCH_S)
    is_over.set()
    os.kill(os.getpid(), signal.SIGTERM)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(mark: Path) -> None:
    """Take the mark away where it is ours."""
    with suppress(OSError):
        if mark.read_text().strip() == str(os.getpid()):
            mark.unlink()
