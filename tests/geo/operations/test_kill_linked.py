"""kill -9 in the middle of each step from made-up people to a release, of the process and of PostgreSQL: the release that stands is served.

A run after it goes on, and what comes out in the end is, digest for digest, what a run gives that nobody killed.
"""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from geo.disclosure.protected_files import read_protected
from geo.linkage.files import sha256
from tests.geo.operations.tiny_world import MAPPED, MAPS, SPEC

pytestmark = pytest.mark.slow

STEPS = ("synthesise", "link", "derive", "detect", "protect", "build", "findings", "smoothing", "tiles", "values", "publish")
# Where PostgreSQL is killed too: once where only the run's lock is held, and in steps that only this way has or that end it.
CLUSTER_KILLED = ("detect", "build", "findings", "smoothing", "publish")
_RELEASE = """
SELECT
    r.slug,
    r.sums ->> 'digest',
    (SELECT md5(string_agg(v.etag || md5(v.content), '' ORDER BY v.etag)) FROM geo_valuefile AS v WHERE v.release_id = r.id),
    (SELECT md5(string_agg(e.smoothed::text, ' ' ORDER BY a.code, e.indicator_id)) FROM geo_estimate AS e
      INNER JOIN geo_area AS a ON e.area_id = a.id WHERE e.release_id = r.id),
    (SELECT count(e.smoothed) FROM geo_estimate AS e WHERE e.release_id = r.id)
FROM geo_release AS r WHERE r.is_current
"""
_VALUES = """
SELECT format('/values/%s/%s/%s/%s/%s.arrow', r.slug, g.slug, i.slug, p.slug, s.slug)
FROM geo_valuefile AS v
INNER JOIN geo_release AS r ON v.release_id = r.id INNER JOIN geo_geography AS g ON v.geography_id = g.id
INNER JOIN geo_indicator AS i ON v.indicator_id = i.id INNER JOIN geo_period AS p ON v.period_id = p.id
INNER JOIN geo_stratum AS s ON v.stratum_id = s.id
INNER JOIN geo_availability AS a USING (release_id, geography_id, indicator_id, period_id, stratum_id)
WHERE r.is_current AND v.kind = 'main' AND i.slug LIKE 'linked-%' ORDER BY 1 LIMIT 1
"""
_TILE = """
SELECT format('/tiles/%s@%s/%s/%s/%s.mvt', g.slug, s.version, t.z, t.x, t.y)
FROM geo_tile AS t
INNER JOIN geo_tileset AS s ON t.tileset_id = s.id INNER JOIN geo_geography AS g ON s.geography_id = g.id
INNER JOIN geo_release AS r ON r.is_current AND s.version = r.tilesets ->> g.slug
ORDER BY 1 LIMIT 1
"""


def stored(cluster):
    """The current release: its name, digests of observations, value files and estimates, how many of these are smoothed."""
    with psycopg.connect(cluster.address) as database:
        return database.execute(_RELEASE).fetchone()


def outcome(cluster, data):
    """What the world has come to: digests of its extracts, of what was derived, found and protected, and of the release."""
    work = data / "secure" / SPEC.name / "work" / "derived"
    made = {path.name: sha256(path) for path in sorted((data / "secure" / SPEC.name / "extracts").glob("*.parquet"))}
    derived = [sha256(work / name) for name in ("cells.parquet", "detected.json")]
    return made, derived, read_protected(data / "protected" / SPEC.name).manifest["files"], stored(cluster)


def addresses(cluster):
    """What readers of the current release ask for: values, a tile, which releases there are, whether all is ready."""
    with psycopg.connect(cluster.address) as database:
        found = [database.execute(each).fetchone()[0] for each in (_VALUES, _TILE)]
    return [*found, "/api/v1/releases/", "/readyz"]


def kept_key(data: Path, key: str) -> None:
    """Pseudonyms are made with this key."""
    (data / "secrets" / "pseudonym_key").write_text(key)


def test_a_run_goes_on_where_it_was_killed_and_ends_as_one_that_never_was(cluster, chain, tmp_path):
    # Both runs begin with the same numbers of rows.
    chain.lay_out()
    chain.redraw()
    chain.demo(tmp_path / "whole", SPEC.seed)
    assert chain.answer().startswith("done ")
    expected = outcome(cluster, tmp_path / "whole")
    assert expected[3][4] == MAPPED * len(MAPS)
    data = tmp_path / "killed"
    chain.lay_out()
    chain.demo(data, SPEC.seed + 1)
    assert chain.answer().startswith("done ")
    before, paths = stored(cluster), addresses(cluster)
    chain.redraw()
    kept_key(data, (tmp_path / "whole" / "secrets" / "pseudonym_key").read_text())
    served = [chain.get(path) for path in paths]
    assert [(path, answer[:3]) for path, answer in zip(paths, served, strict=True)] == [(path, "200") for path in paths]

    for step in STEPS:
        os.kill(chain.demo(data, SPEC.seed, step), signal.SIGKILL)
        assert (step, "process", stored(cluster), [chain.get(path) for path in paths]) == (step, "process", before, served)
        if step in CLUSTER_KILLED:
            pid = chain.demo(data, SPEC.seed, step)
            cluster.kill()
            os.kill(pid, signal.SIGUSR1)
            failures = ("OperationalError", "AdminShutdown", "LinkageError")
            assert (step, chain.answer().split(":")[0]) in [(step, f"failed {failure}") for failure in failures]
            cluster.start()
            assert (step, "cluster", stored(cluster), [chain.get(path) for path in paths]) == (step, "cluster", before, served)

    chain.demo(data, SPEC.seed)
    assert chain.answer() == f"done {expected[3][0]}"
    assert outcome(cluster, data) == expected
    assert not (data / "secure" / SPEC.name / "work" / "standard").exists()
    assert list(data.rglob("*.partial")) == []
