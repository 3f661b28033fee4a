"""Value files that a copy of the process helped to make are those that one process makes."""

from itertools import islice

import pytest

from geo.cores import Shares
from geo.models import ValueFile
from geo.operations import cells
from geo.operations.cells import ValuesBeside, build_values
from geo.tiles.geometry_plane import build_tileset
from tests.builders import a_release, an_area, an_availability, an_indicator, an_observation
from tests.cells import forget, make_cells

pytestmark = pytest.mark.django_db(transaction=True)

INDICATORS, MINE = 12, 4


@pytest.fixture
def release():
    forget()
    areas, release = [an_area() for _ in range(4)], a_release()
    for number in range(INDICATORS):
        indicator = an_indicator(f"made-up-{number:02}")
        for at, area in enumerate(areas):
            an_observation(area, release=release, indicator=indicator, value=0.66 + at / 100 + number / 1000)
        an_availability(release=release, indicator=indicator, areas=4, values=4)
    make_cells()
    for slug in ("lsoa21", "h3"):
        build_tileset(slug)
    yield release
    forget()


def stored(release):
    files = ValueFile.objects.filter(release=release).order_by("indicator_id", "geography_id", "kind")
    return [(one.indicator_id, one.geography_id, one.kind, one.etag, bytes(one.content)) for one in files]


class Stand:
    """In place of a copy of the process, for other threads may run here: works when it is asked for its result."""

    def __init__(self, shares):
        self.shares = shares

    def ask(self, release):
        self.release = release

    def result(self):
        return cells._made_beside(self.shares, self.release)


class Ended(Stand):
    def result(self):
        raise ChildProcessError("It ended.")


class SharesOfAFew(Shares):
    """This process is content with a few, so that the copy makes the rest."""

    def from_first(self):
        self.mine = []
        for at in islice(super().from_first(), MINE):
            self.mine.append(at)
            yield at


@pytest.fixture
def shares():
    made = SharesOfAFew()
    yield made
    made.close()


def test_files_are_the_same_whoever_makes_them(release, shares):
    alone = build_values(release)
    expected = stored(release)
    together = build_values(release, made_beside=ValuesBeside(Stand(shares), shares))

    assert shares.mine == list(range(MINE))
    assert together == alone == 4 * INDICATORS
    assert stored(release) == expected


def test_a_copy_that_ended_leaves_the_files_that_stood(release, shares):
    build_values(release)
    before = stored(release)

    with pytest.raises(ChildProcessError):
        build_values(release, made_beside=ValuesBeside(Ended(shares), shares))

    assert stored(release) == before
