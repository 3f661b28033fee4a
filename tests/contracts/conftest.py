"""The small England, and a client that speaks to it as a stranger would."""

import pytest
from django.test import Client

from tests.world import World, a_world


@pytest.fixture
def world(db: None) -> World:
    """Areas, deprivation and a current release."""
    return a_world()


@pytest.fixture
def api() -> Client:
    """A client that is told of faults instead of raising them, as people are."""
    return Client(raise_request_exception=False, headers={"host": "localhost"})
