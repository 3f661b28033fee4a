"""What git tracks, for the tests of the house."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDORED = ("hiid/pages/static/pages/vendor/", "tests/browser/vendor/")


@cache
def tracked_files() -> tuple[str, ...]:
    """Paths below the root that git tracks and that exist, without the vendored libraries."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(name for name in listed.split("\0") if name and not name.startswith(VENDORED) and (ROOT / name).is_file())


def text_files() -> dict[str, str]:
    """The tracked files that are text, with what they hold."""
    texts = {}
    for name in tracked_files():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:8000]:
            texts[name] = content.decode("utf-8", errors="replace")
    return texts
