"""Value files that a copy of the process helped to make are those that one process makes."""

from itertools import islice

import pytest
from django.db import connections

from geo.models import ValueFile
from geo.operations.cells import build_values, values_beside
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


def test_files_are_the_same_whoever_makes_them(release, monkeypatch):
    alone = build_values(release)
    expected = stored(release)
    with values_beside() as beside:
        assert beside is not None, "another thread runs here, so no copy was made"
        from_first = beside.shares.from_first
        # This process is content with a third of them, and the copy makes the rest.
        monkeypatch.setattr(beside.shares, "from_first", lambda number: islice(from_first(number), MINE))
        together = build_values(release, made_beside=beside)

    assert together == alone == 4 * INDICATORS
    assert stored(release) == expected


def test_a_copy_that_ends_leaves_the_files_that_stood(release):
    build_values(release)
    before = stored(release)
    with values_beside() as beside:
        beside.copy._process.kill()
        with pytest.raises(ChildProcessError):
            build_values(release, made_beside=beside)

    connections.close_all()
    assert stored(release) == before
