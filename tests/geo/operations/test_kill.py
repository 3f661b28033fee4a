"""kill -9 of the chain and of PostgreSQL in the middle of each step: the last release is served unharmed, and the chain runs to its end.

A cluster of this test's own holds a made-up England (fixtures/published). A second edition of two of its files is on its way when the
kills come, one after the other, each inside a transaction of its step.
"""

import gzip
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from geo.sources.fetch import hash_file

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "fixtures" / "published"
# Tiles are drawn beside the build, and stand before it ends.
STEPS = ("load", "areas", "tiles", "build", "values", "publish")
# The boards' shapes, so that areas and tiles are made anew, and practices' counts, so that figures and value files are.
EDITED = {
    "geography/icb23_en_bsc.geojson.gz": ("52.515", "52.516"),
    "outcomes/cervical_screening_gp_practice_dec2017_original.csv.gz": (",800,560,70.0,", ",820,574,70.0,"),
}

pytestmark = pytest.mark.slow


@dataclass
class Cluster:
    """A PostgreSQL cluster that may be killed."""

    folder: Path

    def start(self) -> None:
        """Start it as `make` does, after a kill too."""
        self._tool("start_cluster")

    def stop(self) -> None:
        self._tool("stop_cluster")

    def kill(self) -> None:
        """kill -9 of all of its processes, the main one first, so that none can begin another."""
        folder = self._tool("cluster_folder")
        main = self._tool(f"cluster_pid {folder}")
        for pid in (main, *self._tool(f"cluster_processes {folder}").split()):
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    @property
    def environment(self) -> dict[str, str]:
        """For processes that use it."""
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HIID_DATA")}
        return {**inherited, "HIID_DATA": str(self.folder), "SECRET_KEY": "k" * 64}

    @property
    def address(self) -> str:
        return (self.folder / "secrets" / "database_url").read_text().strip()

    def _tool(self, command: str) -> str:
        script = f". tools/lib.sh; . tools/packages.sh; . tools/cluster.sh; {command}"
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@dataclass
class Chain:
    """The process that starts chains on demand."""

    process: subprocess.Popen[str]

    def run(self, mirror: Path, step: str = "-") -> int:
        """Begin a chain and give its process; with a step, wait until it is in the middle of that."""
        pid = int(self._ask(f"run {mirror} {step}").removeprefix("pid "))
        if step != "-":
            assert self.answer() == f"at {step}"
        return pid

    def get(self, path: str) -> str:
        """Status and digest of what is served."""
        return self._ask(f"get {path}")

    def answer(self) -> str:
        return self.process.stdout.readline().strip()

    def _ask(self, line: str) -> str:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()


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


@pytest.fixture
def second_edition(tmp_path: Path) -> Path:
    """The fixtures again, two files of them changed and registered as such."""
    mirror = tmp_path / "second"
    shutil.copytree(FIXTURES, mirror)
    register = (mirror / "editions.yaml").read_text()
    for name, (before, after) in EDITED.items():
        path = mirror / name
        old, text = hash_file(path), gzip.decompress(path.read_bytes()).decode()
        assert before in text
        path.write_bytes(gzip.compress(text.replace(before, after).encode()))
        register = register.replace(old, hash_file(path))
    (mirror / "editions.yaml").write_text(register)
    return mirror


def stored(cluster: Cluster) -> tuple[object, ...]:
    """The current release: its name, number and sum of rows, digests of all rows, tiles and value files."""
    with psycopg.connect(cluster.address) as database:
        return database.execute(_STORED).fetchone()


_STORED = """
SELECT
    r.slug,
    (SELECT count(*) FROM geo_observation AS o WHERE o.release_id = r.id),
    (SELECT sum(o.value::numeric) FROM geo_observation AS o WHERE o.release_id = r.id),
    (SELECT md5(string_agg(o::text, '' ORDER BY o::text)) FROM geo_observation AS o WHERE o.release_id = r.id),
    (SELECT md5(string_agg(t.etag || md5(t.content), '' ORDER BY s.id, t.z, t.x, t.y)) FROM geo_tile AS t
      INNER JOIN geo_tileset AS s ON t.tileset_id = s.id INNER JOIN geo_geography AS g ON s.geography_id = g.id
      WHERE s.version = r.tilesets ->> g.slug),
    (SELECT md5(string_agg(v.etag || md5(v.content), '' ORDER BY v.etag)) FROM geo_valuefile AS v WHERE v.release_id = r.id)
FROM geo_release AS r WHERE r.is_current
"""


def addresses(cluster: Cluster) -> list[str]:
    """What a reader of the current release asks for: a tile and the values of boards, observations, whether all is ready."""
    with psycopg.connect(cluster.address) as database:
        release, version = database.execute("SELECT slug, tilesets ->> 'icb23' FROM geo_release WHERE is_current").fetchone()
    values = f"/values/{release}/icb23/cervical-coverage-25-49/2017-12/all.arrow"
    observations = f"/api/v1/observations/?indicator=cervical-coverage-25-49&area_type=icb&vintage=2023&release={release}"
    return [f"/tiles/icb23@{version}/7/63/42.mvt", values, observations, "/readyz"]


def test_the_last_release_is_served_through_every_kill_and_the_chain_ends_well(cluster, chain, second_edition):
    chain.run(FIXTURES)
    first = chain.answer()
    paths, before = addresses(cluster), stored(cluster)
    served = [chain.get(path) for path in paths]
    assert first == f"done {before[0]}"
    assert [answer[:3] for answer in served] == ["200"] * 4

    for step in STEPS:
        os.kill(chain.run(second_edition, step), signal.SIGKILL)
        assert (step, "process", stored(cluster)) == (step, "process", before)

        pid = chain.run(second_edition, step)
        cluster.kill()
        os.kill(pid, signal.SIGUSR1)
        assert chain.answer().startswith("failed OperationalError")
        cluster.start()
        assert (step, "cluster", stored(cluster)) == (step, "cluster", before)
        assert [chain.get(path) for path in paths] == served

    chain.run(second_edition)
    last = chain.answer()
    after = stored(cluster)
    assert last == f"done {after[0]}"
    assert all(old != new for i, (old, new) in enumerate(zip(before, after, strict=True)) if i != 1)
    assert [chain.get(path)[:3] for path in (*paths, *addresses(cluster))] == ["200"] * 8
