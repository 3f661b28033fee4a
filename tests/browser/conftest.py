"""A served made-up world for the tests of a module, and pages that fail a test when a script or the browser complains."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from geo.queries import catchment_figures, ground
from tests.browser.drawing import READY, SHAPE
from tests.browser.recorded import Catchments, catchment
from tests.browser.world import More, World, make_world
from tests.cells import forget

# The two cores draw in software and may be busy with other things.
PATIENCE_MS = 20_000
SETTLED = "#stage[data-settled]"


@dataclass(frozen=True)
class Site:
    """The served world and its address."""

    url: str
    world: World


@pytest.fixture(scope="module")
def is_synthetic() -> bool:
    """Whether the module's world is a synthetic release; a module may override it."""
    return False


@pytest.fixture(scope="module")
def more() -> More | None:
    """Further figures of the module's world; a module may override it."""
    return None


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker, is_synthetic: bool, more: More | None) -> Iterator[Site]:
    """The made-up world behind a live server, made once for each module and taken away after it."""
    with django_db_blocker.unblock():
        # A module without the mark `django_db` would be given the working database.
        assert connection.settings_dict["NAME"].startswith("test_")
        world = make_world(is_synthetic=is_synthetic, more=more)
        server = LiveServer("localhost")
        yield Site(server.url, world)
        server.stop()
        for other in connections.all(initialized_only=True):
            other.close()
        _clear()


def _clear() -> None:
    """Leave the database as a transactional test does, without the partitions of the releases made here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'geo_observation'::regclass ORDER BY 1")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
    call_command("flush", verbosity=0, interactive=False)
    # Keys begin anew: what is remembered under one would be taken for another's.
    forget()


@pytest.fixture
def visit(page: Page, site: Site) -> Iterator[Callable[..., Page]]:
    """Open the map with a query string and wait until it has settled; complaints of scripts fail the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(PATIENCE_MS)

    def go(query: str = "", *, width: int = 1440, height: int = 900) -> Page:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{site.url}/{query}")
        page.wait_for_selector(SETTLED)
        return page

    yield go
    assert complaints == []


@pytest.fixture
def settle(page: Page) -> Callable[[str], None]:
    """Wait until the map has settled on what `data-settled` begins with: tileset, indicator, period."""

    def wait(words: str) -> None:
        page.wait_for_function("words => document.getElementById('stage').dataset.settled?.startsWith(words)", arg=words)

    return wait


@pytest.fixture
def told(site: Site) -> dict[str, Any]:
    """What is told of four neighbourhoods of the made-up world."""
    return catchment([(area.code, area.name, 1600) for area in site.world.areas["lsoa21"][:4]], SHAPE)


@pytest.fixture
def service(page: Page, told: dict[str, Any]) -> Catchments:
    """Recorded answers about catchments."""
    return Catchments(page, told)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Worlds of other tests are not remembered, nor this one."""
    for kept in (ground, catchment_figures):
        kept._held.clear()
    yield
    for kept in (ground, catchment_figures):
        kept._held.clear()


@pytest.fixture
def drawing_page(visit: Callable[..., Page], page: Page, service: Catchments) -> Callable[..., Page]:
    """Opens the page of catchments and waits until it can be drawn on."""

    def go(query: str = "?at=51.8,-1.4,8.5", **size: int) -> Page:
        page.emulate_media(reduced_motion="reduce")
        visit(f"plan/catchments/{query}", **size)
        page.wait_for_selector(READY)
        return page

    return go
