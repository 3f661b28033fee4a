"""England's figures from the published files, as others have computed them."""

from functools import cache

import numpy as np
import pytest

from geo.periods import parse_period
from geo.releases.apportion import apportion, make_registrations
from geo.releases.build_commissioners import SMI_REGISTER, SUB_ICB_LOCATIONS_SINCE
from geo.sources.engine import read_source
from geo.sources.fetch import locate
from geo.sources.registry import load_registry

pytestmark = [pytest.mark.mirror, pytest.mark.slow]

# Coverage by decile of the IMD 2019, most deprived first: modelled neighbourhood counts, sums over sums.
BY_DECILE = {
    "25_49": [0.660, 0.658, 0.659, 0.669, 0.683, 0.691, 0.702, 0.709, 0.719, 0.727],
    "50_64": [0.736, 0.748, 0.753, 0.757, 0.763, 0.767, 0.771, 0.773, 0.778, 0.784],
}
ENGLAND = {"25_49": (6_849_017, 9_983_733), "50_64": (3_658_442, 4_791_881)}


@cache
def table(mirror, tmp, slug):
    source = load_registry()[slug]
    tables = read_source(source, locate(source, mirror=mirror, cache=tmp)).tables
    return tables[slug.replace("-", "_")].to_pandas()


@pytest.fixture
def read(mirror, tmp_path):
    return lambda slug: table(mirror, tmp_path, slug)


@pytest.fixture
def neighbourhoods(read):
    """Codes of the LSOAs in order, and their deciles."""
    rows = read("imd2019-lsoa11").sort_values("lsoa11_code")
    return rows["lsoa11_code"].to_numpy(), rows["imd_decile"].to_numpy()


@pytest.fixture
def registrations(read, neighbourhoods):
    rows = read("gp-registrations-2022")
    assert rows["patients"].sum() == 61_768_942
    assert rows["practice_code"].nunique() == 6_484
    rows = rows[rows["lsoa11_code"].notna()]
    at = {code: i for i, code in enumerate(neighbourhoods[0])}
    place = rows["lsoa11_code"].map(at).fillna(-1).to_numpy(dtype=np.int64)
    return make_registrations(rows["practice_code"].to_numpy(dtype=object), place, rows["patients"].to_numpy(dtype=float), size=len(at))


@pytest.mark.parametrize("ages", BY_DECILE)
def test_modelled_cervical_coverage_by_decile_is_the_known_one(read, registrations, neighbourhoods, ages):
    rows = read("cervical-2017")
    numerator, denominator = (rows[f"{part}_{ages}"].to_numpy(dtype=float, na_value=np.nan) for part in ("screened", "eligible"))
    both = ~(np.isnan(numerator) | np.isnan(denominator))
    assert (numerator[both].sum(), denominator[both].sum()) == ENGLAND[ages]

    moved = apportion(registrations, rows["practice_code"].to_numpy(dtype=object), numerator, denominator)

    sums = [np.bincount(neighbourhoods[1], weights=np.nan_to_num(part), minlength=11)[1:] for part in (moved.numerator, moved.denominator)]
    np.testing.assert_allclose(sums[0] / sums[1], BY_DECILE[ages], atol=0.001)
    accounted = np.nansum(moved.numerator) + moved.outside[0] + moved.unplaced[0]
    assert accounted == pytest.approx(ENGLAND[ages][0], rel=1e-12)


def test_smi_checks_of_england_rise_from_a_quarter_to_two_thirds(read):
    wide = read("smi-checks").pivot_table(index="period", columns="question", values="answer", aggfunc="sum")

    share = wide["All6PHC"] / wide[SMI_REGISTER]

    assert len(share) == 22
    assert share["2018-19-q3"] == pytest.approx(0.241, abs=0.0005)
    assert share["2023-24-q4"] == pytest.approx(0.685, abs=0.0005)


def test_every_commissioner_of_every_smi_quarter_has_a_successor(read):
    succession, checks = read("ccg-succession"), read("smi-checks")
    locations = set(read("lsoa21-icb24")["sicbl24_ods_code"])

    for period, rows in checks.groupby("period"):
        known = set(succession[succession["ccg_vintage"] == min(int(period[:4]), 2021)]["ccg_ods_code"])
        if parse_period(period).end >= SUB_ICB_LOCATIONS_SINCE:
            known = locations
        assert set(rows["ccg_ods_code"]) <= known, period


def test_registers_jump_when_boundaries_moved_in_july_2022(read):
    rows = read("smi-checks")
    registers = rows[rows["question"] == SMI_REGISTER].set_index(["ccg_ods_code", "period"])["answer"]

    assert registers["D2P2L"][["2022-23-q1", "2022-23-q2"]].tolist() == [14_352, 11_776]
    assert registers["15E"]["2023-24-q4"] == 16_362


def test_stroke_admissions_are_whole_numbers_over_three_years_and_scilly_is_absent(read):
    rows = read("stroke-admissions")

    three_years = rows["admissions"] * 3

    np.testing.assert_allclose(three_years, three_years.round(), atol=1e-5)
    assert "Isles of Scilly 001A" not in set(rows["lsoa11_name"])
