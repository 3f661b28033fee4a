"""kill -9 of the chain and of PostgreSQL in the middle of each step: the last release is served unharmed, and the chain runs to its end.

A cluster of this test's own holds a made-up England (fixtures/published). A second edition of two of its files is on its way when the
kills come, one after the other, each inside a transaction of its step.
"""

import gzip
import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest

from geo.sources.fetch import hash_file
from tests.geo.operations.killing import ROOT, Cluster

FIXTURES = ROOT / "fixtures" / "published"
# Tiles are drawn beside the build, and stand before it ends.
STEPS = ("load", "areas", "tiles", "build", "values", "publish")
# The boards' shapes, so that areas and tiles are made anew, and practices' counts, so that figures and value files are.
EDITED = {
    "geography/icb23_en_bsc.geojson.gz": ("52.515", "52.516"),
    "outcomes/cervical_screening_gp_practice_dec2017_original.csv.gz": (",800,560,70.0,", ",820,574,70.0,"),
}

pytestmark = pytest.mark.slow


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
        # By the library that speaks to it, or by Django, whichever notices first.
        assert chain.answer().startswith(("failed OperationalError", "failed AdminShutdown"))
        cluster.start()
        assert (step, "cluster", stored(cluster)) == (step, "cluster", before)
        assert [chain.get(path) for path in paths] == served

    chain.run(second_edition)
    last = chain.answer()
    after = stored(cluster)
    assert last == f"done {after[0]}"
    assert all(old != new for i, (old, new) in enumerate(zip(before, after, strict=True)) if i != 1)
    assert [chain.get(path)[:3] for path in (*paths, *addresses(cluster))] == ["200"] * 8
