"""Counts of some ages go to the neighbourhoods of 2021 by residents of those ages."""

import numpy as np
import pytest

from geo.releases.ages import ages_of, frame_of_ages
from geo.releases.apportion import make_registrations
from geo.releases.build_practices import PracticeFigures, practice_sheets
from geo.releases.context import Context
from geo.releases.definitions import load_definitions
from geo.releases.figures import Key
from geo.releases.frame import Frame
from tests.geo.releases import world

DEFINITIONS = load_definitions()
AGED = (*(f"aged_{age}_{age + 4}" for age in range(0, 85, 5)), "aged_85_plus")


@pytest.fixture
def made(db):
    world.areas()
    return Context(Frame())


@pytest.mark.parametrize(
    ("slug", "ages", "filled"),
    [
        ("cervical-coverage-25-49", (25, 49), ("aged_25_29", "aged_45_49")),
        ("qof-dm", (17, 120), ("aged_15_19", "aged_85_plus")),
        ("qof-ost", (50, 120), ("aged_50_54", "aged_85_plus")),
    ],
)
def test_a_split_neighbourhood_is_shared_by_residents_of_the_ages_that_are_counted(made, slug, ages, filled):
    """E01000003 gave 70 % of its people to one successor and 30 % to the other, but nine in ten of these ages live in the second."""
    fields = {name: [0, 0, 0, 0] for name in AGED} | {"aged_20_24": [0, 0, 500, 0], "aged_0_4": [1000, 1000, 100, 1]}
    for name in filled:
        fields[name] = [10, 10, 30, 630]
    world.stage("census2021-age-lsoa21", lsoa21_code=[f"E0100000{i}" for i in (1, 2, 3, 4)], total=[1000, 1000, 7000, 3000], **fields)

    share = frame_of_ages(made, DEFINITIONS[slug]).matrix("lsoa11", "lsoa21")[:, [2]].toarray().ravel()

    adults = 500 if slug == "qof-dm" else 0
    counted = np.array([60.0 + adults, 1260.0])
    assert ages_of(DEFINITIONS[slug]) == ages
    assert share[2:] == pytest.approx(counted / counted.sum())
    assert share.sum() == pytest.approx(1)


def test_everybody_is_shared_by_everybody(made):
    assert frame_of_ages(made, DEFINITIONS["qof-copd"]) is made.frame


def test_modelled_counts_are_converted_by_those_ages(made):
    """All patients of A1 live in E01000003; its women go where women of their ages live, 1 in 10 and 9 in 10."""
    ages = {name: [10, 10, 10, 90] for name in AGED if name in ("aged_25_29", "aged_45_49")}
    others = {name: [0, 0, 0, 0] for name in AGED if name not in ages}
    world.stage(
        "census2021-age-lsoa21", lsoa21_code=[f"E0100000{i}" for i in (1, 2, 3, 4)], total=[1000, 1000, 7000, 3000], **ages, **others
    )
    registered = make_registrations(np.array(["A1"], dtype=object), np.array([2]), np.array([500.0]), size=3)
    counted = [np.array([150.0]), np.array([200.0])]
    figures = PracticeFigures(
        Key("cervical-coverage-25-49", "practice24", "2017-12"), np.array(["A1"], dtype=object), *counted, np.zeros(1, dtype=np.int16)
    )

    sheets = practice_sheets(made, DEFINITIONS["cervical-coverage-25-49"], figures, registered)

    parts = next(sheet for sheet in sheets if sheet.key.geography == "lsoa21")
    # 70 % of 7,000 and 30 % of 3,000 residents are what everybody's shares rest on.
    weights = np.array([0.7 * 20 / 7000, 0.3 * 180 / 3000])
    assert parts.numerator[2:] == pytest.approx(150 * weights / weights.sum())
