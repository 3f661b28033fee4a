"""Downloading one file over HTTP: resumed where it broke off, moved into place only when whole."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

# One probe decides whether publishers are asked at all; nobody waits longer for it than this, in seconds.
PROBE_SECONDS = 5
# A stalled transfer is given up after this, in seconds; the next run resumes it.
STALL_SECONDS = 30
_CHUNK = 1 << 18
_PARTIAL_CONTENT = 206
_NOT_SATISFIABLE = 416
_BROKEN = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)


def answers(address: str) -> bool:
    """Whether the host of an address answers at all within five seconds (an error status is an answer)."""
    request = urllib.request.Request(address, method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=PROBE_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except _BROKEN:
        return False


def fetch(address: str, *, to: Path, progress: Callable[[int, int | None], None] | None = None) -> bool:
    """Download to a file, going on from a `.part` of an earlier try. False where the publisher does not give it (or not all of it).

    progress: called with the bytes so far and the total (None where the publisher does not say).
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=STALL_SECONDS) as answer:
            if have and answer.status != _PARTIAL_CONTENT:
                have = 0
            whole = _receive(answer, part, have, progress)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
        return False
    except _BROKEN:
        return False
    if whole:
        part.replace(to)
    return whole


def _receive(answer: http.client.HTTPResponse, part: Path, have: int, progress: Callable[[int, int | None], None] | None) -> bool:
    """Append the answer to the partial file; whether all that was promised has come."""
    length = answer.headers.get("Content-Length")
    total = have + int(length) if length else None
    with part.open("ab" if have else "wb") as stream:
        while piece := answer.read(_CHUNK):
            stream.write(piece)
            have += len(piece)
            if progress:
                progress(have, total)
    return total is None or have == total
