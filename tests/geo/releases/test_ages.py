"""Counts of some ages go to the neighbourhoods of 2021 by residents of those ages."""

import numpy as np
import pytest

from geo.releases.ages import ages_of, frame_of_ages
from geo.releases.context import Context
from geo.releases.definitions import load_definitions
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
