"""What the first catchment, hexagon or moved stop would have to read, read by each serving process while it answers already.

Only the server's configuration begins this (hiid.server): commands and tests read what they need when they need it. Nothing waits for it,
neither /readyz nor other answers; who asks for such a figure meanwhile waits for what is left. The log says what the process then holds.
"""

import logging
import resource
import threading
import time
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connections

from geo.desk import makers
from geo.errors import HiidError, InputError
from geo.geography.cells import MIXED
from geo.queries.catalogue import ReleaseInfo, find_current_release
from geo.queries.catchment_figures import get_figures
from geo.queries.cell_figures import weights_of
from geo.queries.ground import get_country
from geo.queries.travel import areas_stamp

# So often it is looked whether another release is current or other files are loaded, which are then read too.
LOOK_S = 20.0

logger = logging.getLogger(__name__)


def begin() -> threading.Thread:
    """Read now and after every new release, in a thread that ends with the process."""
    thread = threading.Thread(target=_keep_ready, name="ready", daemon=True)
    thread.start()
    return thread


def make_ready(release: ReleaseInfo) -> None:
    """Read what a release needs: neighbourhoods, its figures, what every plan begins with, and how areas lie in the drawn hexagons."""
    get_country()
    parts = [column.part for column in get_figures(release).columns if column.part is not None]
    makers.make_ready()
    # A database without hexagons says so to whoever asks for them.
    with suppress(InputError):
        for slug in sorted({part.geography.slug for part in parts}):
            weights_of(slug, MIXED)


def _keep_ready() -> None:
    done = None
    while True:
        began = time.monotonic()
        try:
            release = find_current_release()
            wanted = release and (release.slug, areas_stamp())
            if release is not None and wanted != done:
                make_ready(release)
                done = wanted
                logger.warning("%s made ready in %.1f s; this process holds %d MB", release.slug, time.monotonic() - began, _held_mb())
        except (DatabaseError, HiidError) as error:
            # Whoever asks is told; it is tried again.
            logger.warning("not made ready: %s", error)
        connections.close_all()
        time.sleep(LOOK_S)


def _held_mb() -> int:
    """What of the memory is this process's now; 0 where the system does not tell."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * resource.getpagesize() // 2**20 if pages.exists() else 0
