"""Fixtures that every test may use: the mirror of published files, and Debian's Chromium under pytest-playwright."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

# Playwright's synchronous API runs an event loop in the test's thread, where Django would refuse every query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The two cores may be busy with other things: a slow example is no failing one.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the mirror or for a page is marked so, whether or not its author thought of it."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "mirror" in names:
            item.add_marker(pytest.mark.mirror)
        if "page" in names or "browser" in names:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The test database; at the end sessions that killed children left in it are ended, for it could not be dropped with them."""
    yield
    with django_db_blocker.unblock():
        # A session that a test had ended may still be this one's.
        connection.close()
        connection.close_pool()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def static_root() -> Path:
    """STATIC_ROOT exists: whitenoise warns where it does not, and a warning is an error here."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    return settings.STATIC_ROOT


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder with the published files. Skips where there is none, but fails where HIID_REQUIRE_MIRROR says that there must be one."""
    if settings.HIID_MIRROR is not None:
        return settings.HIID_MIRROR
    reason = "no mirror of the published files: set HIID_MIRROR to a folder that holds them"
    if os.environ.get("HIID_REQUIRE_MIRROR"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Starts the system's Chromium with WebGL in software; without its sandbox only where root runs it, which Chromium demands."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        pytest.fail("Chromium is not installed: `make test` installs Debian's")
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGUMENTS, "chromium_sandbox": os.geteuid() != 0}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """Pages as an English reader sees them, at the width of a desk's screen."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London", "viewport": {"width": 1440, "height": 900}}
