"""Extracts have the columns of their layouts, rows that tell whom they are of, and are the same in whatever slices they are made."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from geo.synthetic.extracts import EXTRACTS
from geo.synthetic.extracts.admissions import INVALID_DATE, NO_DATE
from geo.synthetic.people import ABSENT, END, Population
from geo.synthetic.slices import Slice
from tests.geo.synthetic.conftest import EXTRACT, a_world, everybody, table_of

IDENTITY = "NHS_NUMBER BIRTH_DATE SEX POSTCODE"
COLUMNS = {
    "gp_register": "NHS_NUMBER FAMILY_NAME GIVEN_NAME BIRTH_DATE SEX POSTCODE LSOA21 PRACTICE ETHNIC_CATEGORY ETHNIC_DETAIL REGISTERED_FROM"
    " REGISTERED_TO DEATH_DATE SENSITIVE",
    "gp_events": "NHS_NUMBER EVENT_DATE CLUSTER VALUE PRACTICE",
    "apc": "EPIKEY NEWNHSNO DOB SEX ETHNOS POSTCODE LSOA11 FYEAR ADMIDATE EPISTART EPIEND EPIORDER EPISTAT EPITYPE CLASSPAT ADMIMETH"
    " ADMISORC DISMETH DISDATE SPELBGIN SPELEND STARTAGE DIAG_01 DIAG_02 DIAG_03 DIAG_04 DIAG_05 DIAG_06 OPERTN_01 OPERTN_02 OPERTN_03"
    " GPPRAC PROCODE MAINSPEF SUSHRG AMENDED_AT",
    "ecds": "ATTENDANCE_ID NHS_NUMBER BIRTH_DATE SEX ETHNIC_CATEGORY POSTCODE ARRIVAL_DATE ACUITY CHIEF_COMPLAINT DIAGNOSIS PROVIDER",
    "csds": f"CONTACT_ID {IDENTITY} CONTACT_DATE TEAM_TYPE PROVIDER",
    "screening": "INVITATION_ID PROGRAMME NHS_NUMBER FAMILY_NAME GIVEN_NAME BIRTH_DATE SEX POSTCODE INVITED_ON OUTCOME SCREENED_ON RESULT"
    " SELF_SAMPLE",
    "immunisation": f"RECORD_ID {IDENTITY} VACCINE DOSE GIVEN_ON PROVIDER",
    "costs": "EPIKEY POINT_OF_DELIVERY COST",
    "opt_outs": "NHS_NUMBER FROM_DATE",
}
NAMES = list(COLUMNS)


def test_there_are_the_nine_extracts_of_the_layouts():
    assert sorted(extract.name for extract in EXTRACTS) == sorted(COLUMNS)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_layout_in_its_order(name, haringey):
    assert EXTRACT[name].schema.names == COLUMNS[name].split()
    assert EXTRACT[name].make(haringey).table.column_names == COLUMNS[name].split()


@pytest.mark.parametrize("name", NAMES)
def test_dates_are_dates_and_all_else_is_text_but_measured_values(name):
    kinds = {field.name: field.type for field in EXTRACT[name].schema}
    dates = {column for column, kind in kinds.items() if pa.types.is_date32(kind)}

    assert dates == {c for c in kinds if c.endswith(("_DATE", "_ON", "_FROM", "_TO", "DATE")) or c in {"DOB", "EPISTART", "EPIEND"}}
    others = {column: str(kind) for column, kind in kinds.items() if column not in dates and not pa.types.is_string(kind)}
    assert others == {"gp_events": {"VALUE": "double"}, "costs": {"COST": "double"}, "apc": {"AMENDED_AT": "timestamp[ms]"}}.get(name, {})


@pytest.mark.parametrize("name", NAMES)
def test_slices_laid_end_to_end_are_the_whole(name, haringey):
    population = Population(haringey.world)
    cuts = [0, 1, 20_001, 55_555, population.size]
    parts = [EXTRACT[name].make(Slice(population, start, stop)) for start, stop in pairwise(cuts)]
    whole = EXTRACT[name].make(haringey)

    plain = [part.table.cast(EXTRACT[name].schema) for part in parts]
    assert pa.concat_tables(plain).equals(whole.table.cast(EXTRACT[name].schema).combine_chunks())
    assert np.array_equal(np.concatenate([part.person for part in parts]), whole.person)


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_told_apart_and_keys_cannot_hold_a_number(name, haringey):
    if not EXTRACT[name].row_id:
        return
    table = table_of(name, haringey)
    ids = table[EXTRACT[name].row_id]

    if name != "apc":  # where episodes are sent again under their key
        assert pc.count_distinct(ids).as_py() == len(ids)
    if EXTRACT[name].row_id != "NHS_NUMBER":
        assert not pc.any(pc.match_substring(ids, "9")).as_py()


@pytest.mark.parametrize("name", ["apc", "ecds", "csds", "screening", "immunisation"])
def test_records_tell_of_absent_people_too_but_the_register_does_not(name, haringey):
    group = haringey.people.group

    assert (group[EXTRACT[name].make(haringey).person] == ABSENT).mean() == pytest.approx(0.018, abs=0.006)
    assert not (group[EXTRACT["gp_register"].make(haringey).person] == ABSENT).any()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_told_of_after_the_last_day_or_before_birth(name, haringey):
    made = EXTRACT[name].make(haringey)
    columns = {"gp_events": "EVENT_DATE", "apc": "ADMIDATE", "ecds": "ARRIVAL_DATE", "csds": "CONTACT_DATE", "screening": "INVITED_ON",
               "immunisation": "GIVEN_ON", "opt_outs": "FROM_DATE", "gp_register": "REGISTERED_FROM"}  # fmt: skip
    if name in columns:
        on = made.table[columns[name]].combine_chunks().view(pa.int32()).to_numpy()
        assert (on <= END).all()
        assert (on >= haringey.people.birth[made.person]).all()


def test_costs_name_each_episode_once(haringey):
    episodes, costs = table_of("apc", haringey), table_of("costs", haringey)

    assert set(costs["EPIKEY"].to_pylist()) == set(episodes["EPIKEY"].to_pylist())
    assert pc.min(costs["COST"]).as_py() > 0


def test_emergency_admissions_are_of_the_published_order():
    """Per 100,000 a year, for about the ages and deprivation of England: chronic 830, acute 1,400, all about 10,700."""
    slice_ = everybody(a_world("cm", neighbourhoods=120, minority=0.18))
    table = table_of("apc", slice_).sort_by("AMENDED_AT")
    last = table.group_by("EPIKEY", use_threads=False).aggregate(
        [(c, "last") for c in ("DIAG_01", "ADMIMETH", "EPIORDER", "FYEAR", "EPITYPE", "ADMISORC", "STARTAGE")]
    )
    counted = pc.and_(
        pc.starts_with(last["ADMIMETH_last"], "2"), pc.and_(pc.equal(last["EPIORDER_last"], "1"), pc.equal(last["FYEAR_last"], "2425"))
    )
    counted = pc.and_(counted, pc.equal(last["EPITYPE_last"], "1"))
    emergencies = last.filter(counted)
    people = Population(slice_.world).registered
    three = pc.utf8_slice_codeunits(emergencies["DIAG_01_last"], 0, 3)

    def rate(pattern: str) -> float:
        return pc.sum(pc.match_substring_regex(three, pattern)).as_py() * 1e5 / people

    assert emergencies.num_rows * 1e5 / people == pytest.approx(10_700, rel=0.06)
    assert rate("^(E1[0-4]|D50|D51|D52|F0[0-3]|G4[01]|I1[01]|I13|I50|J81|I20|I25|I48|J4[1-7]|B18)$") == pytest.approx(840, rel=0.08)
    age = emergencies["STARTAGE_last"].cast(pa.int32())
    children = pc.and_(pc.is_in(three, pa.array(["J45", "J46"])), pc.or_(pc.less(age, 19), pc.greater(age, 7000)))
    under_19 = int((slice_.people.birth[slice_.people.group == 0] > END - 19 * 365.25).sum())
    assert 130 <= pc.sum(children).as_py() * 1e5 / under_19 <= 225


def test_dates_that_are_none_are_written_as_in_hes(haringey):
    table = table_of("apc", haringey)
    births = table["DOB"].combine_chunks().view(pa.int32()).to_numpy()
    open_ = pc.equal(table["EPISTAT"], "1").to_numpy()
    ends = table["EPIEND"].combine_chunks().view(pa.int32()).to_numpy()

    assert {NO_DATE, INVALID_DATE} <= set(births[births < -40_000].tolist())
    assert ((births <= INVALID_DATE).mean()) == pytest.approx(0.001, rel=0.4)
    assert (ends[~open_] > INVALID_DATE).all()
    assert (ends[open_] == NO_DATE).any()
    assert set(table["LSOA11"].unique().to_pylist()) >= {"Z99999999", "L99999999", "M99999999"}


def test_ages_under_one_are_bands(haringey):
    ages = {int(value) for value in table_of("apc", haringey)["STARTAGE"].unique().to_pylist() if value is not None}

    assert {7001, 7002, 7003, 7004, 7005, 7006, 7007} <= ages
    assert 0 not in ages
    assert max(age for age in ages if age < 7000) <= 105
