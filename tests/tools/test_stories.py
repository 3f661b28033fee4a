"""The evidence of planted stories: two stories in tiny worlds are found and nothing is found where nothing is planted; bounds hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from geo.codes import GEOGRAPHIES
from geo.models import Area
from geo.statistics.ethnicity import masking_bounds
from geo.synthetic.country import SYSTEMS, Country
from geo.synthetic.worlds import Errors, WorldSpec
from geo.synthetic.writing import synthesise
from tests.builders import a_deprivation, a_geography, a_link, a_stratum
from tests.geo.releases import world
from tests.geo.synthetic.small_country import AGES, a_country
from tools.evidence.planted import judging, masking, runs, table, worlds
from tools.evidence.planted.cases import CASES

PLACES = 4
# The planted district of each system, and one beside it.
DISTRICTS = {"gm": ("Rochdale", "Bury"), "bsol": ("Solihull", "Redditch")}
TINY = {
    "smi": replace(CASES["smi"], people=10**6),
    "ethnicity-repaired": replace(CASES["ethnicity-repaired"], people=10**6, groups=("indian", "pakistani")),
}


def tiny_country(system: str) -> Country:
    """The four neighbourhoods of tests/geo/releases/world.py in two districts, so many people in each that percentages are shown."""
    text = {
        "lsoa21": [f"E0100000{place}" for place in range(1, PLACES + 1)],
        "lsoa11": ["E01000001", "E01000002", "E01000003", "E01000003"],
        "msoa21": ["E02000001", "E02000001", "E02000002", "E02000002"],
        "lad24": ["E07000001", "E07000001", "E07000002", "E07000002"],
        "lad_name": [DISTRICTS[system][place // 2] for place in range(PLACES)],
        "icb26": ["E54000001"] * PLACES,
        "icb23": [SYSTEMS[system][0]] * PLACES,
        "system": [system] * PLACES,
    }
    return Country(
        **{name: np.array(values, dtype=object) for name, values in text.items()},
        decile=np.full(PLACES, 5),
        people=np.tile(8 * AGES, (PLACES, 1)),
        ethnic_share=np.tile([0.3, 0.05, 0.05, 0.55, 0.05], (PLACES, 1)),
        x=440_500.0 + 1_000 * np.arange(PLACES),
        y=np.full(PLACES, 200_500.0),
        postcodes=np.array([f"ZZ{place}{unit}QX" for place in range(PLACES) for unit in range(1, 9)], dtype=object),
        postcode_start=np.arange(PLACES + 1) * 8,
        practices=np.array(("A1", "B2") * PLACES, dtype=object),
        practice_start=np.arange(PLACES + 1) * 2,
        practice_weight=np.tile([60.0, 40.0], PLACES),
    )


@pytest.fixture
def areas(db, monkeypatch):
    for slug in GEOGRAPHIES:
        a_geography(slug)
    a_stratum()
    world.areas()
    for place, area in enumerate(Area.objects.filter(geography__slug="lsoa21").order_by("code")):
        a_deprivation(area, decile=5, rank=1 + place)
    middle, districts = (Area.objects.filter(geography__slug=slug).order_by("code") for slug in ("msoa21", "lad24"))
    for child, parent in zip(middle, districts, strict=True):
        a_link(child, parent)
    monkeypatch.setattr(worlds, "country_of", lambda system, *, is_flat=False: tiny_country(system))


@pytest.mark.parametrize("name", sorted(TINY))
def test_a_story_is_found_in_a_tiny_world_and_its_absence_is_seen(areas, monkeypatch, tmp_path, name):
    monkeypatch.setitem(runs.CASES, name, TINY[name])

    found = runs.run((name, 1), tmp_path)

    assert (found.failed, found.missing, found.found) == ("", {}, True)
    assert found.told > 0
    assert found.people == tiny_country(TINY[name].system).people.sum()
    assert runs.read((name, 1), tmp_path).as_dict() == found.as_dict()
    assert not list((tmp_path / "worlds").iterdir())

    # The same judge sees nothing where the same story is looked for and was not planted.
    planted, make = {name: ["E07000001"]}, worlds.make
    monkeypatch.setattr(runs, "make", lambda case, seed, data: replace(make(replace(case, planted=()), seed, data), planted=planted))
    absent = runs.run((name, 2), tmp_path)

    assert (absent.failed, absent.found) == ("", False)
    assert absent.missing


def test_a_world_that_fails_is_named(areas, monkeypatch, tmp_path):
    monkeypatch.setitem(runs.CASES, "smi", replace(TINY["smi"], extracts=("opt_outs",)))

    verdict = runs.run(("smi", 1), tmp_path)

    assert verdict.failed.startswith("LinkageError")
    assert runs.read(("smi", 1), tmp_path) is None
    assert any("smi 1 failed" in said for said in table.misses([verdict], {}, wanted=1))


@pytest.fixture(scope="module")
def adults(tmp_path_factory) -> pd.DataFrame:
    """Adults of a made-up Solihull, three in ten of them without a known group."""
    folder = tmp_path_factory.mktemp("world") / "world"
    errors = Errors(ethnicity_unrecorded=0.32, ethnicity_not_stated=masking.NOT_STATED, ethnicity_conflicting=0.0)
    spec = WorldSpec(("bsol",), 10**6, planted=("ethnicity",), errors=errors)
    synthesise(a_country(("bsol",), neighbourhoods=6), spec, folder, extracts=("gp_register",))
    return masking.recorded_and_true(
        *(pq.read_table(folder / part).to_pandas() for part in ("extracts/gp_register.parquet", "answers/people.parquet"))
    )


def test_masking_bounds_hold_every_true_rate_at_three_in_ten_unknown(adults):
    found = masking.judge_bounds(adults, "neighbourhood")

    assert 0.27 < found.unknown < 0.34
    assert found.judged > 100
    assert found.held == found.judged
    assert 0 < found.largest < found.width <= 1


def test_bounds_that_forget_some_of_the_unknown_do_not_hold(adults, monkeypatch):
    def forgetful(events, *, people, unknown_events, unknown_people):
        return masking_bounds(events, people=people, unknown_events=0 * unknown_events, unknown_people=0 * unknown_people)

    monkeypatch.setattr(masking, "masking_bounds", forgetful)

    found = masking.judge_bounds(adults, "neighbourhood")

    assert found.held < 0.5 * found.judged


def test_where_all_neighbourhoods_are_alike_only_their_number_of_people_differs():
    country = a_country(("ncl",), neighbourhoods=6)

    flat = worlds.flattened(country)

    assert np.ptp(flat.ethnic_share, axis=0).max() < 1e-12
    assert len(set(flat.decile)) == 1
    assert np.allclose(flat.people.sum(axis=1), country.people.sum(axis=1), atol=18)
    shares = flat.people / flat.people.sum(axis=1, keepdims=True)
    assert np.ptp(shares, axis=0).max() < 2 / country.people.sum(axis=1).min()


def test_a_group_is_told_only_where_limits_and_ratio_say_so():
    def row(value, half):
        return {"value": value, "lower": value - half, "upper": value + half}

    rows = {
        "white-british": row(0.5, 0.01), "pakistani": row(0.35, 0.05), "indian": row(0.45, 0.06), "chinese": row(0.49, 0.001),
        "ethnicity-not-known": row(0.2, 0.01), "other": {"value": None, "lower": None, "upper": None},
    }  # fmt: skip

    assert judging.groups_told(rows, "low") == {"pakistani": 0.7}
    assert judging.groups_told({"pakistani": rows["pakistani"]}, "low") == {}


def test_the_table_says_how_many_worlds_it_holds_and_what_was_missed():
    verdicts = [judging.Verdict("smi", seed, "c0de", people=10, found=seed > 1, told=2, false=1) for seed in (1, 2)]

    said = "\n".join(table.lines(verdicts, {}, wanted=20))

    assert "0 to 2 worlds of each kind" in said
    assert "| 1 of 2 | 4 | 2 (50%) |" in said
    missed = table.misses(verdicts, {}, wanted=2)
    assert "smi: found in 50%" in missed
    assert "smi: 50% of what is told is false" in missed
    assert "null: 0 of 2 worlds" in missed
