"""Models are frozen: their id is that of their numbers, and engines get the same numbers."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import DefinitionError
from geo.linkage import models
from geo.linkage.models import LEAST_PEOPLE, MODELS, Level, Model, comparisons, model, settings_of


@pytest.mark.parametrize("name", MODELS)
def test_shares_of_one_person_add_up_and_agreement_speaks_for_one(name):
    for field, levels in model(name).fields.items():
        assert math.isclose(sum(level.m for level in levels), 1.0, abs_tol=2e-5), field
        assert levels[0].m > 0.9, field


@pytest.mark.parametrize("name", MODELS)
def test_the_number_is_shared_by_chance_once_in_as_many_as_there_are(name):
    assert model(name).fields["nhs"][0] == Level("exact", model(name).fields["nhs"][0].m, 1.0, per_person=True)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_whose_numbers_were_edited_is_refused(name, tmp_path, monkeypatch):
    raw = yaml.safe_load((models.FOLDER / f"{name}.yaml").read_text())
    raw["fields"]["sex"]["exact"]["m"] = 0.5
    (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    monkeypatch.setattr(models, "comparisons", lambda: known)
    known = comparisons()
    model.cache_clear()

    with pytest.raises(DefinitionError, match="the numbers are not those of"):
        model(name)
    model.cache_clear()


@pytest.mark.parametrize("name", MODELS)
@given(people=st.integers(1, 60_000_000))
def test_chances_of_two_people_add_up_at_every_size_of_register(name, people):
    for comparison in settings_of(model(name), people).create_settings_dict("duckdb")["comparisons"]:
        chances = [level["u_probability"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        assert math.isclose(sum(chances), 1.0, abs_tol=1e-9)
        assert min(chances) > 0


@pytest.mark.parametrize("name", MODELS)
def test_engines_get_the_same_numbers_and_conditions(name):
    """Levels are equality, whole numbers and Levenshtein's distance, which both engines have; nothing is said in one dialect."""

    def told(dialect):
        return [
            [(each["sql_condition"].replace('"', "").replace("`", "").upper(), each.get("m_probability"), each.get("u_probability"))
             for each in comparison["comparison_levels"]]
            for comparison in settings_of(model(name), 1_000_000).create_settings_dict(dialect)["comparisons"]
        ]  # fmt: skip

    assert told("duckdb") == told("spark")


def test_a_small_register_counts_as_one_of_a_town():
    small, town = (settings_of(model("unnamed"), people).probability_two_random_records_match for people in (10, LEAST_PEOPLE))

    assert small == town


def test_a_match_without_a_number_needs_no_register_of_a_given_size():
    """What a postcode says grows with the register as much as the odds against a random pair: the weight is nearly the same."""

    def weight(people):
        by_field = {
            c["output_column_name"]: c["comparison_levels"]
            for c in settings_of(found, people).create_settings_dict("duckdb")["comparisons"]
        }
        levels = [by_field[field][1] for field in ("birth", "sex", "postcode")]
        return sum(math.log2(level["m_probability"] / level["u_probability"]) for level in levels) - math.log2(people - 1)

    found: Model = model("unnamed")
    assert weight(100_000) == pytest.approx(weight(50_000_000), abs=0.001)
    assert weight(1_000_000) > 8
