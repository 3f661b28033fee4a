"""A model that is trained on a small world says what its records are like, and its file is one that runs can read."""

import pytest
import yaml

from geo.linkage import models
from geo.linkage.engines import Engine
from geo.linkage.layouts import layouts
from geo.linkage.models import comparisons, model
from geo.linkage.standardise import standardise
from geo.linkage.training import train
from geo.linkage.validate import Context, validate
from geo.synthetic.worlds import WorldSpec
from geo.synthetic.writing import synthesise
from tests.geo.synthetic.small_country import a_country

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    country = a_country(("nenc",), neighbourhoods=8)
    synthesise(country, WorldSpec(("nenc",), int(country.people.sum()), seed=4), folder / "world")
    engine = Engine("duckdb", folder / "scratch")
    for name in ("gp_register", "screening"):
        path, rejected = folder / "world" / "extracts" / f"{name}.parquet", folder / "rejected" / f"{name}.parquet"
        validate(engine, path, layouts()[name], Context(), rejected)
        standardise(engine, path, layouts()[name], rejected, folder / f"{name}.parquet")
    found = train(engine, "named", folder, {"screening": layouts()["screening"]}, {"world": "test"})
    engine.close()
    return found


def test_shares_are_those_of_the_records(trained):
    """One in a hundred or less has another sex or birth date, one in fifty a misspelt name, some have moved; two people seldom agree."""
    m = {field: ways["exact"]["m"] for field, ways in trained["fields"].items()}

    assert 0.995 < m["sex"] < 1
    assert 0.985 < m["birth"] < 1
    assert 0.96 < m["family"] < 0.995
    assert 0.88 < m["postcode"] < 0.98
    assert 0.4 < trained["fields"]["sex"]["exact"]["u"] < 0.6
    assert trained["fields"]["birth"]["exact"]["u"] < 1e-4


def test_the_number_is_shared_by_chance_once_in_as_many_as_there_are(trained):
    assert trained["fields"]["nhs"]["exact"]["u_people"] == 1.0


def test_runs_can_read_the_file(trained, tmp_path, monkeypatch):
    (tmp_path / "named.yaml").write_text(yaml.safe_dump(trained, sort_keys=False))
    known = comparisons()
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    monkeypatch.setattr(models, "comparisons", lambda: known)
    model.cache_clear()

    found = model("named")
    model.cache_clear()

    assert found.model_id == trained["model_id"]
    assert found.trained["records"] > 10_000
