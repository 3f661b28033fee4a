"""DuckDB, Polars and Spark give the same links and, from one link table, the same derived tables."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.linkage.derivation.inputs import AREAS_SCHEMA
from geo.linkage.derivation.run import CELLS, derivation_step
from geo.linkage.engines import Engine, spark_session
from geo.linkage.manifest import Ledger, digest_of_rows
from geo.linkage.persons import EVENTS, PERSONS, REJECTED
from geo.linkage.run import LINK, Run, link_extracts
from geo.synthetic.worlds import Errors, WorldSpec
from geo.synthetic.writing import synthesise
from tests.geo.linkage.records import KEY
from tests.geo.synthetic.small_country import a_country
from tests.linked import inputs_of

COUNTRY = a_country(("ncl",), neighbourhoods=2)
AREAS = pa.table({name: getattr(COUNTRY, name) for name in AREAS_SCHEMA.names}, schema=AREAS_SCHEMA)
# Far more errors than in life, so that every rule and both models have something to do.
ERRING = Errors(nhs_missing=0.1, nhs_wrong=0.03, birth_wrong=0.05, name_typo=0.1, twins=0.05)
# Java's quick compiler alone: a session of a minute does not live to see what the thorough one would bring.
QUICK_START = '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell'
# pyspark leaves sockets to the end of the process and calls pandas in a way that its next edition drops.
pytestmark = [
    pytest.mark.slow,
    *(pytest.mark.filterwarnings(each) for each in ("ignore::ResourceWarning", "ignore:The copy keyword", "ignore:Exception ignored in")),
]


class ABuilder(dict):
    """What is asked of Spark's builder of sessions."""

    def config(self, key, value):
        self[key] = value
        return self

    def master(self, value):
        return self.config("spark.master", value)

    def getOrCreate(self):  # noqa: N802
        return dict(self)


@pytest.mark.parametrize(("arguments", "master"), [(QUICK_START, "local[2]"), ("--master spark://head:7077 pyspark-shell", None)])
def test_spark_runs_here_unless_its_own_environment_names_a_cluster(monkeypatch, tmp_path, arguments, master):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", arguments)

    asked = spark_session(ABuilder(), Engine("polars", tmp_path / "scratch"))

    assert asked.get("spark.master") == master
    assert ("spark.driver.bindAddress" in asked) == ("spark.driver.memory" in asked) == (master is not None)
    assert asked["spark.sql.session.timeZone"] == "UTC"


@pytest.fixture(scope="module")
def spark():
    """The name of the engine. Java is there while tests of this file run, and no longer."""
    pyspark = pytest.importorskip("pyspark", reason="Spark is an extra: requirements/spark.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK_START)
        yield "spark"
    gateway, pyspark.SparkContext._gateway, pyspark.SparkContext._jvm = pyspark.SparkContext._gateway, None, None
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(30)


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "world"
    synthesise(COUNTRY, WorldSpec(("ncl",), int(COUNTRY.people.sum()), seed=3, errors=ERRING), folder)
    return folder


@pytest.fixture(scope="module")
def linked(world):
    """The work folder that DuckDB left: the one link table that all engines derive from."""
    return links_of(world, "duckdb")


@pytest.fixture(scope="module")
def on_spark(world, spark):
    """The work folder that Spark left."""
    return links_of(world, spark)


def links_of(world, engine):
    work = world / f"work-{engine}"
    link_extracts(Run(world / "extracts", work, KEY, engine=engine))
    return work


def derived(work, engine):
    """The manifest of derivation on an engine, and its table."""
    inputs, out = inputs_of(work, engine, AREAS), work / f"derived-{engine}"
    manifest = Ledger(out / "manifests").do(derivation_step(inputs, out))
    inputs.engine.close()
    return manifest, pq.read_table(out / CELLS)


def pairs_of(work):
    """Person, step and weights of each record."""
    rows = pq.read_table(work / LINK).to_pylist()
    return {(row["extract"], row["row_id"]): tuple(row[name] for name in ("person", "step", "weight", "margin")) for row in rows}


def test_spark_links_every_record_as_duckdb_does(linked, on_spark):
    """One event in ten thousand may differ by what this service promises; none does."""
    ours, theirs = pairs_of(linked), pairs_of(on_spark)

    steps = [step for _, step, _, _ in ours.values()]
    assert min(steps.count(step) for step in ("nhs_dob", "nhs_partial", "prob", "none")) > 100
    assert len(ours) > 40_000
    assert set(ours) == set(theirs)
    assert {key: (pair, theirs[key]) for key, pair in ours.items() if pair != theirs[key]} == {}


def test_spark_leaves_the_same_people_and_events(linked, on_spark):
    names = [*sorted(str(path.relative_to(linked)) for folder in (EVENTS, REJECTED) for path in (linked / folder).iterdir()), PERSONS]

    assert len(names) > 10
    assert {name for name in names if digest_of_rows(on_spark / name) != digest_of_rows(linked / name)} == set()


@pytest.mark.parametrize("engine", ["polars", "spark"])
def test_from_one_link_table_engines_derive_equal_tables(linked, engine, request):
    if engine == "spark":
        request.getfixturevalue("spark")
    (ours, table), (theirs, other) = derived(linked, "duckdb"), derived(linked, engine)

    assert table.num_rows > 20_000
    assert theirs["inputs"] == ours["inputs"]
    assert theirs["facts"]["digest"] == ours["facts"]["digest"]
    assert table.equals(other)
