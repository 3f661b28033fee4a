"""What lies in the database is what was sent, or nothing is attached."""

import numpy as np
import pytest

from geo.errors import QualityError
from geo.models import Release
from geo.releases import store
from geo.releases.build import build_release
from tests.geo.releases import world

pytestmark = pytest.mark.django_db


def lost(arrays):
    return {name: values[:-1] for name, values in arrays.items()}


def moved(arrays):
    """The first of these values that is known is another."""
    value = arrays["value"].copy()
    value[np.flatnonzero(~np.isnan(value))[0]] += 1e-3
    return arrays | {"value": value}


def emptied(arrays):
    numerator = arrays["numerator"].copy()
    numerator[np.flatnonzero(numerator > 0)[-1]] = np.nan
    return arrays | {"numerator": numerator}


@pytest.mark.parametrize("fault", [moved, emptied])
def test_rows_that_arrive_changed_leave_no_release(monkeypatch, fault):
    send = store.copy_rows
    monkeypatch.setattr(store, "copy_rows", lambda cursor, table, arrays, **how: send(cursor, table, fault(arrays), **how))
    world.areas()
    world.practices()

    with pytest.raises(QualityError, match="The database holds"):
        build_release()

    assert not Release.objects.exists()


def test_rows_that_get_lost_leave_no_release(monkeypatch):
    send = store.copy_rows
    monkeypatch.setattr(store, "copy_rows", lambda cursor, table, arrays, **how: send(cursor, table, lost(arrays), **how) + 1)
    world.areas()
    world.practices()

    with pytest.raises(QualityError, match="The database holds"):
        build_release()

    assert not Release.objects.exists()
