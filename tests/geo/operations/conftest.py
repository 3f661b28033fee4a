"""A PostgreSQL cluster of a test's own, migrated, and the process that begins runs in it."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.geo.operations.killing import ROOT, Chain, Cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if not Path("/usr/lib/postgresql").is_dir():
        pytest.skip("PostgreSQL's own programs are not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="hiid-kill-"))
    folder.chmod(0o755)  # PostgreSQL's user must pass
    made = Cluster(folder)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.fixture
def chain(cluster: Cluster) -> Iterator[Chain]:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, cwd=ROOT, env=cluster.environment, check=True)
    child = [sys.executable, "-m", "tests.geo.operations.chain_child"]
    with (cluster.folder / "child.log").open("w") as log:
        process = subprocess.Popen(
            child, cwd=ROOT, env=cluster.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
        yield Chain(process)
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
