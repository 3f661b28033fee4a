"""Areas that linking asks of: read once in a run, anew in the next."""

import pytest

from geo.operations import counted_areas as room
from geo.operations.counted_areas import areas_kept, counted_areas


@pytest.fixture
def reads(monkeypatch):
    """Every reading of the database, as it happens."""
    found = []
    monkeypatch.setattr(room, "read_query", lambda query, parameters=(): found.append(parameters) or {"code": _Column()})
    return found


class _Column:
    def to_pylist(self):
        return ["E01000001"]


def test_areas_are_read_once_in_a_run_and_anew_after_it(reads):
    with areas_kept():
        first = counted_areas().codes
        with areas_kept():
            assert counted_areas().codes is first
        assert len(reads) == 2

    assert counted_areas().codes == first == {"lsoa11": frozenset({"E01000001"}), "lsoa21": frozenset({"E01000001"})}
    assert len(reads) == 4
    assert counted_areas().codes == first
    assert len(reads) == 6


def test_what_was_kept_is_forgotten_where_a_run_fails(reads):
    def fail():
        with areas_kept():
            assert counted_areas().codes
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert counted_areas().codes
    assert len(reads) == 4
