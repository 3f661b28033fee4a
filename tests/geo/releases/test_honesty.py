"""What published figures may claim: one test for each rule that no other file of this folder already holds."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError
from geo.queries import inequality
from geo.releases import build_practices
from geo.releases.apportion import make_registrations
from geo.releases.build_authorities import FORMER, PENNINE_PERIOD, build_cover, build_local_health
from geo.releases.build_commissioners import build_smi
from geo.releases.build_neighbourhoods import build_deprivation, build_stroke
from geo.releases.build_practices import MOST_REGISTERS, PracticeFigures, practice_sheets, read_qof_counts, read_qof_shares
from geo.releases.context import Context
from geo.releases.definitions import load_definitions
from geo.releases.figures import Key
from geo.releases.frame import Frame
from geo.sources.engine import read_source
from geo.sources.fetch import locate
from geo.sources.registry import load_registry
from geo.sqlfiles import SQL
from geo.statuses import Basis, Reason, Status
from tests.geo.releases import world

NAN = float("nan")
DEFINITIONS = load_definitions()
QUESTIONS = ("SMIRegister", "All6PHC")


@pytest.fixture
def made(db):
    world.areas()
    return Context(Frame())


def chosen(*slugs):
    return {slug: DEFINITIONS[slug] for slug in slugs}


def by_geography(sheets):
    return {sheet.key.geography: sheet for sheet in sheets}


# Rule 1: from practices to neighbourhoods.


def test_a_practice_that_gave_nothing_takes_its_patients_out_of_the_coverage_of_its_network(made):
    """A1 and B2 make up the network; B2, with twice the patients, published nothing."""
    registered = make_registrations(np.array(["A1", "B2"], dtype=object), np.array([0, 1]), np.array([500.0, 1000.0]), size=3)
    figures = PracticeFigures(
        key=Key("cervical-coverage-25-49", "practice24", "2017-12"),
        codes=np.array(["A1", "B2"], dtype=object),
        numerator=np.array([150.0, NAN]),
        denominator=np.array([200.0, NAN]),
        reason=np.full(2, Reason.NOT_PUBLISHED),
    )

    network = by_geography(practice_sheets(made, DEFINITIONS["cervical-coverage-25-49"], figures, registered))["pcn24"]

    assert network.value.tolist() == [0.75]
    assert network.coverage[0] == pytest.approx(1 / 3)
    assert not network.is_reliable[0]


def test_the_interval_of_a_neighbourhood_is_shown_only_where_most_residents_are_covered(made, monkeypatch):
    """A1 lives in the first two neighbourhoods, of whose people 80 % and 40 % are with practices that report."""
    monkeypatch.setattr(build_practices, "_allocation_error", lambda *_: 0.01)
    people = np.array([800.0, 400.0, 200.0, 600.0])
    registered = make_registrations(np.array(["A1", "A1", "B2", "B2"], dtype=object), np.array([0, 1, 0, 1]), people, size=3)
    figures = PracticeFigures(
        key=Key("cervical-coverage-25-49", "practice24", "2017-12"),
        codes=np.array(["A1", "B2"], dtype=object),
        numerator=np.array([150.0, NAN]),
        denominator=np.array([200.0, NAN]),
        reason=np.full(2, Reason.NOT_PUBLISHED),
    )

    sheet = by_geography(practice_sheets(made, DEFINITIONS["cervical-coverage-25-49"], figures, registered))["lsoa11"]

    assert sheet.coverage[:2].tolist() == pytest.approx([0.8, 0.4])
    assert np.isnan(sheet.lower).tolist() == [False, True, True]
    assert sheet.reason[1] == Reason.ALLOCATION_ERROR_UNKNOWN


@pytest.mark.parametrize("folder", ["queries", "tiles", "functions"])
def test_registrations_and_other_inputs_are_used_and_never_served(folder):
    statements = list((SQL / folder).glob("*.sql"))

    assert statements
    assert not [path.name for path in statements if re.search(r"\bstaging\b", path.read_text(encoding="utf-8"))]


# Rule 2: parts of the IMD.


def test_no_definition_speaks_of_avoidable_or_preventable_admissions():
    for definition in DEFINITIONS.values():
        texts = [definition.title, definition.short_title, definition.description, definition.numerator, *definition.caveats]
        assert not re.search(r"avoidable|preventable|unnecessary", " ".join(texts), re.IGNORECASE), definition.slug


def test_a_part_of_the_imd_is_put_against_the_income_domain_only():
    part = SimpleNamespace(slug="acute-morbidity", definition={"part_of_imd": True}, available=(), slices=())
    offered = {name: {"lsoa11": "deciles"} for name in inequality.INDEXES}

    assert set(inequality._names(part, offered)) == {"imd2019-income", "imd2025-income"}
    with pytest.raises(InputError, match="income domain only"):
        inequality._checked(part, offered, "imd2019")


# Rule 3: kinds.


def stage_registers(**registers):
    """Registers of 2020-21: name -> people by practice A1, B2, C3; every list has 1,000 people."""
    rows = [(practice, name, people) for name, given in registers.items() for practice, people in zip(world.PRACTICES, given, strict=True)]
    practice, name, people = zip(*rows, strict=True)
    world.stage(
        "qof-2020-prevalence",
        practice_code=practice,
        group_code=name,
        register=people,
        patient_list_type=["TOTAL"] * len(rows),
        practice_list_size=[1000] * len(rows),
    )


def test_a_register_of_zero_counts_only_where_the_practice_reported_others(made):
    """A1 reported all, B2 one true 0, C3 nothing."""
    stage_registers(AF=[10, 0, 0], CHD=[10, 5, 0], DM=[10, 5, 0])

    rows = read_qof_counts(made).set_index(["practice", "register"])["did_report"]

    assert rows["A1"].all()
    assert rows["B2", "AF"]
    assert not rows["C3"].any()
    assert 0.3 < MOST_REGISTERS < 1


def test_a_share_of_zero_is_missing_where_a_practice_reported_hardly_any(made):
    registers = (
        "dm",
        "can",
        "ckd",
        "ndh",
        "pc",
        "af",
        "chd",
        "hf",
        "hyp",
        "lvsd",
        "pad",
        "stia",
        "ast",
        "copd",
        "ob",
        "smok",
        "dem",
        "dep",
    )
    shares = {f"{register}_prevalence": [0.1, 0.0] for register in (*registers, "ep", "ld", "mh")}
    world.stage("qof-2021", practice_code=["A1", "C3"], **{**shares, "af_prevalence": [0.0, 0.02]})

    found = read_qof_shares(made)

    assert found.loc["A1", "AF"] == 0
    assert found.loc["C3", "AF"] == 0.02
    assert np.isnan(found.loc["C3", "DM"])


def test_a_practice_without_a_list_of_the_year_before_has_a_share_but_no_counts():
    rows = pd.DataFrame({"practice": ["A1", "B2"], "list_size": [1000.0, 500.0]})
    shares = pd.DataFrame({"COPD": [0.02, NAN, 0.03]}, index=["A1", "B2", "N9"])

    figures = build_practices._of_shares(DEFINITIONS["qof-copd"], rows, shares)

    assert figures.numerator[0] == 20
    assert np.isnan(figures.numerator[1:]).all()
    assert figures.reason[1:].tolist() == [Reason.NOT_REPORTED, Reason.NOT_IN_SOURCE]


def test_years_of_ratios_are_those_that_their_publisher_states(made):
    world.stage(
        "local-health-pennine",
        msoa11_code=["E02000001"] * 2,
        indicator=["Em_admit_allcause", "Em_admit_under5"],
        value=[120.0, 250.0],
    )
    wanted = chosen("emergency-admissions-all", "emergency-admissions-under-5s")

    periods = {(sheet.key.indicator, sheet.key.period) for sheet in build_local_health(made, wanted)}

    assert periods == {("emergency-admissions-all", PENNINE_PERIOD), ("emergency-admissions-under-5s", "2013-14--2015-16")}


@pytest.mark.mirror
def test_years_of_ratios_are_those_of_the_published_metadata(mirror, tmp_path):
    source = load_registry()["local-health-pennine-metadata"]
    rows = next(iter(read_source(source, locate(source, mirror=mirror, cache=tmp_path)).tables.values())).to_pandas()
    years = rows.drop_duplicates("indicator").set_index("indicator")["years"].str.replace(" ", "").str.replace("/", "-")

    for definition in DEFINITIONS.values():
        if definition.family == "local_health":
            stated = definition.measure.get("pennine_period", PENNINE_PERIOD)
            assert stated.split("--") == re.findall(r"\d{4}-\d\d", years[definition.measure["pennine"]]), definition.slug


# Rule 4: small real counts.


def test_stroke_admissions_are_never_given_by_neighbourhood_and_missing_is_not_zero(made):
    world.stage("stroke-admissions", lsoa11_code=["E01000001", "E01000002"], admissions=[2.0, 1 / 3])

    sheets = by_geography(build_stroke(made, chosen("stroke-admissions")))

    assert not {"lsoa11", "lsoa21"} & set(sheets)
    wide = sheets["msoa11"]
    assert wide.numerator[0] == 7
    assert wide.denominator[0] == 9000
    assert np.isnan(wide.value[1])
    assert (wide.status[1], wide.reason[1]) == (Status.MISSING, Reason.NOT_IN_SOURCE)


# Rule 5: the SMI series.


def stage_smi(register, checked):
    """Commissioners 01X (600 people, all in 11A), 02Y (300, in 11A) and 03Z (100, in 22B) of Q4 2018/19."""
    codes = ["01X", "02Y", "03Z"]
    world.stage(
        "ccg-succession",
        ccg_vintage=[2018] * 3,
        ccg_ods_code=codes,
        sicbl22_ods_code=["11A", "11A", "22B"],
        share_of_ccg_population=[1.0] * 3,
        population_mid2020=[600, 300, 100],
    )
    world.stage(
        "smi-checks",
        period=["2018-19-q4"] * 6,
        ccg_ods_code=codes * 2,
        question=[question for question in QUESTIONS for _ in codes],
        answer=[*register, *checked],
    )


@pytest.mark.parametrize("said", [(0, 0), (None, None)])
def test_a_commissioner_that_did_not_report_is_not_counted_as_nobody(made, said):
    stage_smi([100, said[0], 50], [40, said[1], 20])

    sheets = by_geography(build_smi(made, chosen("smi-checks-all-six")))

    parts, boards, whole = sheets["sicbl23"], sheets["icb23"], sheets["ctry23"]
    assert np.isnan(parts.value[0])
    assert parts.reason[0] == Reason.INCOMPLETE
    assert parts.value[1] == 0.4
    assert np.isnan(boards.value[0])
    assert boards.reason[0] == Reason.INCOMPLETE
    assert (whole.numerator[0], whole.denominator[0]) == (60, 150)
    assert whole.coverage[0] == pytest.approx(0.7)


def test_an_area_whose_only_commissioner_did_not_report_is_not_collected(made):
    stage_smi([100, 80, 0], [40, 20, 0])

    parts = by_geography(build_smi(made, chosen("smi-checks-all-six")))["sicbl23"]

    assert parts.status.tolist() == [Status.VALUE, Status.NOT_COLLECTED]
    assert parts.reason[1] == Reason.NOT_REPORTED


def test_a_true_zero_of_a_commissioner_that_reported_stays_a_zero(made):
    stage_smi([100, 80, 50], [40, 20, 0])

    parts = by_geography(build_smi(made, chosen("smi-checks-all-six")))["sicbl23"]

    assert parts.status[1] == Status.ZERO


def test_smi_figures_say_that_windows_overlap_that_the_fourth_quarter_jumps_and_when_the_pandemic_was():
    for definition in DEFINITIONS.values():
        if definition.family == "smi":
            said = " ".join(definition.caveats)
            assert all(words in said for words in ("windows overlap", "fourth quarter", "pandemic", "did not report")), definition.slug


# Rule 6: vintages (ages of conversions in test_ages.py).


def test_a_county_that_is_no_more_counts_in_its_region_and_not_for_its_successors(made, monkeypatch):
    """E10000009, now E10000001, lay in the first region; the second region has one authority, E10000002."""
    monkeypatch.setitem(FORMER, "E10000009", ("E12000001", ("E10000001",)))
    world.stage(
        "cover-2023-24-q4",
        utla23_code=["E10000009", "E10000002"],
        mmr1_5y_numerator=[90, 70],
        mmr1_5y_denominator=[100, 80],
        mmr1_5y_numerator_reason=["", ""],
    )

    sheets = by_geography(build_cover(made, chosen("mmr1-5y")))

    assert sheets["utla23"].reason.tolist() == [Reason.AREA_NOT_MAPPED, Reason.NONE]
    assert sheets["rgn23"].numerator.tolist() == [90, 70]
    assert sheets["rgn23"].denominator.tolist() == [100, 80]
    assert sheets["ctry23"].numerator.tolist() == [160]


# Rule 7: lists are not people.


def test_every_figure_from_lists_says_whose_people_it_is_of():
    for definition in DEFINITIONS.values():
        if "gp-registrations-2022" in definition.sources:
            assert "registered with practices" in definition.population_base, definition.slug
        if definition.family == "qof":
            assert any("Registered patients are not residents" in caveat for caveat in definition.caveats), definition.slug


def test_ethnic_shares_take_both_parts_from_one_record():
    assert DEFINITIONS["ethnic-group-share"].sources == ["census2021-ethnicity-lsoa21"]


# Rule 8: districts.


def test_figures_of_districts_say_that_they_are_not_of_neighbourhoods():
    for definition in DEFINITIONS.values():
        if definition.family == "districts":
            assert any("not a difference between neighbourhoods" in caveat for caveat in definition.caveats), definition.slug


def test_a_published_mean_of_the_imd_is_the_publishers_and_any_other_is_ours(made):
    world.stage("imd2019-lad19", lad19_code=["E07000001"], imd_score=[49.5])

    sheets = [sheet for sheet in build_deprivation(made, chosen("imd-2019")) if sheet.key.geography == "lad21"]

    assert pd.Series(sheets[0].basis).tolist() == [Basis.OBSERVED, Basis.MODELLED]
