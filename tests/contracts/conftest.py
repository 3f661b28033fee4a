"""The small England, and a client that speaks to it as a stranger would."""

from collections.abc import Iterator

import pytest
from django.test import Client

# Loaded before seconds are counted: whoever asks first would wait for all of it.
import api.urls
from tests.world import World, standing_world


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """Made once for the module."""
    with standing_world(django_db_blocker) as world:
        yield world


@pytest.fixture
def world(standing: World, db: None) -> World:
    """Areas, deprivation and a current release."""
    return standing


@pytest.fixture
def api() -> Client:
    """A client that is told of faults instead of raising them, as people are."""
    return Client(raise_request_exception=False, headers={"host": "localhost"})
