"""The step as a whole: the long table, alike on all engines, who is left out first, zeros, sums with their largest part, the manifest."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pyarrow.parquet as pq
import pytest

from geo.errors import InputError, LinkageError
from geo.linkage.derivation.cubes import CELLS_SCHEMA
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.run import CELLS, STEP, choose, code_version, derivation_step
from geo.linkage.manifest import Ledger
from tests.linked import NEIGHBOURHOODS, a_person, a_world, an_episode, inputs_of

FIRST, SECOND, THIRD = NEIGHBOURHOODS
CHANCE = random.Random(3)
CLUSTERS = (
    "MH_COD",
    "MHREM_COD",
    "HYP_COD",
    "CVD_COD",
    "DM_COD",
    "BP_COD",
    "BMI_COD",
    "CHOL_COD",
    "HBA1C_COD",
    "SMOK_COD",
    "ALC_COD",
    "QRISK_COD",
)


NUMBERS = range(1, 401)


def a_day() -> date:
    return date(2019, 10, 1) + timedelta(days=CHANCE.randrange(2400))


def a_whole_world() -> tuple[list[dict], dict[str, list[dict]]]:
    """People of all ages with events of every extract, in no order."""
    births = [date(1936, 1, 1) + timedelta(days=number * 80) for number in NUMBERS]
    people = [
        a_person(
            number,
            birth_date=born,
            registered_from=born,
            sex=CHANCE.choice([1, 2, None]),
            lsoa21=CHANCE.choice([*NEIGHBOURHOODS, "E01999999"]),
            practice=CHANCE.choice(["A81001", "B82002", None]),
            ethnic=CHANCE.choice(["A", "C", "J", "R", None]),
            ethnic_detail=CHANCE.choice([None, "Polish"]),
            opted_out=number % 17 == 0,
            death_date=a_day() if number % 19 == 0 else None,
        )
        for number, born in zip(NUMBERS, births, strict=True)
    ]
    pick = lambda: CHANCE.choice([*NUMBERS, None])  # noqa: E731
    own = lambda: {"person": pick(), "own_lsoa21": CHANCE.choice([*NEIGHBOURHOODS, None])}  # noqa: E731
    keys = [f"e{number}" for number in range(600)]
    events = {
        "apc": [
            an_episode(1, EPIKEY=key, ADMIDATE=on, DISDATE=on + timedelta(days=2), STARTAGE=CHANCE.choice([7003, 12, 60]),
                       DIAG_01=CHANCE.choice(["J459", "E101", "I500", "S720"]), DIAG_02=CHANCE.choice(["E115", None]),
                       PROCODE=CHANCE.choice(["RAA", "RBB", None]), ETHNOS=CHANCE.choice(["A", None])) | own()
            for key in keys for on in [a_day()]
        ],
        "costs": [{"EPIKEY": key, "COST": CHANCE.randrange(100_000) / 100} for key in keys],
        "screening": [
            {"INVITATION_ID": str(n), "PROGRAMME": CHANCE.choice(["breast", "bowel", "cervical", "lung"]), "INVITED_ON": on,
             "OUTCOME": CHANCE.choice(["attended", "attended", "not_attended", "declined", "ceased", "unsuitable", None]),
             "SCREENED_ON": on + timedelta(days=30), "RESULT": CHANCE.choice(["adequate", "hpv_negative", "fit_negative", "inadequate"]),
             "SELF_SAMPLE": CHANCE.choice(["Y", "N", None])} | own()
            for n in range(1500) for on in [a_day()]
        ],
        "immunisation": [
            {"RECORD_ID": str(n), "VACCINE": CHANCE.choice(["6IN1", "MMR", "MMRV", "FLU", "PCV"]), "GIVEN_ON": a_day()} | own()
            for n in range(1500)
        ],
        "gp_events": [
            {"CLUSTER": CHANCE.choice(CLUSTERS), "EVENT_DATE": a_day(), "VALUE": CHANCE.choice([None, 0.0, 1.0, 139.9, 150.5])} | own()
            for _ in range(3000)
        ],
        "ecds": [{"ARRIVAL_DATE": a_day(), "ETHNIC_CATEGORY": CHANCE.choice(["J", None])} | own() for _ in range(50)],
        "csds": [{"CONTACT_DATE": a_day()} | own() for _ in range(50)],
    }  # fmt: skip
    return people, events


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    people, events = a_whole_world()
    folder = tmp_path_factory.mktemp("world")
    a_world(folder, people, **events).engine.close()
    return folder


def derive(inputs, out, names=()):
    """The manifest of the step, run by the ledger of linkage."""
    return Ledger(out / "manifests").do(derivation_step(inputs, out, names))


def table_of(folder, engine, *names):
    inputs, out = inputs_of(folder, engine), folder / f"derived-{engine}"
    manifest = derive(inputs, out, names)
    inputs.engine.close()
    return manifest, pq.read_table(out / CELLS)


@pytest.fixture(scope="module")
def derived(world):
    """Manifest and table of everything, drafts too."""
    return table_of(world, "duckdb", *derivations())


@pytest.fixture
def cells(derived):
    return pl.DataFrame(derived[1])


def test_the_same_records_give_the_same_table_on_duckdb_and_polars(world, derived):
    (one, first), (other, second) = derived, table_of(world, "polars", *derivations())

    assert one["facts"]["digest"] == other["facts"]["digest"]
    assert first.equals(second)
    assert first.schema.equals(CELLS_SCHEMA)
    slugs = {each.slug for derivation in derivations().values() for each in derivation.indicators}
    # Of children who will reach 24 months after the last day nothing can be told yet.
    assert slugs - set(first["indicator"].to_pylist()) == {"vaccinated-measles-2-24m", "vaccinated-varicella-1-24m"}


def test_the_order_of_records_does_not_matter(tmp_path):
    people, events = a_whole_world()
    digests = set()
    for number in range(2):
        folder = tmp_path / str(number)
        a_world(folder, people, **events).engine.close()
        digests.add(table_of(folder, "duckdb")[0]["facts"]["digest"])
        CHANCE.shuffle(people)
        for rows in events.values():
            CHANCE.shuffle(rows)

    assert len(digests) == 1


def test_each_row_stands_once_and_numerators_of_people_are_within_denominators(cells):
    kinds = {each.slug: each.kind for derivation in derivations().values() for each in derivation.indicators}

    assert not cells.select("indicator", "geography", "area", "period", "dimension", "stratum").is_duplicated().any()
    assert cells["denominator"].min() > 0
    people = cells.filter(pl.col("indicator").replace_strict(kinds) == "proportion")
    assert (people["numerator"] <= people["denominator"]).all()
    assert (people["numerator"] == people["persons"]).all()
    events = cells.filter(pl.col("indicator").replace_strict(kinds) == "rate")
    assert (events["persons"] <= events["numerator"]).all()


@pytest.mark.parametrize("dimension", ["sex", "age", "ethnicity", "deprivation"])
def test_parts_add_up_to_the_whole(cells, dimension):
    cells = cells.filter(pl.col("geography") == "lad24")
    keys = ["indicator", "area", "period"]
    parts = cells.filter(pl.col("dimension") == dimension).group_by(keys).agg(pl.col("numerator", "denominator").sum())
    whole = cells.filter(pl.col("dimension") == "").select(*keys, n="numerator", d="denominator")

    joined = parts.join(whole, on=keys, how="inner")

    assert len(joined) == len(parts) > 0
    assert (joined["denominator"] == joined["d"]).all()
    # An admission is of the band of its age, which may hold nobody on the day of the population.
    kinds = {each.slug for derivation in derivations().values() for each in derivation.indicators if each.kind != "proportion"}
    exact = joined.filter(~pl.col("indicator").is_in(kinds))
    assert (exact["numerator"] == exact["n"]).all()


def test_neighbourhoods_add_up_to_districts(cells):
    cells = cells.filter(pl.col("dimension") == "")
    above = pl.DataFrame({"area": NEIGHBOURHOODS, "lad": ["E09000001", "E09000001", "E09000002"]})
    keys = ["indicator", "period"]
    summed = (
        cells.filter(pl.col("geography") == "lsoa21").join(above, on="area").group_by(*keys, area="lad").agg(pl.col("denominator").sum())
    )
    found = cells.filter(pl.col("geography") == "lad24").select(*keys, "area", d="denominator")

    joined = summed.join(found, on=[*keys, "area"])

    assert len(joined) == len(summed)
    assert (joined["denominator"] == joined["d"]).all()


def test_an_area_with_people_and_without_events_has_a_zero(tmp_path):
    inputs = a_world(tmp_path, [a_person(1), a_person(2, lsoa21=THIRD)], apc=[an_episode(1)])
    derive(inputs, tmp_path / "derived", ["avoidable-admissions"])

    cells = pl.read_parquet(tmp_path / "derived" / CELLS).filter(
        (pl.col("indicator") == "acsc-chronic") & (pl.col("geography") == "lsoa21") & (pl.col("period") == "2024-25")
    )

    assert dict(cells.select("area", "numerator").iter_rows()) == {FIRST: 1, THIRD: 0}


def test_a_sum_tells_its_people_and_the_largest_of_them(tmp_path):
    episodes = [
        an_episode(1, EPIKEY="a"),
        an_episode(1, EPIKEY="b", ADMIDATE=date(2024, 8, 1), DISDATE=date(2024, 8, 9), PROCODE="RBB"),
        an_episode(2, EPIKEY="c", DISDATE=date(2024, 5, 13)),
    ]
    costs = [{"EPIKEY": "a", "COST": 100.5}, {"EPIKEY": "b", "COST": 1000.0}, {"EPIKEY": "c", "COST": 250.49}]
    inputs = a_world(tmp_path, [a_person(1), a_person(2)], apc=episodes, costs=costs)
    derive(inputs, tmp_path / "derived", ["avoidable-admissions"])

    cells = pl.read_parquet(tmp_path / "derived" / CELLS).filter(
        (pl.col("geography") == "ctry23") & (pl.col("dimension") == "") & (pl.col("period") == "2024-25")
    )

    told = {row["indicator"]: row for row in cells.to_dicts()}
    columns = ("numerator", "denominator", "persons", "providers", "largest")
    assert [told["acsc-chronic-bed-days"][name] for name in columns] == [13, 2, 2, 2, 10.0]
    assert [told["acsc-chronic-cost"][name] for name in columns] == [1351, 2, 2, 2, 1101.0]
    assert [told["acsc-chronic"][name] for name in columns] == [3, 2, 2, 2, None]


def test_drafts_are_derived_only_by_name():
    assert "acute-admissions-draft" not in {each.name for each in choose()}
    assert [each.name for each in choose(["acute-admissions-draft"])] == ["acute-admissions-draft"]
    with pytest.raises(InputError, match="There is no derivation 'acsc'"):
        choose(["acsc"])


def test_the_manifest_says_inputs_parameters_code_rows_and_sums(world, derived):
    manifest, table = derived

    assert json.loads((world / "derived-duckdb" / "manifests" / f"{STEP}.json").read_text()) == manifest
    assert manifest["outputs"]["cells"]["rows"] == table.num_rows
    assert set(manifest["inputs"]) >= {"persons", "events/apc"}
    assert manifest["parameters"]["derivations"]["avoidable-admissions"]["indicators"]["acsc-chronic"]["basket"] == "nhsof-2.3.i"
    assert manifest["facts"]["sums"]["ethnicity-known"][1] > 0


def test_what_has_not_changed_is_not_derived_again(tmp_path):
    inputs = a_world(tmp_path, [a_person(1)], apc=[an_episode(1)])
    ledger = Ledger(tmp_path / "manifests")
    for _ in range(2):
        ledger.do(derivation_step(inputs, tmp_path, ["avoidable-admissions"]))
    a_world(tmp_path, [a_person(1), a_person(2)], apc=[an_episode(1)])
    again = ledger.do(derivation_step(inputs, tmp_path, ["avoidable-admissions"]))

    assert ledger.ran == [STEP, STEP]
    assert again["facts"]["sums"]["acsc-chronic"] == [1, 8]


def test_the_code_of_a_step_is_that_of_its_own_derivations_whatever_was_asked_before():
    admissions = choose(["avoidable-admissions"])
    told = code_version(admissions)

    assert code_version(choose()) != told
    assert code_version(admissions) == told
    assert code_version([replace(each, version=each.version + 1) for each in admissions]) != told


def test_a_world_without_people_is_refused(tmp_path):
    a_world(tmp_path, [a_person(1)]).engine.close()
    (tmp_path / "persons.parquet").unlink()

    with pytest.raises(LinkageError, match=r"persons\.parquet"):
        derive(inputs_of(tmp_path), tmp_path / "derived")
